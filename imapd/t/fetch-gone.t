# a FETCH by number of a message that is gone: NO, the others are there
# (RFC 2180 section 4.1.2, RFC 5530)
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
! rm cur/1700000002*
C: b FETCH 1:3 BODY.PEEK[HEADER.FIELDS (X-None)]
S: * 1 FETCH (BODY[HEADER.FIELDS (X-None)] {2}
S: 
S: )
S: * 3 FETCH (BODY[HEADER.FIELDS (X-None)] {2}
S: 
S: )
S: b NO [EXPUNGEISSUED] {any}
C: c NOOP
S: * 2 EXPUNGE
S: c OK {any}
C: d FETCH 1:* UID
S: * 1 FETCH (UID 1)
S: * 2 FETCH (UID 3)
S: * 3 FETCH (UID 4)
S: d OK {any}
----
# a UID that is not there is no error (RFC 3501 section 6.4.8)
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b UID FETCH 9,3,100:200 UID
S: * 3 FETCH (UID 3)
S: b OK {any}
C: c UID FETCH 100:* UID
S: * 4 FETCH (UID 4)
S: c OK {any}
! rm cur/1700000002*
C: d UID FETCH 2 BODY.PEEK[]
S?: * 2 EXPUNGE
S: d OK {any}
----
# an empty folder has no message 1
maildir: empty
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b FETCH 1 FLAGS
S: b BAD {any}
C: c FETCH 1:* FLAGS
S: c BAD {any}
C: d UID FETCH 1:* FLAGS
S: d OK {any}
C: e UID FETCH * FLAGS
S: e OK {any}
