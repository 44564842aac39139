# UIDL in Dovecot's default format (RFC 1939 section 7)
pipeline: yes
S: +OK 4 messages
C: UIDL
S: +OK {any}
S: 1 000000016553f100
S: 2 000000026553f100
S: 3 000000036553f100
S: 4 000000046553f100
S: .
C: UIDL 2
S: +OK 2 000000026553f100
C: UIDL 5
S: -ERR {any}
C: UIDL x
S: -ERR {any}
C: UIDL 1 2
S: -ERR {any}
C: QUIT
S: +OK {any}
----
# pinned unique-ids come first
maildir: pop3
S: +OK 4 messages
C: UIDL
S: +OK {any}
S: 1 pinned-one
S: 2 000000026553f100
S: 3 pinned-three
S: 4 000000046553f100
S: .
----
# then the format that the uidlist's header names, also before POP3_UIDL
env: POP3_UIDL=cyrus
! file dovecot-uidlist 3 V1700000000 N5 G0123456789abcdef0123456789abcdef PUID%u-%v{x0A}1 :1700000001.M1P7.example{x0A}2 Pold :1700000002.M2P7.example{x0A}3 :1700000003.M3P7.example{x0A}4 :1700000004.M4P7.example{x0A}
S: +OK 4 messages
C: UIDL
S: +OK {any}
S: 1 UID1-1700000000
S: 2 old
S: 3 UID3-1700000000
S: 4 UID4-1700000000
S: .
----
# a header's format that is none: a line in the log, and the default
! file dovecot-uidlist 3 V1700000000 N5 G0123456789abcdef0123456789abcdef P%m{x0A}1 :1700000001.M1P7.example{x0A}2 :1700000002.M2P7.example{x0A}3 :1700000003.M3P7.example{x0A}4 :1700000004.M4P7.example{x0A}
C: UIDL 1
S: +OK 4 messages
S: +OK 1 000000016553f100
L: pop3d: {any} format=%m
----
# POP3_UIDL=basename: what qmail-pop3d gave, flags or not
maildir: pop3
env: POP3_UIDL=basename
C: UIDL
S: +OK 4 messages
S: +OK {any}
S: 1 pinned-one
S: 2 1700000002.M2P7.example
S: 3 pinned-three
S: 4 1700000004.M4P7.example
S: .
----
# POP3_UIDL=courier
env: POP3_UIDL=courier
maildir: bare
! put cur/1.a+b,S=3:2,S plain
C: UIDL
S: +OK 1 message
S: +OK {any}
S: 1 1.a+2Bb,S=3
S: .
----
# POP3_UIDL=cyrus
env: POP3_UIDL=cyrus
C: UIDL 4
S: +OK 4 messages
S: +OK 4 1700000000.4
----
# POP3_UIDL=cyrus-old
env: POP3_UIDL=cyrus-old
C: UIDL 4
S: +OK 4 messages
S: +OK 4 4
----
# POP3_UIDL=uw
env: POP3_UIDL=uw
C: UIDL 4
S: +OK 4 messages
S: +OK 4 6553f10000000004
----
# POP3_UIDL=tpop3d: MD5 of the name
env: POP3_UIDL=tpop3d
C: UIDL 4
S: +OK 4 messages
S: +OK 4 a324c70735c335fb763543fce1353738
----
# a format as Dovecot's pop3_uidl_format
env: POP3_UIDL=%v-%05u
C: UIDL 4
S: +OK 4 messages
S: +OK 4 1700000000-00004
----
# an invalid POP3_UIDL is an error before the sign of life
env: POP3_UIDL=%v
exit: 100
! end 1
L: pop3d: fatal: invalid value of $POP3_UIDL
----
# the same unique-id twice: the lower UID keeps it, the other is hashed
! file dovecot-uidlist 3 V1700000000 N5 G0123456789abcdef0123456789abcdef{x0A}1 Psame :1700000001.M1P7.example{x0A}2 P000000046553f100 :1700000002.M2P7.example{x0A}3 Psame :1700000003.M3P7.example{x0A}4 :1700000004.M4P7.example{x0A}
C: UIDL
S: +OK 4 messages
S: +OK {any}
S: 1 same
S: 2 000000046553f100
S: re: 3 [0-9a-f]{64}
S: re: 4 [0-9a-f]{64}
S: .
C: UIDL
S: +OK {any}
S: 1 same
S: 2 000000046553f100
S: 3 {three=hex}
S: 4 {four=hex}
S: .
C2: UIDL
S2: +OK 4 messages
S2: +OK {any}
S2: 1 same
S2: 2 000000046553f100
S2: 3 {$three}
S2: 4 {$four}
S2: .
----
# a pinned unique-id that is too long is hashed; an empty one is the base name
! file dovecot-uidlist 3 V1700000000 N5 G0123456789abcdef0123456789abcdef{x0A}1 Pxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx :1700000001.M1P7.example{x0A}2 P :1700000002.M2P7.example{x0A}3 Pxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx :1700000003.M3P7.example{x0A}4 :1700000004.M4P7.example{x0A}
C: UIDL
S: +OK 4 messages
S: +OK {any}
S: re: 1 [0-9a-f]{64}
S: 2 1700000002.M2P7.example
S: re: 3 x{70}
S: 4 000000046553f100
S: .
----
# the order of field O; messages without one follow
! file dovecot-uidlist 3 V1700000000 N5 G0123456789abcdef0123456789abcdef{x0A}1 :1700000001.M1P7.example{x0A}2 O20 :1700000002.M2P7.example{x0A}3 :1700000003.M3P7.example{x0A}4 O10 Pfour :1700000004.M4P7.example{x0A}
C: UIDL
S: +OK 4 messages
S: +OK {any}
S: 1 four
S: 2 000000026553f100
S: 3 000000016553f100
S: 4 000000036553f100
S: .
C: LIST
S: +OK {any}
S: 1 327
S: 2 758
S: 3 277
S: 4 268
S: .
C: DELE 1
S: +OK {any}
C: QUIT
S: +OK {any}
! ls cur = 1700000001.{any} 1700000002.{any} 1700000003.{any}
