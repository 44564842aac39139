# sections of a multipart: what each part number names (RFC 3501 section 6.4.5)
S>: * PREAUTH {any}
C: a EXAMINE INBOX
S>: a OK {any}
C: b FETCH 2 BODY[1.1]
S: * 2 FETCH (BODY[1.1] {50}
S: Sch=C3=B6ne Gr=C3=BC=C3=9Fe, a soft line=
S:  break.)
S: b OK {any}
C: c FETCH 2 BODY[1.2.MIME]
S: * 2 FETCH (BODY[1.2.MIME] {42}
S: Content-Type: text/html; charset=utf-8
S: 
S: )
S: c OK {any}
C: d FETCH 2 (BODY[2] BODY[3] BODY[1.3] BODY[2.1])
S: * 2 FETCH (BODY[2] {28}
S: JVBERi0xLjQKJcOkw7zDtsOfCg== BODY[3] NIL BODY[1.3] NIL BODY[2.1] NIL)
S: d OK {any}
C: e FETCH 2 BODY[2]<4.6>
S: * 2 FETCH (BODY[2]<4> {6}
S: Ri0xLj)
S: e OK {any}
C: f FETCH 2 (BODY[2]<27.10> BODY[2]<28.10> BODY[2]<4294967295.1>)
S: * 2 FETCH (BODY[2]<27> {1}
S: = BODY[2]<28> {0}
S:  BODY[2]<4294967295> {0}
S: )
S: f OK {any}
----
# a message in a message: its header, its text, its part 1
S>: * PREAUTH {any}
C: a EXAMINE INBOX
S>: a OK {any}
C: b FETCH 4 BODY[2.HEADER]
S: * 4 FETCH (BODY[2.HEADER] {101}
S: From: ann@example.org
S: To: bob@example.net
S: Subject: inner
S: Date: Tue, 14 Nov 2023 22:13:20 +0000
S: 
S: )
S: b OK {any}
C: c FETCH 4 (BODY[2.TEXT] BODY[2.1] BODY[2.1.MIME])
S: * 4 FETCH (BODY[2.TEXT] {10}
S: inner body BODY[2.1] {10}
S: inner body BODY[2.1.MIME] {101}
S: From: ann@example.org
S>: c OK {any}
C: d FETCH 4 BODY[2.HEADER.FIELDS (subject "x y")]
S: * 4 FETCH (BODY[2.HEADER.FIELDS (subject "x y")] {18}
S: Subject: inner
S: 
S: )
S: d OK {any}
C: e FETCH 4 BODY[2.HEADER.FIELDS.NOT (subject DATE)]
S: * 4 FETCH (BODY[2.HEADER.FIELDS.NOT (subject DATE)] {46}
S: From: ann@example.org
S: To: bob@example.net
S: 
S: )
S: e OK {any}
C: f FETCH 4 (BODY[1.HEADER] BODY[1.TEXT] BODY[1.HEADER.FIELDS (To)])
S: * 4 FETCH (BODY[1.HEADER] NIL BODY[1.TEXT] NIL BODY[1.HEADER.FIELDS (To)] NIL)
S: f OK {any}
----
# part 1 of a message that is no multipart is its text
S>: * PREAUTH {any}
C: a EXAMINE INBOX
S>: a OK {any}
C: b FETCH 3 (BODY[1] BODY[TEXT] RFC822.TEXT)
S: * 3 FETCH (BODY[1] {17}
S: Caf{xE9} und Stra{xDF}e
S:  BODY[TEXT] {17}
S: Caf{xE9} und Stra{xDF}e
S:  RFC822.TEXT {17}
S: Caf{xE9} und Stra{xDF}e
S: )
S: b OK {any}
C: c FETCH 3 (BODY[1.1] BODY[2])
S: * 3 FETCH (BODY[1.1] NIL BODY[2] NIL)
S: c OK {any}
----
# header fields: from the message, then from the index, in the message's order
S>: * PREAUTH {any}
C: a EXAMINE INBOX
S>: a OK {any}
C: b FETCH 1 BODY.PEEK[HEADER.FIELDS (Subject FROM)]
S: * 1 FETCH (BODY[HEADER.FIELDS (Subject FROM)] {65}
S: From: Ann Example <ann@example.org>
S: Subject: lunch on friday
S: 
S: )
S: b OK {any}
C: c FETCH 1 BODY.PEEK[HEADER.FIELDS (return-path X-None)]<5.20>
S: * 1 FETCH (BODY[HEADER.FIELDS (return-path X-None)]<5> {20}
S: n-Path: <ann@example)
S: c OK {any}
C: d FETCH 1 BODY.PEEK[HEADER.FIELDS (X-None)]
S: * 1 FETCH (BODY[HEADER.FIELDS (X-None)] {2}
S: 
S: )
S: d OK {any}
C: e FETCH 1 RFC822.HEADER
S: * 1 FETCH (RFC822.HEADER {205}
S: Return-Path: <ann@example.org>
S>: e OK {any}
----
# the whole message
S>: * PREAUTH {any}
C: a EXAMINE INBOX
S>: a OK {any}
C: b FETCH 3 (RFC822.SIZE RFC822)
S: * 3 FETCH (RFC822.SIZE 268 RFC822 {268}
S: Date: Thu, 16 Nov 2023 00:00:00 GMT
S: From: =?iso-8859-1?Q?J=F6rg?= <joerg@example.de>
S: To: undisclosed-recipients:;
S: Subject: =?iso-8859-1?Q?Caf=E9?=
S: MIME-Version: 1.0
S: Content-Type: text/plain; charset=iso-8859-1
S: Content-Transfer-Encoding: 8bit
S: 
S: Caf{xE9} und Stra{xDF}e
S: )
S: b OK {any}
C: c FETCH 3 BODY.PEEK[]<260.100>
S: * 3 FETCH (BODY[]<260> {8}
S: Stra{xDF}e
S: )
S: c OK {any}
----
# odd messages: none of them stops a client
S>: * PREAUTH {any}
! put cur/1700000011.M1P1.h:2, headless
! put cur/1700000012.M1P1.h:2, empty
! put cur/1700000013.M1P1.h:2, onlyheader
! put cur/1700000014.M1P1.h:2, nolf
! put cur/1700000015.M1P1.h:2, nul
C: a EXAMINE INBOX
S>: a OK {any}
C: b FETCH 5 (ENVELOPE BODY[HEADER] BODY[TEXT])
S: * 5 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) BODY[HEADER] {2}
S: 
S:  BODY[TEXT] {24}
S: just a body, no header
S>: b OK {any}
C: c FETCH 6 (RFC822.SIZE BODY[] BODY[HEADER] BODY[TEXT] BODY[1])
S: * 6 FETCH (RFC822.SIZE 0 BODY[] {0}
S:  BODY[HEADER] {0}
S:  BODY[TEXT] {0}
S:  BODY[1] {0}
S: )
S: c OK {any}
# no blank line is made up that the message does not have
C: d FETCH 7 (BODY[HEADER] BODY[HEADER.FIELDS (Subject)] BODY[TEXT])
S: * 7 FETCH (BODY[HEADER] {36}
S: Subject: no body and no blank line
S:  BODY[HEADER.FIELDS (Subject)] {36}
S: Subject: no body and no blank line
S:  BODY[TEXT] {0}
S: )
S: d OK {any}
C: e FETCH 8 (RFC822.SIZE BODY[])
S: * 8 FETCH (RFC822.SIZE 45 BODY[] {45}
S: Subject: ends without a line end
S: 
S: last line)
S: e OK {any}
# NUL may not be sent (RFC 3501 section 9)
C: f FETCH 9 (BODY[] BODY[TEXT]<5.5>)
S: * 9 FETCH (BODY[] {34}
S: Subject: a NUL
S: 
S: before {x80} after
S:  BODY[TEXT]<5> {5}
S: e {x80} a)
S: f OK {any}
