# STORE adds, takes and replaces flags (RFC 3501 section 6.4.6)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b STORE 1:2 +FLAGS (\Flagged)
S: * 1 FETCH (FLAGS (\Flagged \Seen))
S: * 2 FETCH (FLAGS (\Answered \Flagged \Seen))
S: b OK {any}
C: c STORE 1 -FLAGS (\Seen)
S: * 1 FETCH (FLAGS (\Flagged))
S: c OK {any}
C: d STORE 1 FLAGS (\Draft)
S: * 1 FETCH (FLAGS (\Draft))
S: d OK {any}
C: e STORE 1 FLAGS ()
S: * 1 FETCH (FLAGS ())
S: e OK {any}
C: f STORE * flags.silent \seen \deleted
S: f OK {any}
C: g FETCH 4 FLAGS
S: * 4 FETCH (FLAGS (\Deleted \Seen))
S: g OK {any}
C: h UID STORE 2:3 +FLAGS (\Draft)
S: * 2 FETCH (UID 2 FLAGS (\Answered \Flagged \Seen \Draft))
S: * 3 FETCH (UID 3 FLAGS (\Draft))
S: h OK {any}
C: i UID STORE 700:800 +FLAGS (\Draft)
S: i OK {any}
C: j UID STORE 700:* +FLAGS (\Draft)
S: * 4 FETCH (UID 4 FLAGS (\Deleted \Seen \Draft))
S: j OK {any}
! ls cur = {any}:2, {any}:2,DFRS {any}:2,D {any}:2,DST
----
# keywords get letters, and are told before they are used (RFC 3501 section 7.2.6)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b STORE 1 +FLAGS (Work $Forwarded)
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft Work $Forwarded)
S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft Work $Forwarded \*)] {any}
S: * 1 FETCH (FLAGS (\Seen Work $Forwarded))
S: b OK {any}
! has dovecot-keywords 0 Work
! has dovecot-keywords 1 $Forwarded
C: c STORE 2 +FLAGS.SILENT (WORK)
S: c OK {any}
C: d FETCH 2 FLAGS
S: * 2 FETCH (FLAGS (\Answered \Seen Work))
S: d OK {any}
C: e STORE 2 -FLAGS (nosuch work)
S: * 2 FETCH (FLAGS (\Answered \Seen))
S: e OK {any}
! hasnot dovecot-keywords {any}nosuch
C: f STORE 1 FLAGS (\Seen)
S: * 1 FETCH (FLAGS (\Seen))
S: f OK {any}
----
# more keywords than letters: the twenty-seventh is kept like all others
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b STORE 1 +FLAGS.SILENT (k0 k1 k2 k3 k4 k5 k6 k7 k8 k9 ka kb kc kd ke kf kg kh ki kj kk kl km kn ko kp)
S: * FLAGS {any}
S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft k0 k1 k2 k3 k4 k5 k6 k7 k8 k9 ka kb kc kd ke kf kg kh ki kj kk kl km kn ko kp \*)] {any}
S: b OK {any}
C: c STORE 1 +FLAGS (kq)
S: * FLAGS {any}
S: * OK [PERMANENTFLAGS ({any} kp kq \*)] {any}
S: * 1 FETCH (FLAGS (\Seen k0 {any} kp kq))
S: c OK {any}
C: d STORE 2 +FLAGS (kp)
S: * 2 FETCH (FLAGS (\Answered \Seen kp))
S: d OK {any}
----
# letters that are no IMAP flags stay in the name
maildir: few
S: * PREAUTH {any}
! flags INBOX 1700000001 PSX
C: a SELECT INBOX
S>: a OK {any}
C: b STORE 1 +FLAGS (\Flagged)
S: * 1 FETCH (FLAGS (\Flagged \Seen))
S: b OK {any}
! exists cur/1700000001*:2,FPSX
C: c STORE 1 FLAGS (\Answered)
S: * 1 FETCH (FLAGS (\Answered))
S: c OK {any}
! exists cur/1700000001*:2,PRX
----
# malformed STORE
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: a STORE
S: a BAD {any}
C: a STORE 1
S: a BAD {any}
C: a STORE 1 FLAGS
S: a BAD {any}
C: a STORE 0 FLAGS ()
S: a BAD {any}
C: a STORE 5 FLAGS ()
S: a BAD no such message number
C: a STORE 1:5 FLAGS ()
S: a BAD no such message number
C: a STORE 4294967296 FLAGS ()
S: a BAD {any}
C: a STORE 1, FLAGS ()
S: a BAD {any}
C: a STORE a FLAGS ()
S: a BAD {any}
C: a STORE 1 FLAG ()
S: a BAD unknown STORE item
C: a STORE 1 FLAGS.LOUD ()
S: a BAD unknown STORE item
C: a STORE 1 *FLAGS ()
S: a BAD {any}
C: a STORE 1 FLAGS (\Recent)
S: a BAD {any}
C: a STORE 1 FLAGS (\Foo)
S: a BAD {any}
C: a STORE 1 FLAGS (\Seen
S: a BAD {any}
C: a STORE 1 FLAGS (\Seen) x
S: a BAD {any}
C: a STORE 1 FLAGS ("x")
S: a BAD {any}
C: a STORE 1 FLAGS ({x61*129})
S: a BAD keyword too long
C: b FETCH 1 FLAGS
S: * 1 FETCH (FLAGS (\Seen))
S: b OK {any}
----
# "*" of an empty mailbox names no message (RFC 9051 section 9, seq-number)
maildir: empty
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b STORE * FLAGS ()
S: b BAD no such message number
C: c UID STORE * FLAGS ()
S: c OK {any}
C: d UID STORE 1:* FLAGS ()
S: d OK {any}
C: e UID EXPUNGE 1:*
S: e OK {any}
----
# a keyword's name that is no atom, written by who knows whom, is not shown (RFC 3501 section 9)
maildir: few
! file dovecot-keywords 0 a)b{x0A}1 good{x0A}2 x{x22}y{x0A}3 {xC3}{xA4}{x0A}
! sh f=`ls cur | head -1`; mv cur/$f cur/${f}abcd
S: * PREAUTH {any}
C: a SELECT INBOX
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft good)
S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft good \*)] {any}
S>: a OK {any}
C: b FETCH 1 FLAGS
S: * 1 FETCH (FLAGS ({any} good))
S: b OK {any}
C: c STORE 1 FLAGS (good)
S: * 1 FETCH (FLAGS (good))
S: c OK {any}
! sh ls cur | grep -q ':2,.*b'
