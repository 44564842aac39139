# EXPUNGE tells numbers that are right one after the other (RFC 3501 section 7.4.1)
maildir: many
S: * PREAUTH {any}
C: a SELECT INBOX
S>: * 200 EXISTS
S>: a OK {any}
C: b STORE 3:4,7,200 +FLAGS.SILENT (\Deleted)
S: b OK {any}
C: c EXPUNGE
S: * 200 EXPUNGE
S: * 7 EXPUNGE
S: * 4 EXPUNGE
S: * 3 EXPUNGE
S: c OK {any}
C: d FETCH 3,196 UID
S: * 3 FETCH (UID 5)
S: * 196 FETCH (UID 199)
S: d OK {any}
C: e EXPUNGE
S: e OK {any}
C: f EXPUNGE x
S: f BAD {any}
----
# UID EXPUNGE takes only those that are named and \Deleted (RFC 4315 section 2.1)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b STORE 1:3 +FLAGS.SILENT (\Deleted)
S: b OK {any}
C: c UID EXPUNGE 2,4:99
S: * 2 EXPUNGE
S: c OK {any}
C: d UID EXPUNGE
S: d BAD {any}
C: e UID EXPUNGE x
S: e BAD {any}
C: f UID EXPUNGE 1 2
S: f BAD {any}
C: g EXPUNGE
S: * 2 EXPUNGE
S: * 1 EXPUNGE
S: g OK {any}
----
# a message that others removed is not told during FETCH, STORE and SEARCH by number (RFC 3501 section 7.4.1)
maildir: few
S: * PREAUTH {any}
S2: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C2: a SELECT INBOX
S2>: a OK {any}
C2: b STORE 2 +FLAGS.SILENT (\Deleted)
S2: b OK {any}
C: b FETCH 1 UID
S: * 1 FETCH (UID 1)
S: * 2 FETCH (FLAGS (\Answered \Deleted \Seen))
S: b OK {any}
C2: c EXPUNGE
S2: * 2 EXPUNGE
S2: c OK {any}
C: c FETCH 3:4 UID
S: * 3 FETCH (UID 3)
S: * 4 FETCH (UID 4)
S: c OK {any}
C: d STORE 2:3 +FLAGS (\Draft)
S: * 3 FETCH (FLAGS (\Draft))
S: d NO [EXPUNGEISSUED] {any}
C: e COPY 2 INBOX
S: * 2 EXPUNGE
S: e NO [EXPUNGEISSUED] {any}
C: f FETCH 2 UID
S: * 2 FETCH (UID 3)
S: f OK {any}
C2: d UID STORE 1 +FLAGS.SILENT (\Deleted)
S2: * 2 FETCH (UID 3 FLAGS (\Draft))
S2: d OK {any}
C2: e UID EXPUNGE 1
S2: * 1 EXPUNGE
S2: e OK {any}
C: g UID FETCH 3 UID
S: * 2 FETCH (UID 3)
S: * 1 EXPUNGE
S: g OK {any}
----
# CLOSE by one session is told to the other
maildir: few
S: * PREAUTH {any}
S2: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C2: a SELECT INBOX
S2>: a OK {any}
C2: b STORE 1,4 +FLAGS.SILENT (\Deleted)
S2: b OK {any}
C2: c CLOSE
S2: c OK {any}
C: b NOOP
S: * 4 EXPUNGE
S: * 1 EXPUNGE
S: b OK {any}
----
# \Deleted and removed at once from outside, and new mail in the same moment
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
! rm cur/1700000002*
! deliver INBOX plain
C: b NOOP
S*: * 2 EXPUNGE
S: * {num} EXISTS
S: * 1 RECENT
S: b OK {any}
! pause 100
C: c NOOP
S*: * 2 EXPUNGE
S: c OK {any}
C: d UID SEARCH ALL
S: * SEARCH 1 3 4 5
S: d OK {any}
