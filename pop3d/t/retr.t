# RETR: CR LF line ends, a dot before lines that start with one (RFC 1939 section 3)
pipeline: yes
S: +OK 4 messages
C: RETR 1
S: +OK {any}
S: Return-Path: <ann@example.org>
S: Date: Tue, 14 Nov 2023 22:13:20 +0000
S: From: Ann Example <ann@example.org>
S: To: Bob Sample <bob@example.net>
S: Subject: lunch on friday
S: Message-ID: <plain.1@example.org>
S:
S: Hello Bob,
S:
S: lunch on Friday?
S: .. a line that starts with a dot
S:
S: Ann
S: .
C: QUIT
S: +OK {any}
L: pop3d: end {any} fetched=1 topped=0 expunged=0 reason=quit
----
# bad arguments of RETR
pipeline: yes
S: +OK 4 messages
C: RETR
S: -ERR {any}
C: RETR{x20}
S: -ERR {any}
C: RETR 0
S: -ERR {any}
C: RETR 5
S: -ERR {any} 4
C: RETR +1
S: -ERR {any}
C: RETR 1x
S: -ERR {any}
C: RETR 1 1
S: -ERR {any}
C: RETR 18446744073709551617
S: -ERR {any}
C: RETR{x09}1
S: -ERR {any}
C: QUIT
S: +OK {any}
----
# 8-bit bodies pass as they are
pipeline: yes
S: +OK 4 messages
C: RETR 3
S: +OK {any}
S>:
S: Caf{xE9} und Stra{xDF}e
S: .
C: QUIT
S: +OK {any}
----
# a last line without a line end gets one; a NUL passes; no body; no octet at all
maildir: bare
! put cur/1.a:2, nolf
! put cur/2.a:2, nul
! put cur/3.a:2, onlyheader
! put cur/4.a:2, empty
! put cur/5.a:2, headless
S: +OK 5 messages
C: RETR 1
S: +OK {any}
S: Subject: ends without a line end
S:
S: last line
S: .
C: RETR 2
S: +OK {any}
S: Subject: a NUL
S:
S: before {x00} after
S: .
C: RETR 3
S: +OK {any}
S: Subject: no body and no blank line
S: .
C: RETR 4
S: +OK {any}
S: .
C: RETR 5
S: +OK {any}
S:
S: just a body, no header
S: .
C: LIST
S: +OK {any}
S: 1 45
S: 2 34
S: 3 36
S: 4 0
S: 5 26
S: .
C: TOP 4 1
S: +OK {any}
S: .
C: TOP 5 0
S: +OK {any}
S:
S: .
C: QUIT
S: +OK {any}
----
# CR LF in the file is not made CR CR LF; a CR elsewhere is kept
maildir: bare
! file cur/1.a:2, A: b{x0D}{x0A}{x0D}{x0A}one{x0D}two{x0D}{x0A}.{x0D}.{x0A}
S: +OK 1 message
C: LIST 1
S: +OK 1 22
C: RETR 1
S: +OK {any}
S: A: b
S:
S: one{x0D}two
S: ..{x0D}.
S: .
C: QUIT
S: +OK {any}
----
# TOP: the header, the empty line, and n lines of the body (RFC 1939 section 7)
pipeline: yes
S: +OK 4 messages
C: TOP 1 0
S: +OK {any}
S*: {word}: {any}
S:
S: .
C: TOP 1 1
S: +OK {any}
S>:
S: Hello Bob,
S: .
C: TOP 1 5
S: +OK {any}
S>:
S: Hello Bob,
S:
S: lunch on Friday?
S: .. a line that starts with a dot
S:
S: .
C: TOP 1 999999999
S: +OK {any}
S>: Ann
S: .
C: TOP 1
S: -ERR {any}
C: TOP
S: -ERR {any}
C: TOP 1 -1
S: -ERR {any}
C: TOP 1 01
S: -ERR {any}
C: TOP 5 1
S: -ERR {any}
C: TOP 1 1 1
S: -ERR {any}
C: TOP 1 99999999999999999999
S: -ERR {any}
C: QUIT
S: +OK {any}
L: pop3d: end {any} fetched=0 topped=4 expunged=0 reason=quit
----
# what was retrieved is seen after QUIT; what was only looked at is not
S: +OK 4 messages
C: RETR 3
S>: .
C: TOP 4 1
S>: .
C: QUIT
S: +OK {any}
! exists cur/1700000003.M3P7.example:2,S
! exists cur/1700000004.M4P7.example:2,F
----
# without QUIT nothing becomes seen
S: +OK 4 messages
C: RETR 3
S>: .
! hangup 1
! end 1
! exists cur/1700000003.M3P7.example:2,
----
# POP3_SEEN=0: RETR marks nothing
env: POP3_SEEN=0
S: +OK 4 messages
C: RETR 3
S>: .
C: QUIT
S: +OK {any}
! exists cur/1700000003.M3P7.example:2,
----
# new mail that was retrieved is seen, and in cur/, after QUIT; other new mail stays new
maildir: new
S: +OK 6 messages
C: RETR 5
S>: .
C: QUIT
S: +OK {any}
! ls new = 1700000006.M6P7.example
! exists cur/1700000005.M5P7.example:2,S
----
# a message with a wrong size in its name is sent whole
maildir: bare
! put cur/1.a,S=3,W=4:2, headless
S: +OK 1 message
C: RETR 1
S: +OK {any}
S:
S: just a body, no header
S: .
C: QUIT
S: +OK {any}
