# SELECT and EXAMINE: LIST, CLOSED, and neither RECENT nor UNSEEN (RFC 9051 sections 6.3.2, 6.3.3)
maildir: folders
S: * PREAUTH {any}
C: a ENABLE IMAP4rev2
S>: a OK {any}
! deliver INBOX plain
C: b SELECT inbox
S: * LIST (\HasNoChildren) "." INBOX
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] {any}
S: * 5 EXISTS
S: * OK [UIDVALIDITY 1700000000] {any}
S: * OK [UIDNEXT 6] {any}
S: * OK [MAILBOXID ({any})] {any}
S: * OK [HIGHESTMODSEQ {num}] {any}
S: b OK [READ-WRITE] {any}
# the attributes are those of LIST, and accurate
C: c EXAMINE Archive
S: * OK [CLOSED] {any}
S: * LIST (\Subscribed \HasChildren \Archive) "." Archive
S: * FLAGS {any}
S: * OK [PERMANENTFLAGS ()] {any}
S: * 0 EXISTS
S: * OK [UIDVALIDITY {num}] {any}
S: * OK [UIDNEXT {num}] {any}
S: * OK [MAILBOXID ({any})] {any}
S: * OK [HIGHESTMODSEQ {num}] {any}
S: c OK [READ-ONLY] {any}
C: d SELECT Archive.2023
S: * OK [CLOSED] {any}
S: * LIST (\HasNoChildren) "." Archive.2023
S>: d OK [READ-WRITE] {any}
# a SELECT that fails has closed the mailbox too
C: e SELECT Nowhere
S: * OK [CLOSED] {any}
S: e NO [NONEXISTENT] {any}
C: f FETCH 1 UID
S: f BAD {any}
C: g SELECT Nowhere
S: g NO [NONEXISTENT] {any}
# one that is malformed has not; CLOSE and UNSELECT need no CLOSED (7.1)
C: h SELECT Sent
S>: h OK {any}
C: i SELECT
S: i BAD {any}
C: j FETCH 1 UID
S: * 1 FETCH {any}
S: j OK {any}
C: k CLOSE
S: k OK {any}
C: l SELECT Sent
S: * LIST (\Subscribed \HasNoChildren \Sent) "." Sent
S>: l OK {any}
C: m UNSELECT
S: m OK {any}
----
# a mailbox that may not be changed is READ-ONLY (RFC 9051 section 6.3.2)
S: * PREAUTH {any}
! chmod 555 cur
C: a ENABLE IMAP4rev2
S>: a OK {any}
C: b SELECT INBOX
S>: b OK [READ-ONLY] {any}
C: c STORE 1 +FLAGS (\Deleted)
S: c NO [READ-ONLY] {any}
! chmod 755 cur
