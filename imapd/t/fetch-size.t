# a wrong size in a file's name: RFC822.SIZE agrees with BODY[] once it is read
S>: * PREAUTH {any}
! put cur/1700000011.M1P1.h,S=44,W=99:2,S nolf
C: a SELECT INBOX
S>: a OK {any}
C: b FETCH 5 (RFC822.SIZE BODY[])
S: * 5 FETCH (RFC822.SIZE 45 BODY[] {45}
S: Subject: ends without a line end
S: 
S: last line)
S: b OK {any}
C: c FETCH 5 RFC822.SIZE
S: * 5 FETCH (RFC822.SIZE 45)
S: c OK {any}
L: imapd: wrong-size folder= uid=5 size=45
----
# and where there is none it is counted
S>: * PREAUTH {any}
! put cur/1700000011.M1P1.h:2,S nolf
C: a SELECT INBOX
S>: a OK {any}
C: b FETCH 5 RFC822.SIZE
S: * 5 FETCH (RFC822.SIZE 45)
S: b OK {any}
