# CAPA tells what is true here (RFC 2449 section 5)
pipeline: yes
S: +OK 4 messages
C: CAPA
S: +OK {any}
S: TOP
S: UIDL
S: RESP-CODES
S: AUTH-RESP-CODE
S: PIPELINING
S: LANG
S: EXPIRE NEVER
S: IMPLEMENTATION Roost
S: .
C: CAPA x
S: -ERR {any}
C: QUIT
S: +OK {any}
----
# behind our front end also what it announced (RFC 2449 section 5, RFC 5034 section 3)
run: sh -c 'exec "$@" 9>sign' sh pop3d/pop3d Maildir
env: ROOST_SIGN_FD=9
modes: line
S: +OK 4 messages
C: CAPA
S: +OK {any}
S: TOP
S: UIDL
S: RESP-CODES
S: AUTH-RESP-CODE
S: PIPELINING
S: USER
S: SASL PLAIN LOGIN
S: UTF8
S: LANG
S: EXPIRE NEVER
S: IMPLEMENTATION Roost
S: .
! sh test $(wc -c <../sign) = 1
----
# POP3_EXPIRE tells the site's policy
env: POP3_EXPIRE=30
S: +OK 4 messages
C: CAPA
S>: EXPIRE 30
S>: .
----
# commands of the AUTHORIZATION state are refused now (RFC 5034 section 4, RFC 6856 section 2)
pipeline: yes
S: +OK 4 messages
C: USER joe
S: -ERR {any}
C: PASS a secret word
S: -ERR {any}
C: APOP joe c4c9334bac560ecc979e58001b3e22fb
S: -ERR {any}
C: AUTH
S: -ERR {any}
C: AUTH PLAIN AGpvZQBzZWNyZXQ=
S: -ERR {any}
C: STLS
S: -ERR {any}
C: UTF8
S: -ERR {any}
C: STAT
S: +OK 4 {num}
C: QUIT
S: +OK {any}
----
# LANG (RFC 6856 section 3)
pipeline: yes
S: +OK 4 messages
C: LANG
S: +OK {any}
S: en English
S: .
C: LANG en
S: +OK en {any}
C: LANG EN-gb
S: +OK en {any}
C: LANG *
S: +OK en {any}
C: LANG de
S: -ERR {any}
C: LANG english
S: -ERR {any}
C: LANG e
S: -ERR {any}
C: LANG en de
S: -ERR {any}
C: QUIT
S: +OK {any}
