# flags, sizes, sets (RFC 3501 section 6.4.4)
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b SEARCH ALL
S: * SEARCH 1 2 3 4
S: b OK {any}
C: b SEARCH SEEN
S: * SEARCH 1 2
S: b OK {any}
C: b SEARCH unseen
S: * SEARCH 3 4
S: b OK {any}
C: b SEARCH ANSWERED SEEN
S: * SEARCH 2
S: b OK {any}
C: b SEARCH FLAGGED SEEN
S: * SEARCH
S: b OK {any}
C: b SEARCH OR FLAGGED ANSWERED
S: * SEARCH 2 4
S: b OK {any}
C: b SEARCH NOT (OR FLAGGED ANSWERED)
S: * SEARCH 1 3
S: b OK {any}
C: b SEARCH LARGER 277
S: * SEARCH 2 4
S: b OK {any}
C: b SEARCH SMALLER 277
S: * SEARCH 3
S: b OK {any}
C: b SEARCH 2:3
S: * SEARCH 2 3
S: b OK {any}
C: b SEARCH * 2:*
S: * SEARCH 4
S: b OK {any}
C: b SEARCH NOT 1,3
S: * SEARCH 2 4
S: b OK {any}
C: b UID SEARCH UID 3:100
S: * SEARCH 3 4
S: b OK {any}
C: b SEARCH DELETED
S: * SEARCH
S: b OK {any}
C: b SEARCH UNDELETED UNDRAFT UNFLAGGED UNANSWERED
S: * SEARCH 1 3
S: b OK {any}
C: b SEARCH RECENT
S: * SEARCH
S: b OK {any}
C: b SEARCH OLD UNSEEN
S: * SEARCH 3 4
S: b OK {any}
----
# \Recent: RECENT, NEW, OLD
maildir: new
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b SEARCH RECENT
S: * SEARCH 5 6
S: b OK {any}
C: c SEARCH NEW
S: * SEARCH 5 6
S: c OK {any}
C: d SEARCH OLD
S: * SEARCH 1 2 3 4
S: d OK {any}
C: e STORE 5 +FLAGS (\Seen)
S: * 5 FETCH (FLAGS (\Seen \Recent))
S: e OK {any}
C: f SEARCH NEW
S: * SEARCH 6
S: f OK {any}
----
# keywords compare without case; one that nobody knows is on no message
maildir: keywords
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b SEARCH KEYWORD work
S: * SEARCH 1 3
S: b OK {any}
C: c SEARCH KEYWORD $Junk UNKEYWORD $Forwarded
S: * SEARCH 3
S: c OK {any}
C: d SEARCH KEYWORD nobody
S: * SEARCH
S: d OK {any}
C: e SEARCH UNKEYWORD nobody
S: * SEARCH 1 2 3 4
S: e OK {any}
----
# dates of arrival, in the server's zone; dates of the Date field as written
env: TZ=UTC
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b SEARCH ON 14-Nov-2023
S: * SEARCH 1
S: b OK {any}
C: b SEARCH SINCE 15-Nov-2023
S: * SEARCH 2 3 4
S: b OK {any}
C: b SEARCH BEFORE "15-Nov-2023"
S: * SEARCH 1
S: b OK {any}
C: b SEARCH SENTON 15-Nov-2023
S: * SEARCH 2
S: b OK {any}
C: b SEARCH SENTON 17-Nov-2023
S: * SEARCH 4
S: b OK {any}
C: b SEARCH SENTSINCE 16-Nov-2023
S: * SEARCH 3 4
S: b OK {any}
C: b SEARCH SENTBEFORE 15-Nov-2023
S: * SEARCH 1
S: b OK {any}
C: b SEARCH YOUNGER 100000
S: * SEARCH
S: b OK {any}
C: b SEARCH OLDER 100000
S: * SEARCH 1 2 3 4
S: b OK {any}
----
# BEFORE, ON and SINCE agree with the INTERNALDATE that is shown
env: TZ=XXX-5
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b FETCH 1 INTERNALDATE
S: * 1 FETCH (INTERNALDATE "15-Nov-2023 04:13:20 +0500")
S: b OK {any}
C: c SEARCH ON 15-Nov-2023
S: * SEARCH 1 2 3 4
S: c OK {any}
C: d SEARCH BEFORE 15-Nov-2023
S: * SEARCH
S: d OK {any}
----
# a message without a Date that can be read is on no day
S>: * PREAUTH {any}
! put cur/1700000011.M1P1.h:2, headless
C: a SELECT INBOX
S>: a OK {any}
C: b SEARCH 5 OR SENTBEFORE 1-Jan-2030 SENTSINCE 1-Jan-1970
S: * SEARCH
S: b OK {any}
C: c SEARCH NOT SENTBEFORE 1-Jan-2030
S: * SEARCH 5
S: c OK {any}
