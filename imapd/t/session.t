# without a login the greeting is PREAUTH, with capabilities (RFC 3501 section 7.1.4)
S: * PREAUTH [CAPABILITY IMAP4rev1 {any}] {any}
C: a CAPABILITY
S: * CAPABILITY IMAP4rev1 {any}
S: a OK {any}
C: b noop
S: b OK {any}
C: c LOGOUT
S: * BYE {any}
S: c OK {any}
! end 1
L: imapd: end {any} reason=quit
----
# behind a login the first line is its tagged OK (RFC 3501 section 6.2)
env: IMAPLOGINTAG=x1
S: x1 OK [CAPABILITY IMAP4rev1 {any}] {any}
C: a NOOP
S: a OK {any}
----
# login commands come too late (RFC 3501 section 6.2)
S: * PREAUTH {any}
C: a LOGIN a b
S: a BAD {any}
C: b AUTHENTICATE PLAIN
S: b BAD {any}
C: c STARTTLS
S: c BAD {any}
----
# every malformed command is a tagged BAD, and the session goes on
S: * PREAUTH {any}
C: 
S: * BAD {any}
C: a
S: a BAD missing command
C: a{x20}
S: a BAD missing command
C: a  NOOP
S: a BAD missing command
C: a FOO
S: a BAD unknown command
C: a NOOP x
S: a BAD {any}
C: a+b NOOP
S: * BAD bad tag
C: "a" NOOP
S: * BAD bad tag
C: a NOOP{x20}
S: a BAD {any}
C: a UID
S: a BAD {any}
C: a UID NOOP
S: a BAD no such UID command
C: a "NOOP"
S: a BAD missing command
C: a ENABLE
S: a BAD {any}
C: ok NOOP
S: ok OK {any}
----
# twenty bad commands in a row end the session
pipeline: yes
S: * PREAUTH {any}
C: a X
C: a X
C: a X
C: a X
C: a X
C: a X
C: a X
C: a X
C: a X
C: a X
C: a X
C: a X
C: a X
C: a X
C: a X
C: a X
C: a X
C: a X
C: a X
C: a X
S: a BAD unknown command
S: a BAD unknown command
S: a BAD unknown command
S: a BAD unknown command
S: a BAD unknown command
S: a BAD unknown command
S: a BAD unknown command
S: a BAD unknown command
S: a BAD unknown command
S: a BAD unknown command
S: a BAD unknown command
S: a BAD unknown command
S: a BAD unknown command
S: a BAD unknown command
S: a BAD unknown command
S: a BAD unknown command
S: a BAD unknown command
S: a BAD unknown command
S: a BAD unknown command
S: a BAD unknown command
S: * BYE {any}
! end 1
L: imapd: end {any} reason=errors
----
# commands that need a mailbox are BAD without one (RFC 3501 section 3)
S: * PREAUTH {any}
C: a CHECK
S: a BAD no mailbox is selected
C: a CLOSE
S: a BAD no mailbox is selected
C: a UNSELECT
S: a BAD no mailbox is selected
C: a EXPUNGE
S: a BAD no mailbox is selected
C: a UID EXPUNGE 1
S: a BAD no mailbox is selected
C: a FETCH 1 FLAGS
S: a BAD no mailbox is selected
C: a UID SEARCH ALL
S: a BAD no mailbox is selected
C: a STORE 1 FLAGS ()
S: a BAD no mailbox is selected
C: a COPY 1 INBOX
S: a BAD no mailbox is selected
C: a UID MOVE 1 INBOX
S: a BAD no mailbox is selected
----
# a line that is too long is BAD under its tag
env: IMAP_LINE_MAX=8192
modes: line
S: * PREAUTH {any}
C: long NOOP {x61*9000}
S: long BAD line too long
C: long2 NOOP {x61*9000} {4+}
C~: abcd{x0D}{x0A}
S: long2 BAD line too long
C: ok NOOP
S: ok OK {any}
----
# an early BYE is sent when the server is stopped
S: * PREAUTH {any}
! kill 1 TERM
S: * BYE {any}
! end 1
L: imapd: end {any} reason=term
----
# a client that hangs up leaves a line in the log
S: * PREAUTH {any}
! hangup 1
! end 1
L: imapd: end {any} reason=closed
----
# no Maildir: one line to the client, the reason in the log
maildir: none
exit: 111
S: * BYE [UNAVAILABLE] {any}
! end 1
L: imapd: fatal: unable to open Maildir: No such file or directory
----
# no Maildir behind another's login: a tagged NO
maildir: none
env: IMAPLOGINTAG=t
exit: 111
S: t NO [UNAVAILABLE] {any}
! end 1
----
# a setting out of range is an error at start
env: IMAP_TIMEOUT=60
exit: 100
! end 1
L: imapd: fatal: invalid value of $IMAP_TIMEOUT
----
# a uid outside of the range is refused
env: MIN_UID=4000000000
exit: 100
! end 1
L: imapd: fatal: uid is not between MIN_UID and MAX_UID
----
# root is refused
root: yes
exit: 100
! end 1
L: imapd: fatal: uid 0 is not served
