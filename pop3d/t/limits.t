# unknown commands, and lines that are none
pipeline: yes
S: +OK 4 messages
C: XYZZY
S: -ERR {any}
C:
S: -ERR {any}
C: {x20}STAT
S: -ERR {any}
C: STAT{x00}
S: -ERR {any}
C: STAT{x0D}
S: -ERR {any}
C: {xFF}{xFE}
S: -ERR {any}
C: STA
S: -ERR {any}
C: STATS
S: -ERR {any}
C: LAST
S: -ERR {any}
C: [AUTH] STAT
S: -ERR {any}
C: sTaT
S: +OK 4 {num}
C~: STAT{x0A}
S: +OK 4 {num}
C: NOOP{x20}
S: +OK {any}
C: LIST  3{x20}
S: +OK 3 268
C: QUIT
S: +OK {any}
----
# 255 octets with CR LF are a command, 256 are answered and skipped (RFC 2449 section 4)
pipeline: yes
S: +OK 4 messages
C: PASS {x78*248}
S: -ERR you have logged in already
C: PASS {x78*249}
S: -ERR the line is too long
C: {x78*100000}
S: -ERR the line is too long
C: STAT
S: +OK 4 {num}
C: QUIT
S: +OK {any}
----
# there is no Maildir: exit 111, and a line in the log
maildir: none
exit: 111
S: -ERR [SYS/TEMP] {any}
! end 1
L: pop3d: fatal: unable to open Maildir: No such file or directory
----
# a Maildir that cannot be entered
exit: 111
! chmod 0 .
! connect 1
S: -ERR [SYS/TEMP] {any}
L: pop3d: fatal: unable to open Maildir: Permission denied
----
# a uid below the range
env: MIN_UID=4000000
exit: 100
! end 1
L: pop3d: fatal: uid is not between MIN_UID and MAX_UID
----
# a uid above the range
env: MAX_UID=1000
exit: 100
! end 1
L: pop3d: fatal: uid is not between MIN_UID and MAX_UID
----
# root is not served
root: yes
exit: 100
! end 1
L: pop3d: fatal: uid 0 is not served
----
# the autologout cannot be below 10 minutes (RFC 1939 section 3)
env: POP3_TIMEOUT=599
exit: 100
! end 1
L: pop3d: fatal: invalid value of $POP3_TIMEOUT
----
# invalid values are errors
env: POP3_8BIT=maybe
exit: 100
! end 1
L: pop3d: fatal: invalid value of $POP3_8BIT
----
# a sign of life that cannot be given: the client is not served
env: ROOST_SIGN_FD=77
exit: 111
! end 1
L: pop3d: fatal: unable to give the sign: Bad file descriptor
----
# our front end answers the client itself when there is no Maildir
run: sh -c 'exec "$@" 9>sign' sh pop3d/pop3d Maildir
env: ROOST_SIGN_FD=9
maildir: none
exit: 111
! end 1
! sh test ! -s ../sign
L: pop3d: fatal: unable to open Maildir: No such file or directory
----
# a Maildir that is half made is completed
maildir: none
! sh mkdir -p Maildir/new
! connect 1
S: +OK 0 messages
! exists cur
