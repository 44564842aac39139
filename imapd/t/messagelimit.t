# MESSAGELIMIT is offered where it is set; FETCH, STORE, SEARCH work on the last messages and say so (RFC 9738 section 3.1)
maildir: bare
env: IMAP_MESSAGE_LIMIT=1000
! sh i=1001; while [ $i -le 2300 ]; do printf 'Subject: x\n\n' >cur/170000$i.M1P1.h:2,; i=$((i + 1)); done
S: * PREAUTH [CAPABILITY {any} MESSAGELIMIT=1000] {any}
C: a SELECT INBOX
S>: a OK {any}
C: b UID FETCH 1:* UID
S: * 301 FETCH (UID 301)
S>: * 1300 FETCH (UID 1300)
S: b OK [MESSAGELIMIT 1000 301] {any}
C: c FETCH 1:1001 UID
S: * 2 FETCH (UID 2)
S>: c OK [MESSAGELIMIT 1000 2] {any}
C: d FETCH 1:1000 UID
S: * 1 FETCH (UID 1)
S>: d OK fetched
C: e UID STORE 100:5000 +FLAGS.SILENT (\Seen)
S: e OK [MESSAGELIMIT 1000 301] {any}
C: f UID SEARCH SEEN
S: re: \* SEARCH 301 302 .* 1299 1300
S: f OK [MESSAGELIMIT 1000 301] {any}
C: g UID SEARCH UID 1:300 SEEN
S: * SEARCH
S: g OK searched
C: h UID SEARCH RETURN (COUNT) UIDBEFORE 1200
S: * ESEARCH (TAG "h") UID COUNT 1000
S: h OK [MESSAGELIMIT 1000 200] {any}
C: i UID SEARCH RETURN (SAVE) ALL
S: i OK [MESSAGELIMIT 1000 301] {any}
C: j UID SEARCH RETURN (MIN COUNT) $
S: * ESEARCH (TAG "j") UID MIN 301 COUNT 1000
S: j OK searched
C: k UID SEARCH RETURN (COUNT) UIDAFTER 300
S: * ESEARCH (TAG "k") UID COUNT 1000
S: k OK searched
C: l UID FETCH 1:* UID (PARTIAL -1:-1001)
S: l NO [MESSAGELIMIT 1000] {any}
C: m UID FETCH 1:* UID (PARTIAL 299:300)
S: * 299 FETCH (UID 299)
S: * 300 FETCH (UID 300)
S: m OK fetched
C: n CAPABILITY
S: * CAPABILITY {any} MESSAGELIMIT=1000
S: n OK {any}
----
# COPY does nothing, MOVE and UID EXPUNGE the last ones, EXPUNGE and STATUS all (RFC 9738 section 3.1)
maildir: bare
env: IMAP_MESSAGE_LIMIT=1000
! sh i=1001; while [ $i -le 2300 ]; do printf 'Subject: x\n\n' >cur/170000$i.M1P1.h:2,; i=$((i + 1)); done
! folder .Old
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b UID COPY 1:* Old
S: b NO [MESSAGELIMIT 1000 301] {any}
C: c STATUS Old (MESSAGES)
S: * STATUS Old (MESSAGES 0)
S: c OK {any}
C: d ENABLE UIDONLY
S>: d OK {any}
C: e UID MOVE 1:* Old
S: * OK [COPYUID {num} 301:1300 1:1000] moved
S: * VANISHED 301:1300
S: e OK [MESSAGELIMIT 1000 301] {any}
C: f UID MOVE 1:* Old
S: * OK [COPYUID {num} 1:300 1001:1300] moved
S: * VANISHED 1:300
S: f OK MOVE {any}
C: g SELECT Old
S>: g OK {any}
C: h UID STORE 1:300 +FLAGS.SILENT (\Deleted)
S: h OK STORE {any}
C: i UID EXPUNGE 1:*
S: * VANISHED 1:300
S: i OK EXPUNGE {any}
C: j SELECT INBOX
S>: j OK {any}
C: k STATUS Old (MESSAGES UNSEEN)
S: * STATUS Old (MESSAGES 1000 UNSEEN 1000)
S: k OK {any}
----
# UID EXPUNGE counts those with \Deleted; HIGHESTMODSEQ keeps the tagged OK and MESSAGELIMIT goes into an untagged NO (RFC 9738 section 3.1, RFC 7162 section 3.2.9)
maildir: bare
env: IMAP_MESSAGE_LIMIT=1000
! sh i=1001; while [ $i -le 2300 ]; do printf 'Subject: x\n\n' >cur/170000$i.M1P1.h:2,T; i=$((i + 1)); done
S: * PREAUTH {any}
C: a ENABLE QRESYNC
S>: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C: c UID STORE 1300 -FLAGS.SILENT (\Deleted)
S>: c OK {any}
C: d UID EXPUNGE 1:*
S: * VANISHED 300:1299
S: * NO [MESSAGELIMIT 1000 300] {any}
S: d OK [HIGHESTMODSEQ {nz}] {any}
C: e EXPUNGE
S: * VANISHED 1:299
S: e OK [HIGHESTMODSEQ {nz}] {any}
----
# EXPUNGEISSUED keeps the tagged answer (RFC 9738 section 3.1)
maildir: bare
env: IMAP_MESSAGE_LIMIT=1000
! sh i=1001; while [ $i -le 2300 ]; do printf 'Subject: x\n\n' >cur/170000$i.M1P1.h:2,; i=$((i + 1)); done
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
! rm cur/1700002290.*
! pause 50
C: b FETCH 1 UID
S: * 1 FETCH (UID 1)
S: b OK {any}
C: c SEARCH 1:* UNSEEN
S: * SEARCH {any}
S: * NO [MESSAGELIMIT 1000 {num}] {any}
S: c OK [EXPUNGEISSUED] {any}
----
# EXPUNGE and CLOSE know no limit (RFC 9738 section 3.1)
maildir: bare
env: IMAP_MESSAGE_LIMIT=1000
! sh i=1001; while [ $i -le 2300 ]; do printf 'Subject: x\n\n' >cur/170000$i.M1P1.h:2,T; i=$((i + 1)); done
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b CLOSE
S: b OK {any}
! ls cur =
----
# without the setting it is not offered and nothing is limited
maildir: bare
! sh i=1001; while [ $i -le 2300 ]; do printf 'Subject: x\n\n' >cur/170000$i.M1P1.h:2,; i=$((i + 1)); done
S: re: \* PREAUTH (?!.*MESSAGELIMIT).*
C: a SELECT INBOX
S>: a OK {any}
C: b UID SEARCH RETURN (COUNT) SEEN
S: * ESEARCH (TAG "b") UID COUNT 0
S: b OK searched
C: c UID STORE 1:* +FLAGS.SILENT (\Seen)
S: c OK STORE {any}
----
# a limit that is none ends the program
env: IMAP_MESSAGE_LIMIT=999
exit: 100
! end 1
L: imapd: fatal: invalid value of $IMAP_MESSAGE_LIMIT
