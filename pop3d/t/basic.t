# STAT counts messages and octets as sent; STAT, NOOP take no argument (RFC 1939 section 5)
pipeline: yes
S: +OK 4 messages
C: STAT
S: +OK 4 1630
C: stat
S: +OK 4 1630
C: STAT 1
S: -ERR {any}
C: NOOP
S: +OK {any}
C: NOOP x
S: -ERR {any}
C: QUIT
S: +OK {any} 4 messages left
! end 1
L: pop3d: end user=test address=127.0.0.1 in={num} out={num} messages=4 fetched=0 topped=0 expunged=0 reason=quit
----
# LIST: the size of each message, line ends counted as CR LF (RFC 1939 sections 5 and 11)
pipeline: yes
S: +OK 4 messages
C: LIST
S: +OK 4 messages (1630 octets)
S: 1 277
S: 2 758
S: 3 268
S: 4 327
S: .
C: LIST 3
S: +OK 3 268
C: LIST 5
S: -ERR {any} 4
C: LIST 0
S: -ERR {any}
C: LIST -1
S: -ERR {any}
C: LIST 01
S: -ERR {any}
C: LIST 1 2
S: -ERR {any}
C: LIST 99999999999999999999999
S: -ERR {any}
C: LIST 4294967297
S: -ERR {any}
C: QUIT
S: +OK {any}
----
# an empty maildrop: LIST and UIDL answer with no lines (RFC 1939 section 5)
maildir: empty
pipeline: yes
S: +OK 0 messages
C: STAT
S: +OK 0 0
C: LIST
S: +OK 0 messages (0 octets)
S: .
C: UIDL
S: +OK {any}
S: .
C: LIST 1
S: -ERR {any}
C: RETR 1
S: -ERR {any}
C: DELE 1
S: -ERR {any}
C: QUIT
S: +OK {any} 0 messages left
----
# a Maildir without any control file is served, and mail in new/ stays there
maildir: bare
! deliver INBOX plain 1700000001.M1P1.a
S: +OK 1 message
C: STAT
S: +OK 1 277
C: UIDL
S: +OK {any}
S: 1 00000001{hex}
S: .
C: QUIT
S: +OK {any}
! ls new = 1700000001.M1P1.a
----
# the maildrop is what was there at login
S: +OK 4 messages
! deliver INBOX plain
C: STAT
S: +OK 4 1630
C: RETR 5
S: -ERR {any}
C: QUIT
S: +OK {any}
C2: STAT
S2: +OK 5 messages
S2: +OK 5 1907
----
# end of input, also within a command, removes nothing (RFC 1939 section 6)
S: +OK 4 messages
C: DELE 1
S: +OK {any}
C~: QUIT
! hangup 1
! end 1
! ls cur = {any} {any} {any} {any}
L: pop3d: end {any} expunged=0 reason=closed
----
# SIGTERM ends the session with a line and removes nothing
S: +OK 4 messages
C: DELE 1
S: +OK {any}
! kill 1 TERM
S: -ERR [SYS/TEMP] {any}
! end 1
! ls cur = {any} {any} {any} {any}
L: pop3d: end {any} expunged=0 reason=term
----
# two pipes in place of a socket
io: pipe
S: +OK 4 messages
C: STAT
S: +OK 4 1630
! kill 1 TERM
S: -ERR [SYS/TEMP] {any}
! end 1
