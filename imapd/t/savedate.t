# SAVEDATE: when a message came into this mailbox, by whatever way; never set by the client (RFC 8514 section 3)
maildir: folders
S: * PREAUTH [CAPABILITY {any} SAVEDATE {any}
C: a SELECT INBOX
S>: a OK {any}
C: b FETCH 1 (SAVEDATE INTERNALDATE)
S: * 1 FETCH (SAVEDATE "14-Nov-2023 22:13:21 +0000" INTERNALDATE "14-Nov-2023 23:13:20 +0000")
S: b OK {any}
C: c APPEND INBOX "01-Jan-2000 00:00:00 +0000" {5+}
C: hello
S>: c OK {any}
C: d FETCH 5 (INTERNALDATE SAVEDATE)
S: * 5 FETCH (INTERNALDATE " 1-Jan-2000 00:00:00 +0000" SAVEDATE {now=date})
S: d OK {any}
! sh test $(( $(date +%s) - $(date -d "$(echo "$now" | tr -d '"')" +%s) )) -lt 100
C: e COPY 1 Archive
S: e OK {any}
C: f MOVE 2 Archive
S>: f OK {any}
C: g SELECT Archive
S>: g OK {any}
C: h FETCH 1:2 (SAVEDATE)
S: * 1 FETCH (SAVEDATE {copied=date})
S: * 2 FETCH (SAVEDATE {moved=date})
S: h OK {any}
! sh for d in "$copied" "$moved"; do test $(( $(date +%s) - $(date -d "$(echo "$d" | tr -d '"')" +%s) )) -lt 100 || exit 1; done
! sh rm -rf roost.index
C: i FETCH 2 (SAVEDATE)
S: * 2 FETCH (SAVEDATE {$moved})
S>: i OK {any}
C: j STORE 2 +FLAGS.SILENT (\Flagged)
S: j OK {any}
C: k FETCH 2 (SAVEDATE)
S: * 2 FETCH (SAVEDATE {$moved})
S: k OK {any}
----
# SAVEDBEFORE, SAVEDON, SAVEDSINCE, SAVEDATESUPPORTED (section 4.3)
maildir: few
S: * PREAUTH {any}
C: a EXAMINE INBOX
S>: a OK {any}
C: b SEARCH SAVEDON 14-Nov-2023
S: * SEARCH 1 2 3 4
S: b OK {any}
C: c SEARCH ON 14-Nov-2023
S: * SEARCH 1
S: c OK {any}
C: d SEARCH SAVEDBEFORE 14-Nov-2023
S: * SEARCH
S: d OK {any}
C: e SEARCH SAVEDSINCE "14-Nov-2023" NOT SAVEDSINCE 15-Nov-2023
S: * SEARCH 1 2 3 4
S: e OK {any}
C: f SEARCH SAVEDATESUPPORTED
S: * SEARCH 1 2 3 4
S: f OK {any}
C: g SEARCH SAVEDON 31-Feb-2023
S: g BAD {any}
C: g SEARCH SAVEDON
S: g BAD {any}
----
# what was moved here under its old name by others, and what bears no time, gets its date from the day it was seen
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
! put cur/1600000000.old:2,S plain 1600000000
! put cur/7.mh:2,S plain 1600000000
C: b FETCH 5:6 (SAVEDATE)
S: b BAD {any}
C: c NOOP
S>: * 6 EXISTS
S>: c OK {any}
C: d FETCH 5:6 (SAVEDATE INTERNALDATE)
S: * 5 FETCH (SAVEDATE {x=date} INTERNALDATE "13-Sep-2020 12:26:40 +0000")
S: * 6 FETCH (SAVEDATE {y=date} INTERNALDATE "13-Sep-2020 12:26:40 +0000")
S: d OK {any}
! has roost-extra 5 D{num}
! has roost-extra 6 D{num}
! sh rm -rf roost.index
C: e FETCH 5:6 (SAVEDATE)
S: * 5 FETCH (SAVEDATE {$x})
S: * 6 FETCH (SAVEDATE {$y})
S>: e OK {any}
C: f SEARCH SAVEDSINCE 1-Jan-2024
S: * SEARCH 5 6
S: f OK {any}
