# APPEND with flags and a date (RFC 3501 section 6.3.11, RFC 4315 section 3)
maildir: few
S: * PREAUTH {any}
C: a APPEND INBOX (\Seen Work) " 7-Feb-1994 21:52:25 -0800" {14}
S: + {any}
C~: Subject: x{x0D}{x0A}{x0D}{x0A}{x0D}{x0A}
S: a OK [APPENDUID 1700000000 5] APPEND done
C: b EXAMINE INBOX
S>: * 5 EXISTS
S>: b OK {any}
C: c FETCH 5 (FLAGS INTERNALDATE RFC822.SIZE)
S: * 5 FETCH (FLAGS (\Seen Work{any}) INTERNALDATE " 8-Feb-1994 05:52:25 +0000" RFC822.SIZE 14)
S: c OK {any}
----
# APPEND without asking, into a mailbox whose name is a literal (RFC 7888)
maildir: folders
pipeline: yes
S: * PREAUTH {any}
C: a APPEND {4+}
C: Sent {5+}
C: hello
C: b STATUS Sent (MESSAGES)
S: a OK [APPENDUID 1700000001 2] {any}
S: * STATUS Sent (MESSAGES 2)
S: b OK {any}
----
# APPEND to the selected mailbox is told at once (RFC 3501 section 6.3.11)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b APPEND INBOX {5+}
C: hello
S: * 5 EXISTS
S*: * {num} RECENT
S: b OK [APPENDUID 1700000000 5] {any}
----
# several messages, all of them (RFC 3502)
maildir: few
S: * PREAUTH {any}
C: a APPEND INBOX (\Seen) {3}
S: + {any}
C: one (\Draft) "01-Jan-2000 00:00:00 +0000" {3}
S: + {any}
C: two {5+}
C: three
S: a OK [APPENDUID 1700000000 5:7] {any}
C: b EXAMINE INBOX
S>: * 7 EXISTS
S>: b OK {any}
C: c FETCH 5:7 (FLAGS BODY[])
S: * 5 FETCH (FLAGS (\Seen{any}) BODY[] {3}
S: one)
S: * 6 FETCH (FLAGS (\Draft{any}) BODY[] {3}
S: two)
S: * 7 FETCH (FLAGS ({any}) BODY[] {5}
S: three)
S: c OK {any}
----
# or none: an empty one takes all back (RFC 3502)
maildir: few
S: * PREAUTH {any}
C: a APPEND INBOX {3}
S: + {any}
C: one {3+}
C: two {0}
S: a NO [CANNOT] {any}
C: b STATUS INBOX (MESSAGES UIDNEXT)
S: * STATUS INBOX (MESSAGES 4 UIDNEXT 5)
S: b OK {any}
C: c APPEND INBOX {3+}
C: one (\Foo) {3+}
C: two {3+}
C: six
S: c BAD {any}
C: d STATUS INBOX (MESSAGES)
S: * STATUS INBOX (MESSAGES 4)
S: d OK {any}
! ls tmp =
----
# no such mailbox: it could be created (RFC 3501 section 6.3.11)
maildir: few
S: * PREAUTH {any}
C: a APPEND nowhere (\Seen) {1023}
S: a NO [TRYCREATE] {any}
C: b APPEND nowhere {5+}
C: hello
S: b NO [TRYCREATE] {any}
C: c APPEND a..b {5}
S: c NO [CANNOT] {any}
C: d NOOP
S: d OK {any}
----
# malformed APPEND is refused before the literal is sent
maildir: few
S: * PREAUTH {any}
C: a APPEND
S: a BAD {any}
C: a APPEND INBOX
S: a BAD missing message
C: a APPEND INBOX{x20}
S: a BAD {any}
C: a APPEND INBOX "text"
S: a BAD {any}
C: a APPEND INBOX (\Seen) {5
S: a BAD {any}
C: a APPEND INBOX (\Seen {5}
S: a BAD {any}
C: a APPEND INBOX (\Recent) {5}
S: a BAD {any}
C: a APPEND INBOX "32-Jan-2000 00:00:00 +0000" {5}
S: a BAD bad date
C: a APPEND INBOX "01-Jan-2000 00:00 +0000" {5}
S: a BAD bad date
C: a APPEND INBOX "01-Jan-2000 00:00:00 +0000" (\Seen) {5}
S: a BAD {any}
C: a APPEND INBOX ~5}
S: a BAD {any}
C: a APPEND INBOX {5} x
S: a BAD {any}
C: a APPEND INBOX  {5}
S: a BAD {any}
C: a APPEND INBOX (\Seen) {5+}
C: hello x
S: a BAD {any}
C: b STATUS INBOX (MESSAGES)
S: * STATUS INBOX (MESSAGES 4)
S: b OK {any}
! ls tmp =
----
# NUL may not be in a message (RFC 3501 section 9, CHAR8); 8-bit text may
maildir: few
S: * PREAUTH {any}
C: a APPEND INBOX {3+}
C: a{x00}b
S: a BAD NUL in message
C: b APPEND INBOX {5+}
C: {x0D}{x0A}a{xE9}b
S: b OK {any}
----
# a message that is too large (RFC 7889, RFC 4469)
maildir: few
env: IMAP_MESSAGE_MAX=1024
S: * PREAUTH {any}
C: a APPEND INBOX {1025}
S: a NO [TOOBIG] {any}
C: b APPEND INBOX {1025+}
C~: {x61*1025}{x0D}{x0A}
S: b NO [TOOBIG] {any}
C: c APPEND INBOX {1024+}
C~: {x61*1024}{x0D}{x0A}
S: c OK {any}
----
# a client that hangs up in the middle leaves nothing (P4)
maildir: few
S: * PREAUTH {any}
C: a APPEND INBOX {100}
S: + {any}
C: half
! hangup 1
! end 1
! ls tmp =
! ls new =
! ls cur = {any} {any} {any} {any}
L: imapd: end {any} appended=0 reason=closed
