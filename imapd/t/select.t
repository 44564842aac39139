# SELECT tells flags, counts and UIDs (RFC 3501 section 6.3.1)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] {any}
S: * 4 EXISTS
S: * 0 RECENT
S: * OK [UNSEEN 3] {any}
S: * OK [UIDVALIDITY 1700000000] {any}
S: * OK [UIDNEXT 5] {any}
S: * OK [MAILBOXID ({any})] {any}
S: * OK [HIGHESTMODSEQ {num}] {any}
S: a OK [READ-WRITE] {any}
C: b SELECT "inbox"
S>: b OK [READ-WRITE] {any}
C: c SELECT {5+}
C: iNbOx
S>: c OK [READ-WRITE] {any}
----
# new mail is moved to cur/ and is \Recent in one session only (RFC 3501 section 2.3.2)
maildir: new
S: * PREAUTH {any}
C: a SELECT INBOX
S>: * 6 EXISTS
S: * 2 RECENT
S>: * OK [UIDNEXT 7] {any}
S>: * OK [HIGHESTMODSEQ {num}] {any}
S: a OK {any}
C: b FETCH 5 FLAGS
S: * 5 FETCH (FLAGS (\Recent))
S: b OK {any}
! ls new =
S2: * PREAUTH {any}
C2: a SELECT INBOX
S2>: * 6 EXISTS
S2: * 0 RECENT
S2>: a OK {any}
----
# EXAMINE changes nothing, not even \Recent (RFC 3501 section 6.3.2)
maildir: new
S: * PREAUTH {any}
C: a EXAMINE INBOX
S: * FLAGS {any}
S: * OK [PERMANENTFLAGS ()] {any}
S: * 6 EXISTS
S: * 2 RECENT
S>: a OK [READ-ONLY] {any}
! exists new/1700000005*
C: b STORE 1 +FLAGS (\Deleted)
S: b NO [READ-ONLY] {any}
C: c EXPUNGE
S: c NO [READ-ONLY] {any}
C: d UID EXPUNGE 1
S: d NO [READ-ONLY] {any}
C: e MOVE 1 INBOX
S: e NO [READ-ONLY] {any}
C: f CLOSE
S: f OK {any}
C: g SELECT INBOX
S>: * 2 RECENT
S>: g OK [READ-WRITE] {any}
----
# a SELECT that fails leaves no mailbox selected (RFC 3501 section 6.3.1)
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b SELECT nowhere
S: * OK [CLOSED] {any}
S: b NO [NONEXISTENT] {any}
C: c CHECK
S: c BAD no mailbox is selected
C: d SELECT INBOX
S>: d OK {any}
C: e SELECT
S: e BAD {any}
C: f SELECT INBOX x
S: f BAD {any}
C: g CHECK
S: g OK {any}
----
# names that cannot be (RFC 5530 CANNOT)
S: * PREAUTH {any}
C: a SELECT a..b
S: a NO [CANNOT] {any}
C: a SELECT ../etc
S: a NO [CANNOT] {any}
C: a SELECT "a/b"
S: a NO [CANNOT] {any}
C: a SELECT "a{x07}b"
S: a NO [CANNOT] {any}
C: a SELECT "~root"
S: a NO [CANNOT] {any}
C: a SELECT "&bad"
S: a NO [CANNOT] {any}
C: a SELECT "caf{xE9}"
S: a NO [CANNOT] {any}
C: a SELECT ""
S: a NO [CANNOT] {any}
C: a SELECT {x61*300}
S: a NO [LIMIT] {any}
C: a SELECT %
S: a BAD {any}
----
# CLOSE expunges silently, UNSELECT does not (RFC 3501 section 6.4.2, RFC 3691)
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b STORE 1 +FLAGS.SILENT (\Deleted)
S: b OK {any}
C: c UNSELECT
S: c OK {any}
C: d SELECT INBOX
S>: * 4 EXISTS
S>: d OK {any}
C: e CLOSE
S: e OK {any}
C: f SELECT INBOX
S>: * 3 EXISTS
S>: f OK {any}
C: g CLOSE x
S: g BAD {any}
C: h UNSELECT x
S: h BAD {any}
----
# keywords are told as flags (RFC 3501 section 7.2.6)
maildir: keywords
S: * PREAUTH {any}
C: a SELECT INBOX
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded Work $Junk)
S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded Work $Junk \*)] {any}
S>: a OK {any}
----
# mail that may not be changed is selected read-only (RFC 3501 section 6.3.1)
maildir: folders
S: * PREAUTH {any}
! chmod 0555 .Sent/cur
C: a SELECT Sent
S>: a OK [READ-ONLY] {any}
! chmod 0755 .Sent/cur
----
# a folder that cannot be read (RFC 5530 NOPERM)
maildir: folders
S: * PREAUTH {any}
! chmod 0000 .Sent
C: a SELECT Sent
S: a NO {any}
C: b STATUS Sent (MESSAGES)
S: b NO {any}
! chmod 0755 .Sent
