# IDLE tells what happens at once (RFC 2177 section 3)
maildir: few
modes: line
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b IDLE
S: + {any}
! deliver INBOX plain
S: * 5 EXISTS
S: * 1 RECENT
! flags INBOX 1700000003 S
S: * 3 FETCH (UID 3 FLAGS (\Seen))
! rm cur/1700000001*
S: * 1 EXPUNGE
C: DONE
S: b OK {any}
C: c FETCH 4 UID
S: * 4 FETCH (UID 5)
S: c OK {any}
----
# IDLE without a mailbox; what is not DONE ends it with BAD
maildir: few
S: * PREAUTH {any}
C: a IDLE
S: + {any}
C: done
S: a OK {any}
C: b IDLE
S: + {any}
C: NOOP
S: b BAD expected DONE
C: c IDLE x
S: c BAD {any}
C: d SELECT INBOX
S>: d OK {any}
C: e IDLE
S: + {any}
! quiet 300
C: DONE
S: e OK {any}
----
# commands may follow DONE in one packet, as IDLE may follow others
maildir: few
modes: pipe
pipeline: yes
S: * PREAUTH {any}
C: a SELECT INBOX
C: b IDLE
C: DONE
C: c NOOP
C: d IDLE
C: DONE
C: e LOGOUT
S>: a OK {any}
S: + {any}
S: b OK {any}
S: c OK {any}
S: + {any}
S: d OK {any}
S: * BYE {any}
S: e OK {any}
----
# the server is stopped while a client idles
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b IDLE
S: + {any}
! kill 1 TERM
S: * BYE {any}
! end 1
L: imapd: end {any} reason=term
----
# two sessions: one idles, the other changes
maildir: few
S: * PREAUTH {any}
S2: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b IDLE
S: + {any}
C2: a SELECT INBOX
S2>: a OK {any}
C2: b STORE 1 +FLAGS (New)
S2: * FLAGS {any}
S2: * OK [PERMANENTFLAGS {any}
S2: * 1 FETCH (FLAGS (\Seen New))
S2*: * 1 FETCH (FLAGS (\Seen New))
S2: b OK {any}
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft New)
S: * OK [PERMANENTFLAGS {any}
S: * 1 FETCH (UID 1 FLAGS (\Seen New))
C2: c STORE 3 +FLAGS.SILENT (\Deleted)
S2*: * {num} FETCH {any}
S2: c OK {any}
S>: * 3 FETCH (UID 3 FLAGS (\Deleted))
C2: d EXPUNGE
S2: * 3 EXPUNGE
S2: d OK {any}
S: * 3 EXPUNGE
C2: e APPEND INBOX {5+}
C2: hello
S2: * 4 EXISTS
S2*: * {num} RECENT
S2: e OK {any}
S: * 4 EXISTS
S*: * {num} RECENT
C: DONE
S: b OK {any}
