# BINARY and BINARY.SIZE take off the transfer encoding (RFC 3516 section 4; RFC 9051 section 6.4.5)
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b FETCH 2 (BINARY.SIZE[1.1] BINARY.PEEK[1.1])
S: * 2 FETCH (BINARY.SIZE[1.1] 35 BINARY[1.1] {35}
S: Sch{xC3}{xB6}ne Gr{xC3}{xBC}{xC3}{x9F}e, a soft line break.)
S: b OK {any}
# what has no encoding is as in BODY[...]
C: c FETCH 3 (BINARY.SIZE[1] BINARY.PEEK[1] BODY.PEEK[1])
S: * 3 FETCH (BINARY.SIZE[1] 17 BINARY[1] {17}
S: Caf{xE9} und Stra{xDF}e
S:  BODY[1] {17}
S: Caf{xE9} und Stra{xDF}e
S: )
S: c OK {any}
# parts are of the decoded text; the answer has where they begin
C: d FETCH 2 BINARY.PEEK[1.1]<3.4>
S: * 2 FETCH (BINARY[1.1]<3> {4}
S: {xC3}{xB6}ne)
S: d OK {any}
C: d1 FETCH 2 BINARY.PEEK[1.1]<30.4294967296000>
S: * 2 FETCH (BINARY[1.1]<30> {5}
S: reak.)
S: d1 OK {any}
C: d2 FETCH 2 BINARY.PEEK[1.1]<35.1>
S: * 2 FETCH (BINARY[1.1]<35> {0}
S: )
S: d2 OK {any}
C: d3 FETCH 2 BINARY.PEEK[1.1]<0.3>
S: * 2 FETCH (BINARY[1.1]<0> {3}
S: Sch)
S: d3 OK {any}
# the size is that of what BINARY sends: NIL has none
C: e FETCH 2 (BINARY.PEEK[7] BINARY.SIZE[7] BINARY.PEEK[1.1.1])
S: * 2 FETCH (BINARY[7] NIL BINARY.SIZE[7] 0 BINARY[1.1.1] NIL)
S: e OK {any}
C: f UID FETCH 2 BINARY.SIZE[2]
S: * 2 FETCH (UID 2 BINARY.SIZE[2] 19)
S: f OK {any}
# BINARY sets \Seen, BINARY.PEEK and BINARY.SIZE do not
C: g FETCH 3 (BINARY.PEEK[1] BINARY.SIZE[1])
S: * 3 FETCH (BINARY[1] {17}
S: Caf{xE9} und Stra{xDF}e
S:  BINARY.SIZE[1] 17)
S: g OK {any}
C: g1 FETCH 3 BINARY[1]
S: * 3 FETCH (FLAGS (\Seen) BINARY[1] {17}
S: Caf{xE9} und Stra{xDF}e
S: )
S: g1 OK {any}
----
# literal8 for NUL, line ends of text, damaged and unknown encodings (RFC 3516 sections 4.3 and 6; RFC 9051 section 7.5.2)
S>: * PREAUTH {any}
! file cur/1700000100.a.x:2, Content-Type: multipart/mixed; boundary=b{x0A}{x0A}--b{x0A}Content-Type: application/x{x0A}Content-Transfer-Encoding: base64{x0A}{x0A}AAECDQo=CgAK{x0A}--b{x0A}Content-Type: text/plain{x0A}Content-Transfer-Encoding: base64{x0A}{x0A}YQpiDQpjCg=={x0A}--b{x0A}Content-Type: text/plain{x0A}Content-Transfer-Encoding: quoted-printable{x0A}{x0A}one =20 {x0A}two=0Athree =3D=E4=F6={x0A}e{x0A}--b{x0A}Content-Type: image/x{x0A}Content-Transfer-Encoding: x-uue{x0A}{x0A}abc{x0A}--b{x0A}Content-Type: message/rfc822{x0A}{x0A}Content-Transfer-Encoding: base64{x0A}{x0A}aGFsbG8={x0A}--b{x0A}Content-Type: application/x{x0A}Content-Transfer-Encoding: base64{x0A}{x0A}SGVsbG8gd29y*bG{x0A}--b{x0A}Content-Type: text/plain; charset=utf-16{x0A}Content-Transfer-Encoding: base64{x0A}{x0A}AGEACgBi{x0A}--b{x0A}Content-Type: application/x{x0A}Content-Transfer-Encoding: binary{x0A}{x0A}a{x00}b{x0A}c{x0A}--b--{x0A}
C: a SELECT INBOX
S>: a OK {any}
# octets are octets: LF stays
C: b FETCH 5 (BINARY.SIZE[1] BINARY.PEEK[1])
S: * 5 FETCH (BINARY.SIZE[1] 8 BINARY[1] ~{8}
S: {x00}{x01}{x02}
S: {any}
S: {any}
S: )
S: b OK {any}
# text always has CR LF
C: c FETCH 5 (BINARY.SIZE[2] BINARY.PEEK[2] BINARY.SIZE[3] BINARY.PEEK[3])
S: * 5 FETCH (BINARY.SIZE[2] 9 BINARY[2] {9}
S: a
S: b
S: c
S:  BINARY.SIZE[3] 22 BINARY[3] {22}
S: one  
S: two
S: three ={xE4}{xF6}e)
S: c OK {any}
# but two octets of UTF-16 are no line end
C: d FETCH 5 BINARY.PEEK[7]
S: * 5 FETCH (BINARY[7] ~{6}
S: {any}
S: {x00}b)
S: d OK {any}
# an encoding that is not known fails the request
C: e FETCH 5 BINARY[4]
S: e NO [UNKNOWN-CTE] {any}
C: e1 FETCH 5 BINARY.SIZE[4]
S: e1 NO [UNKNOWN-CTE] {any}
C: e2 FETCH 2,5 (UID BINARY.SIZE[4])
S: * 2 FETCH (UID 2 BINARY.SIZE[4] 0)
S: e2 NO [UNKNOWN-CTE] {any}
C: e3 FETCH 5 FLAGS
S: * 5 FETCH (FLAGS ())
S: e3 OK {any}
# base64 that is cut off, with an octet that does not belong there
C: f FETCH 5 (BINARY.SIZE[6] BINARY.PEEK[6])
S: * 5 FETCH (BINARY.SIZE[6] 10 BINARY[6] {10}
S: Hello worl)
S: f OK {any}
# a message in a message, and its part
C: g FETCH 5 (BINARY.PEEK[5.1] BINARY.PEEK[5])
S: * 5 FETCH (BINARY[5.1] {5}
S: hallo BINARY[5] {45}
S: Content-Transfer-Encoding: base64
S: 
S: aGFsbG8=)
S: g OK {any}
C: h FETCH 5 BINARY.PEEK[8]
S: * 5 FETCH (BINARY[8] ~{6}
S: a{x00}b
S: c)
S: h OK {any}
# BODY[...] never has a NUL
C: h1 FETCH 5 BODY.PEEK[8]
S: * 5 FETCH (BODY[8] {6}
S: a{x80}b
S: c)
S: h1 OK {any}
C: i FETCH 5 BINARY.PEEK[]<0.12>
S: * 5 FETCH (BINARY[]<0> ~{12}
S: Content-Type)
S: i OK {any}
C: i1 FETCH 5 (RFC822.SIZE BINARY.SIZE[])
S: * 5 FETCH (RFC822.SIZE 748 BINARY.SIZE[] 748)
S: i1 OK {any}
----
# malformed BINARY
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b FETCH 1 BINARY
S: b BAD {any}
C: b FETCH 1 BINARY[HEADER]
S: b BAD part number expected
C: b FETCH 1 BINARY[1.MIME]
S: b BAD part number expected
C: b FETCH 1 BINARY[1.]
S: b BAD part number expected
C: b FETCH 1 BINARY[0]
S: b BAD number must not be zero
C: b FETCH 1 BINARY[1]<0.0>
S: b BAD number must not be zero
C: b FETCH 1 BINARY.SIZE[1]<0.1>
S: b BAD {any}
C: b FETCH 1 BINARY.SIZE.PEEK[1]
S: b BAD unknown FETCH item
C: bb NOOP
S: bb OK {any}
C: b FETCH 1 BODY[]<9223372036854775808.1>
S: b BAD number too large
C: b FETCH 1 BODY.PEEK[]<9223372036854775807.9223372036854775807>
S: * 1 FETCH (BODY[]<9223372036854775807> {0}
S: )
S: b OK {any}
----
# APPEND of literal8: what the store cannot give back to the octet is refused (RFC 3516 section 4.4)
S>: * PREAUTH {any}
C: a APPEND INBOX ~{10}
S: + {any}
C: a: b{x0D}{x0A}{x0D}{x0A}c
S: a OK [APPENDUID 1700000000 5] {any}
C: b APPEND INBOX (\Seen) ~{11+}
C: a: b{x0D}{x0A}{x0D}{x0A}c{x00}
S: b NO [UNKNOWN-CTE] {any}
C: c APPEND INBOX ~{11+}
C: a: b{x0D}{x0A}{x0D}{x0A}c{x0A}
S: c NO [UNKNOWN-CTE] {any}
C: d APPEND INBOX {11+}
C: a: b{x0D}{x0A}{x0D}{x0A}c{x00}
S: d BAD {any}
C: e STATUS INBOX (MESSAGES)
S: * STATUS INBOX (MESSAGES 5)
S: e OK {any}
! ls tmp =
