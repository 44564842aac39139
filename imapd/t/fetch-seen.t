# a text sets \Seen and the new flags come with it; PEEK does not
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b FETCH 3 BODY.PEEK[TEXT]
S: * 3 FETCH (BODY[TEXT] {17}
S: Caf{xE9} und Stra{xDF}e
S: )
S: b OK {any}
C: c FETCH 3 (RFC822.HEADER FLAGS)
S: * 3 FETCH (FLAGS () RFC822.HEADER {251}
S>: c OK {any}
C: d FETCH 3 BODY[TEXT]<0.3>
S: * 3 FETCH (FLAGS (\Seen) BODY[TEXT]<0> {3}
S: Caf)
S: d OK {any}
C: e FETCH 3 BODY[TEXT]<0.3>
S: * 3 FETCH (BODY[TEXT]<0> {3}
S: Caf)
S: e OK {any}
C: f FETCH 4 (FLAGS BODY[1])
S: * 4 FETCH (FLAGS (\Flagged \Seen) BODY[1] {9}
S: see below)
S: f OK {any}
! ls cur = 1700000001.M1P7.example:2,S 1700000002.M2P7.example:2,RS 1700000003.M3P7.example:2,S 1700000004.M4P7.example:2,FS
----
# nothing is set in a folder that was opened with EXAMINE
S>: * PREAUTH {any}
C: a EXAMINE INBOX
S>: a OK {any}
C: b FETCH 3 (FLAGS BODY[1]<0.3>)
S: * 3 FETCH (FLAGS () BODY[1]<0> {3}
S: Caf)
S: b OK {any}
! ls cur = 1700000001.M1P7.example:2,S 1700000002.M2P7.example:2,RS 1700000003.M3P7.example:2, 1700000004.M4P7.example:2,F
----
# where \Seen cannot be set the text is sent all the same
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
! chmod 555 cur
C: b FETCH 3 BODY[1]<0.3>
S: * 3 FETCH (BODY[1]<0> {3}
S: Caf)
S: b OK {any}
C: c FETCH 3 FLAGS
S: * 3 FETCH (FLAGS ())
S: c OK {any}
! chmod 755 cur
----
# another session hears of \Seen
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
S2>: * PREAUTH {any}
C2: a SELECT INBOX
S2>: a OK {any}
C2: b FETCH 3 BODY[1]<0.3>
S2: * 3 FETCH (FLAGS (\Seen) BODY[1]<0> {3}
S2: Caf)
S2: b OK {any}
C: b NOOP
S: * 3 FETCH (FLAGS (\Seen))
S: b OK {any}
