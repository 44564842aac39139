# a deleted message leaves STAT until RSET (RFC 1939 section 5)
pipeline: yes
S: +OK 4 messages
C: DELE 1
S: +OK {any}
C: STAT
S: +OK 3 1353
C: LIST
S: +OK 3 messages (1353 octets)
S: 2 758
S: 3 268
S: 4 327
S: .
C: UIDL
S: +OK {any}
S: 2 000000026553f100
S: 3 000000036553f100
S: 4 000000046553f100
S: .
C: LIST 1
S: -ERR message 1 is deleted
C: RETR 1
S: -ERR {any}
C: TOP 1 0
S: -ERR {any}
C: UIDL 1
S: -ERR {any}
C: DELE 1
S: -ERR {any}
C: RSET
S: +OK 4 messages
C: STAT
S: +OK 4 1630
C: DELE 5
S: -ERR {any}
C: DELE
S: -ERR {any}
C: RSET 1
S: -ERR {any}
C: QUIT
S: +OK {any} 4 messages left
! ls cur = {any} {any} {any} {any}
----
# QUIT removes what is marked, and nothing else (RFC 1939 section 6)
S: +OK 4 messages
C: DELE 2
S: +OK {any}
C: DELE 4
S: +OK {any}
C: DELE 3
S: +OK {any}
C: RSET
S: +OK {any}
C: DELE 2
S: +OK {any}
C: DELE 4
S: +OK {any}
C: QUIT 1
S: -ERR {any}
! ls cur = {any} {any} {any} {any}
C: QUIT
S: +OK {any} 2 messages left
! end 1
! ls cur = 1700000001.M1P7.example:2,S 1700000003.M3P7.example:2,
L: pop3d: end {any} expunged=2 reason=quit
----
# what is left keeps its UIDs, and new mail gets new ones
S: +OK 4 messages
C: DELE 4
S: +OK {any}
C: QUIT
S: +OK {any}
! deliver INBOX plain
C2: UIDL
S2: +OK 4 messages
S2: +OK {any}
S2: 1 000000016553f100
S2: 2 000000026553f100
S2: 3 000000036553f100
S2: 4 000000056553f100
S2: .
----
# a message that another program removed: a clear -ERR, then it is not listed
S: +OK 4 messages
C: STAT
S: +OK 4 1630
! rm cur/1700000002.*
C: RETR 2
S: -ERR message 2 was removed by another program
C: STAT
S: +OK 3 872
C: LIST
S: +OK {any}
S: 1 277
S: 3 268
S: 4 327
S: .
C: DELE 2
S: -ERR {any}
C: RETR 3
S>: .
C: QUIT
S: +OK {any} 3 messages left
----
# a message that another program removed after DELE is no fault at QUIT
S: +OK 4 messages
C: DELE 2
S: +OK {any}
C: DELE 3
S: +OK {any}
! rm cur/1700000002.*
C: QUIT
S: +OK {any}
! ls cur = 1700000001.{any} 1700000004.{any}
L: pop3d: end {any} expunged=1 reason=quit
----
# a message that another program renamed meanwhile is found
S: +OK 4 messages
! flags INBOX 1700000003 F
C: RETR 3
S: +OK {any}
S>: .
! flags INBOX 1700000004 FS
C: DELE 4
S: +OK {any}
C: QUIT
S: +OK {any} 3 messages left
! ls cur = 1700000001.{any} 1700000002.{any} 1700000003.M3P7.example:2,FS
----
# two sessions at once, without a lock
C: STAT
S: +OK 4 messages
S: +OK 4 1630
C2: STAT
S2: +OK 4 messages
S2: +OK 4 1630
C: DELE 1
S: +OK {any}
C2: RETR 1
S2: +OK 277 octets
S2>: .
C2: DELE 2
S2: +OK {any}
C: QUIT
S: +OK {any} 3 messages left
! ls cur = 1700000002.{any} 1700000003.{any} 1700000004.{any}
C2: RETR 1
S2: -ERR message 1 was removed by another program
C2: QUIT
S2: +OK {any} 2 messages left
! ls cur = 1700000003.{any} 1700000004.{any}
----
# mail that cannot be removed: QUIT says so, and it is still there
S: +OK 4 messages
C: DELE 1
S: +OK {any}
! chmod 500 cur
C: QUIT
S: -ERR [SYS/TEMP] some deleted messages not removed
! end 1
! ls cur = {any} {any} {any} {any}
L: {any}error=Permission_denied
L: pop3d: end {any} expunged=0 reason=quit error=Permission_denied
----
# a message that cannot be read: -ERR, and the session goes on
S: +OK 4 messages
! chmod 0 cur/1700000002.M2P7.example:2,RS
C: RETR 2
S: -ERR [SYS/TEMP] {any}
C: RETR 3
S>: .
C: QUIT
S: +OK {any}
L: {any}error=Permission_denied
----
# another folder under the old name: its messages are not ours to remove
S: +OK 4 messages
C: DELE 1
S: +OK {any}
! file dovecot-uidlist 3 V1800000000 N5 G0123456789abcdef0123456789abcdef{x0A}1 :1700000004.M4P7.example{x0A}
C: QUIT
S: -ERR [SYS/TEMP] {any}
! ls cur = {any} {any} {any} {any}
