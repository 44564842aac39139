# each malformed FETCH is BAD, and the session goes on
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b FETCH
S: b BAD {any}
C: b FETCH 1
S: b BAD missing argument
C: b FETCH 1 
S: b BAD {any}
C: b FETCH x FLAGS
S: b BAD {any}
C: b FETCH 0 FLAGS
S: b BAD {any}
C: b FETCH 5 FLAGS
S: b BAD no such message number
C: b FETCH 1:9 FLAGS
S: b BAD no such message number
C: b FETCH 1 FOO
S: b BAD unknown FETCH item
C: b FETCH 1 ()
S: b BAD unknown FETCH item
C: b FETCH 1 (FLAGS
S: b BAD missing ")"
C: b FETCH 1 FLAGS UID
S: b BAD missing "("
C: bb NOOP
S: bb OK {any}
C: b FETCH 1 (ALL)
S: b BAD unknown FETCH item
C: b FETCH 1 BODY[
S: b BAD {any}
C: b FETCH 1 BODY[0]
S: b BAD number must not be zero
C: b FETCH 1 BODY[MIME]
S: b BAD MIME needs a part number
C: b FETCH 1 BODY[1.FOO]
S: b BAD unknown section of BODY[]
C: b FETCH 1 BODY[]<0.0>
S: b BAD number must not be zero
C: b FETCH 1 BODY[]<5>
S: b BAD {any}
C: b FETCH 1 BODY[HEADER.FIELDS ()]
S: b BAD string expected
C: b UID FETCH 1
S: b BAD missing argument
C: c FETCH 1 UID
S: * 1 FETCH (UID 1)
S: c OK {any}
----
# FETCH needs a selected folder
S>: * PREAUTH {any}
C: a FETCH 1 FLAGS
S: a BAD {any}
C: b UID FETCH 1 FLAGS
S: b BAD {any}
----
# a field name as a literal, then the rest of the command
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b FETCH 1 (BODY.PEEK[HEADER.FIELDS ({7+}
C: Subject "To")] UID)
S: * 1 FETCH (UID 1 BODY[HEADER.FIELDS (Subject To)] {62}
S: To: Bob Sample <bob@example.net>
S: Subject: lunch on friday
S: 
S: )
S: b OK {any}
