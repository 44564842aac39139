# a literal is sent after a go-ahead (RFC 3501 sections 4.3, 7.5)
maildir: folders
S: * PREAUTH {any}
C: a STATUS {4}
S: + {any}
C: Sent (MESSAGES)
S: * STATUS Sent (MESSAGES 1)
S: a OK {any}
C: b STATUS {4+}
C: Sent (MESSAGES)
S: * STATUS Sent (MESSAGES 1)
S: b OK {any}
C: c LIST {0+}
C:  {4+}
C: Sent
S: * LIST (\HasNoChildren \Sent) "." Sent
S: c OK {any}
----
# a literal for a command that cannot be is refused at once (RFC 3501 section 7.5)
S: * PREAUTH {any}
C: a FOO {5}
S: a BAD unknown command
C: b FETCH {5}
S: b BAD no mailbox is selected
C: c FOO {5+}
C: xxxxx {3+}
C: yyy more
S: c BAD unknown command
C: d NOOP
S: d OK {any}
----
# literals that are too large for a command (RFC 7888 section 4)
S: * PREAUTH {any}
C: a STATUS {300000}
S: a BAD [TOOBIG] {any}
C: b STATUS {18446744073709551616}
S: b BAD [TOOBIG] {any}
C: ok NOOP
S: ok OK {any}
----
# one that comes without asking is swallowed
modes: line
S: * PREAUTH {any}
C: a STATUS {300000+}
C~: {x61*300000}
C:  (MESSAGES)
S: a BAD [TOOBIG] {any}
C: ok NOOP
S: ok OK {any}
----
# or ends the session, when it is too large even to swallow (RFC 7888 section 4)
S: * PREAUTH {any}
C: a STATUS {9999999999+}
S: * BYE [TOOBIG] {any}
! end 1
L: imapd: end {any} reason=too-long
----
# what looks like a literal in quotes is text; NUL is not allowed anywhere
S: * PREAUTH {any}
C: a STATUS "x{3}" (MESSAGES)
S: a NO {any}
C: b STATUS "x {3}
S: b BAD unterminated quoted string
C: b2 STATUS "x {8+}
C: x LOGOUT
S: b2 BAD forbidden character in quoted string
C: c STATUS "a{x00}b" (MESSAGES)
S: c BAD {any}
C: d STATUS {3+}
C: a{x00}b (MESSAGES)
S: d BAD {any}
C: e STATUS ~{3+}
C: abc (MESSAGES)
S: e BAD {any}
C: f STATUS {-1} (MESSAGES)
S: f BAD {any}
C: g STATUS {3}abc (MESSAGES)
S: g BAD {any}
C: ok NOOP
S: ok OK {any}
----
# pipelined commands are answered in order (RFC 3501 section 5.5)
maildir: few
pipeline: yes
S: * PREAUTH {any}
C: a NOOP
C: b SELECT INBOX
C: c STATUS {5+}
C: INBOX (MESSAGES)
C: d NOOP
C: e LOGOUT
S: a OK {any}
S>: b OK {any}
S: * STATUS INBOX (MESSAGES 4)
S: c OK {any}
S: d OK {any}
S: * BYE {any}
S: e OK {any}
----
# many literals together are bounded (RFC 7888 section 4)
modes: line
S: * PREAUTH {any}
C: a STATUS {262000+}
C~: {x61*262000} {x61*60000}
C:  {1000000}
S: a BAD [TOOBIG] {any}
C: ok NOOP
S: ok OK {any}
