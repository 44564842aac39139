# HIGHESTMODSEQ stands in SELECT and EXAMINE, and with the CONDSTORE parameter (RFC 7162 sections 3.1.2, 3.1.8)
maildir: folders
pipeline: yes
S: * PREAUTH [CAPABILITY {any} CONDSTORE {any}] {any}
C: a SELECT INBOX (CONDSTORE)
S>: * OK [HIGHESTMODSEQ {nz}] {any}
S: a OK [READ-WRITE] {any}
C: b EXAMINE Sent (condstore)
S: * OK [CLOSED] {any}
S>: * OK [HIGHESTMODSEQ {nz}] {any}
S: b OK [READ-ONLY] {any}
C: c SELECT Drafts
S: * OK [CLOSED] {any}
S>: * OK [HIGHESTMODSEQ {nz}] {any}
S: c OK {any}
----
# CLOSED is told although nothing was enabled, but not by CLOSE and UNSELECT (RFC 7162 section 3.2.11)
maildir: folders
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b SELECT nowhere
S: * OK [CLOSED] {any}
S: b NO {any}
C: c SELECT Sent
S: * FLAGS {any}
S>: c OK {any}
C: d UNSELECT
S: d OK {any}
C: e SELECT Sent
S: * FLAGS {any}
S>: e OK {any}
C: f CLOSE
S: f OK {any}
C: g EXAMINE INBOX
S: * FLAGS {any}
S>: g OK {any}
----
# what is wrong with a parameter of SELECT is BAD, and the mailbox stays as it was (RFC 7162 section 3.2.5)
maildir: folders
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b SELECT Sent (CONDSTORE CONDSTORE)
S: b BAD {any}
C: b SELECT Sent (FOO)
S: b BAD {any}
C: b SELECT Sent ()
S: b BAD {any}
C: b SELECT Sent CONDSTORE
S: b BAD {any}
C: b SELECT Sent (CONDSTORE
S: b BAD {any}
C: b SELECT Sent (QRESYNC (1 2))
S: b BAD QRESYNC must be enabled first
C: c CHECK
S: c OK {any}
----
# every CONDSTORE enabling command tells the first time where the folder is, and FETCHes have UID and MODSEQ from then on (RFC 7162 section 3.1): FETCH MODSEQ
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: a OK {any}
C: b STORE 1 +FLAGS (\Flagged)
S: * 1 FETCH (FLAGS (\Flagged \Seen))
S: b OK {any}
C: c FETCH 1:2 (MODSEQ)
S: * OK [HIGHESTMODSEQ {n=num}] {any}
S: * 1 FETCH (MODSEQ ({$n}))
S: * 2 FETCH (MODSEQ ({$h}))
S: c OK {any}
C: d FETCH 1:2 (MODSEQ)
S: * 1 FETCH (MODSEQ ({$n}))
S: * 2 FETCH (MODSEQ ({$h}))
S: d OK {any}
C: e STORE 1 -FLAGS (\Flagged)
S: * 1 FETCH (UID 1 FLAGS (\Seen) MODSEQ ({m=nz}))
S: e OK {any}
C: f FETCH 1 FLAGS
S: * 1 FETCH (FLAGS (\Seen))
S: f OK {any}
C: g UID FETCH 1 (FLAGS MODSEQ)
S: * 1 FETCH (UID 1 FLAGS (\Seen) MODSEQ ({$m}))
S: g OK {any}
! flags INBOX 1700000004 S
C: h NOOP
S: * 4 FETCH (UID 4 FLAGS (\Seen) MODSEQ ({nz}))
S: h OK {any}
----
# the same: CHANGEDSINCE (RFC 7162 sections 3.1, 3.1.4.1)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: a OK {any}
C: b FETCH 1:* (FLAGS) (CHANGEDSINCE {$h})
S: * OK [HIGHESTMODSEQ {$h}] {any}
S: b OK {any}
C: c STORE 2:3 +FLAGS (\Deleted)
S: * 2 FETCH (UID 2 FLAGS (\Answered \Deleted \Seen) MODSEQ ({n=num}))
S: * 3 FETCH (UID 3 FLAGS (\Deleted) MODSEQ ({$n}))
S: c OK {any}
C: d FETCH 1:* (FLAGS) (CHANGEDSINCE {$h})
S: * 2 FETCH (FLAGS (\Answered \Deleted \Seen) MODSEQ ({$n}))
S: * 3 FETCH (FLAGS (\Deleted) MODSEQ ({$n}))
S: d OK {any}
C: e UID FETCH 3:4 UID (CHANGEDSINCE {$h})
S: * 3 FETCH (UID 3 MODSEQ ({$n}))
S: e OK {any}
C: f FETCH 1:* (FLAGS) (CHANGEDSINCE {$n})
S: f OK {any}
C: g FETCH 1:* (FLAGS) (CHANGEDSINCE 9223372036854775807)
S: g OK {any}
C: h FETCH 2:4 (RFC822.SIZE) (CHANGEDSINCE 1)
S: * 2 FETCH (RFC822.SIZE {num} MODSEQ ({$n}))
S: * 3 FETCH (RFC822.SIZE {num} MODSEQ ({$n}))
S: * 4 FETCH (RFC822.SIZE {num} MODSEQ ({$h}))
S: h OK {any}
----
# the same: SEARCH MODSEQ (RFC 7162 section 3.1)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: a OK {any}
C: b SEARCH MODSEQ {$h}
S: * OK [HIGHESTMODSEQ {$h}] {any}
S: * SEARCH 1 2 3 4 (MODSEQ {$h})
S: b OK {any}
C: c SEARCH MODSEQ {$h}
S: * SEARCH 1 2 3 4 (MODSEQ {$h})
S: c OK {any}
----
# the same: STORE UNCHANGEDSINCE (RFC 7162 section 3.1.3, example 5)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: a OK {any}
C: b STORE 3 (UNCHANGEDSINCE {$h}) +FLAGS.SILENT (\Deleted)
S: * OK [HIGHESTMODSEQ {$h}] {any}
S: * 3 FETCH (UID 3 MODSEQ ({nz}))
S: b OK STORE {any}
----
# the same: STATUS (HIGHESTMODSEQ) and ENABLE CONDSTORE (RFC 7162 sections 3.1, 3.1.7)
maildir: folders
S: * PREAUTH {any}
C: a SELECT INBOX
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: a OK {any}
C: b STATUS Sent (UIDNEXT MESSAGES HIGHESTMODSEQ)
S: * OK [HIGHESTMODSEQ {$h}] {any}
S: * STATUS Sent (MESSAGES 1 UIDNEXT 2 HIGHESTMODSEQ {nz})
S: b OK {any}
C: c ENABLE CONDSTORE
S: * ENABLED CONDSTORE
S: c OK {any}
C: d STATUS INBOX (HIGHESTMODSEQ)
S: * STATUS INBOX (HIGHESTMODSEQ {$h})
S: d OK {any}
C: e LIST "" Sent RETURN (STATUS (HIGHESTMODSEQ))
S: * LIST {any} Sent
S: * STATUS Sent (HIGHESTMODSEQ {nz})
S: e OK {any}
C2: a SELECT INBOX
S2>: a OK {any}
C2: b ENABLE CONDSTORE
S2&: * ENABLED CONDSTORE
S2&: * OK [HIGHESTMODSEQ {$h}] {any}
S2: b OK {any}
C2: c STORE 4 +FLAGS (\Seen)
S2: * 4 FETCH (UID 4 FLAGS (\Flagged \Seen) MODSEQ ({nz}))
S2: c OK {any}
----
# each STORE gets a higher mod-sequence; one that changes nothing gets none (RFC 7162 sections 3.1, 3.1.11)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX (CONDSTORE)
S>: a OK {any}
C: b STORE 1 +FLAGS (\Flagged)
S: * 1 FETCH (UID 1 FLAGS (\Flagged \Seen) MODSEQ ({n=num}))
S: b OK {any}
C: c STORE 1 +FLAGS (\Flagged)
S: * 1 FETCH (UID 1 FLAGS (\Flagged \Seen) MODSEQ ({$n}))
S: c OK {any}
C: d STORE 1 -FLAGS (\Draft)
S: * 1 FETCH (UID 1 FLAGS (\Flagged \Seen) MODSEQ ({$n}))
S: d OK {any}
C: e FETCH 1 BODY[HEADER.FIELDS (X-None)]
S: * 1 FETCH (BODY[HEADER.FIELDS (X-None)] {2}
S: 
S: )
S: e OK {any}
C: f FETCH 1 MODSEQ
S: * 1 FETCH (MODSEQ ({$n}))
S: f OK {any}
C: g STORE 2 (UNCHANGEDSINCE {$n}) +FLAGS.SILENT (\Flagged)
S: * 2 FETCH (UID 2 MODSEQ ({m=num}))
S: g OK {any}
C: h FETCH 1:2 (FLAGS) (CHANGEDSINCE {$n})
S: * 2 FETCH (FLAGS (\Answered \Flagged \Seen) MODSEQ ({$m}))
S: h OK {any}
C: i STORE 1 (UNCHANGEDSINCE {$n}) +FLAGS.SILENT (\Seen)
S: * 1 FETCH (UID 1 MODSEQ ({$n}))
S: i OK {any}
----
# a FETCH that sets \Seen tells UID, FLAGS and MODSEQ (RFC 7162 section 3.2.4)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX (CONDSTORE)
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: a OK {any}
C: b FETCH 3 BODY[HEADER.FIELDS (X-None)]
S: * 3 FETCH (UID 3 FLAGS (\Seen) MODSEQ ({n=num}) BODY[HEADER.FIELDS (X-None)] {2}
S: 
S: )
S: b OK {any}
C: c FETCH 3:4 (FLAGS) (CHANGEDSINCE {$h})
S: * 3 FETCH (FLAGS (\Seen) MODSEQ ({$n}))
S: c OK {any}
C: d UID FETCH 4 (MODSEQ BODY[HEADER.FIELDS (X-None)])
S: * 4 FETCH (UID 4 MODSEQ ({nz}) FLAGS (\Flagged \Seen) BODY[HEADER.FIELDS (X-None)] {2}
S: 
S: )
S: d OK {any}
C: e FETCH 3 BODY[HEADER.FIELDS (X-None)]
S: * 3 FETCH (BODY[HEADER.FIELDS (X-None)] {2}
S: 
S: )
S: e OK {any}
----
# conditional STORE: what has changed is not touched, and is MODIFIED; its flags are told (RFC 7162 section 3.1.3, examples 3, 6 and 10)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX (CONDSTORE)
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: a OK {any}
C2: a SELECT INBOX
S2>: a OK {any}
C2: b STORE 1,3 +FLAGS.SILENT (\Draft)
S2: b OK {any}
C: b STORE 3,2,1 (UNCHANGEDSINCE {$h}) +FLAGS.SILENT (\Deleted)
S&: * 2 FETCH (UID 2 MODSEQ ({nz}))
S&: * 1 FETCH (UID 1 FLAGS (\Seen \Draft) MODSEQ ({nz}))
S&: * 3 FETCH (UID 3 FLAGS (\Draft) MODSEQ ({n=num}))
S*: * {num} FETCH {any}
S: b OK [MODIFIED 1,3] {any}
C: c UID STORE 1:4 (UNCHANGEDSINCE {$h}) +FLAGS (\Answered)
S: * 1 FETCH (UID 1 FLAGS (\Seen \Draft) MODSEQ ({$n}))
S: * 2 FETCH (UID 2 FLAGS (\Answered \Deleted \Seen) MODSEQ ({nz}))
S: * 3 FETCH (UID 3 FLAGS (\Draft) MODSEQ ({$n}))
S: * 4 FETCH (UID 4 FLAGS (\Answered \Flagged) MODSEQ ({nz}))
S: c OK [MODIFIED 1:3] {any}
C: d STORE 3,1:3 (UNCHANGEDSINCE {$n}) +FLAGS.SILENT ($Done)
S: * FLAGS {any}
S: * OK [PERMANENTFLAGS {any}
S&: * 1 FETCH (UID 1 MODSEQ ({nz}))
S&: * 3 FETCH (UID 3 MODSEQ ({nz}))
S&: * 2 FETCH (UID 2 FLAGS {any} MODSEQ ({nz}))
S: d OK [MODIFIED 2] {any}
! ls cur = {any}:2,DSa {any}:2,RST {any}:2,Da {any}:2,FR
----
# UNCHANGEDSINCE 0 always fails (RFC 7162 section 3.1.3, examples 7 and 8)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX (CONDSTORE)
S>: a OK {any}
C: b STORE 1 (UNCHANGEDSINCE 0) +FLAGS.SILENT ($MDNSent)
S*: * FLAGS {any}
S*: * OK [PERMANENTFLAGS {any}
S*: * 1 FETCH {any}
S: b OK [MODIFIED 1] {any}
C: c STORE 2 (UNCHANGEDSINCE 0) -FLAGS (\Seen)
S: * 2 FETCH (UID 2 FLAGS (\Answered \Seen) MODSEQ ({nz}))
S: c OK [MODIFIED 2] {any}
! ls cur = {any}:2,S {any}:2,RS {any}:2, {any}:2,F
----
# a message named twice does not fail itself (RFC 7162 section 3.1.3)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX (CONDSTORE)
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: a OK {any}
C: b STORE 3,2:4 (UNCHANGEDSINCE {$h}) +FLAGS.SILENT (\Deleted)
S: * 2 FETCH (UID 2 MODSEQ ({n=num}))
S: * 3 FETCH (UID 3 MODSEQ ({$n}))
S: * 4 FETCH (UID 4 MODSEQ ({$n}))
S: b OK STORE {any}
----
# conditional STORE with expunged messages: MODIFIED in a NO (RFC 7162 section 3.1.3, example 11)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX (CONDSTORE)
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: a OK {any}
C2: a SELECT INBOX
S2>: a OK {any}
C2: b STORE 2 +FLAGS.SILENT (\Answered \Deleted)
S2: b OK {any}
C2: c STORE 4 +FLAGS.SILENT (\Deleted)
S2: c OK {any}
C2: d UID EXPUNGE 4
S2>: d OK {any}
C: b STORE 1:4 (UNCHANGEDSINCE {$h}) +FLAGS (\Flagged)
S: * 1 FETCH (UID 1 FLAGS (\Flagged \Seen) MODSEQ ({nz}))
S: * 2 FETCH (UID 2 FLAGS (\Answered \Deleted \Seen) MODSEQ ({n=num}))
S: * 3 FETCH (UID 3 FLAGS (\Flagged) MODSEQ ({nz}))
S*: * 2 FETCH {any}
S: * OK [HIGHESTMODSEQ {$h}] {any}
S: b NO [MODIFIED 2] {any}
C: c NOOP
S: * 4 EXPUNGE
S: c OK [HIGHESTMODSEQ {nz}] {any}
C: d STORE 2 (UNCHANGEDSINCE {$n}) +FLAGS (\Flagged)
S: * 2 FETCH (UID 2 FLAGS (\Answered \Flagged \Deleted \Seen) MODSEQ ({nz}))
S: d OK STORE {any}
----
# two sessions set a flag on a condition: one of them gets it; a third sees it once (RFC 7162 section 3.1.3)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX (CONDSTORE)
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: a OK {any}
C2: a SELECT INBOX (CONDSTORE)
S2>: a OK {any}
C3: a SELECT INBOX
S3>: a OK {any}
C: b STORE 3 (UNCHANGEDSINCE {$h}) +FLAGS.SILENT (\Flagged)
S: * 3 FETCH (UID 3 MODSEQ ({n=num}))
S: b OK STORE {any}
C2: b STORE 3 (UNCHANGEDSINCE {$h}) +FLAGS.SILENT (\Flagged)
S2: * 3 FETCH (UID 3 FLAGS (\Flagged) MODSEQ ({$n}))
S2*: * 3 FETCH (UID 3 FLAGS (\Flagged) MODSEQ ({$n}))
S2: b OK [MODIFIED 3] {any}
C3: b NOOP
S3: * 3 FETCH (FLAGS (\Flagged))
S3: b OK {any}
C3: c NOOP
S3: c OK {any}
! ls cur = {any}:2,S {any}:2,RS {any}:2,F {any}:2,F
----
# .SILENT tells no flags but the MODSEQ; others hear of the change with both (RFC 7162 section 3.1.4.2, example 14)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX (CONDSTORE)
S>: a OK {any}
C2: a SELECT INBOX (CONDSTORE)
S2>: a OK {any}
C3: a SELECT INBOX
S3>: a OK {any}
C: b STORE 2 +FLAGS.SILENT (\Deleted)
S: * 2 FETCH (UID 2 MODSEQ ({n=num}))
S: b OK {any}
C2: b NOOP
S2: * 2 FETCH (UID 2 FLAGS (\Answered \Deleted \Seen) MODSEQ ({$n}))
S2: b OK {any}
C3: b NOOP
S3: * 2 FETCH (FLAGS (\Answered \Deleted \Seen))
S3: b OK {any}
C3: c STORE 2 -FLAGS.SILENT (\Answered \Seen)
S3: c OK {any}
C: c NOOP
S: * 2 FETCH (UID 2 FLAGS (\Deleted) MODSEQ ({m=num}))
S: c OK {any}
C2: c NOOP
S2: * 2 FETCH (UID 2 FLAGS (\Deleted) MODSEQ ({$m}))
S2: c OK {any}
----
# new mail has a mod-sequence above all others (RFC 7162 section 3.1)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX (CONDSTORE)
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: a OK {any}
! deliver INBOX plain
C: b NOOP
S: * 5 EXISTS
S: * 1 RECENT
S: b OK {any}
C: c COPY 1 INBOX
S: * 6 EXISTS
S: * 1 RECENT
S: c OK {any}
C: d APPEND INBOX (\Seen) {12+}
C: Subject: x
C: 
S: * 7 EXISTS
S*: * {num} RECENT
S: d OK {any}
C: e FETCH 1:* UID (CHANGEDSINCE {$h})
S: * 5 FETCH (UID 5 MODSEQ ({nz}))
S: * 6 FETCH (UID 6 MODSEQ ({nz}))
S: * 7 FETCH (UID 7 MODSEQ ({nz}))
S: e OK {any}
C: f SEARCH RETURN (MIN) MODSEQ {$h}
S: * ESEARCH (TAG "f") MIN 1 MODSEQ {$h}
S: f OK {any}
----
# SEARCH MODSEQ: at or above, with an entry name, in NOT and OR; MODSEQ ends the answer unless it is empty (RFC 7162 sections 3.1.5, 3.1.6)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX (CONDSTORE)
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: a OK {any}
C: b STORE 2,4 +FLAGS.SILENT (\Draft)
S: * 2 FETCH (UID 2 MODSEQ ({n=num}))
S: * 4 FETCH (UID 4 MODSEQ ({$n}))
S: b OK {any}
C: c SEARCH MODSEQ "/flags/\\draft" all {$n}
S: * SEARCH 2 4 (MODSEQ {$n})
S: c OK {any}
C: d SEARCH MODSEQ "/flags/$Junk" shared {$h} 1:3
S: * SEARCH 1 2 3 (MODSEQ {$n})
S: d OK {any}
C: e SEARCH NOT MODSEQ {$n}
S: * SEARCH 1 3 (MODSEQ {$h})
S: e OK {any}
C: f SEARCH OR NOT MODSEQ 1 LARGER 5000000
S: * SEARCH
S: f OK {any}
C: g UID SEARCH MODSEQ 0 UNFLAGGED
S: * SEARCH 1 2 3 (MODSEQ {$n})
S: g OK {any}
C: h SEARCH MODSEQ 9223372036854775807
S: * SEARCH
S: h OK {any}
C: i SEARCH OR MODSEQ {$n} SUBJECT "nothing like it"
S: * SEARCH 2 4 (MODSEQ {$n})
S: i OK {any}
C: j SEARCH ALL
S: * SEARCH 1 2 3 4
S: j OK {any}
----
# ESEARCH MODSEQ is of what is returned: of MIN, of MAX, of both, of all (RFC 4731 section 3.2, RFC 7162 section 3.1.10)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX (CONDSTORE)
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: a OK {any}
C: b STORE 3 +FLAGS.SILENT (\Draft)
S: * 3 FETCH (UID 3 MODSEQ ({n=num}))
S: b OK {any}
C: c STORE 2 +FLAGS.SILENT (\Draft)
S: * 2 FETCH (UID 2 MODSEQ ({m=num}))
S: c OK {any}
C: d SEARCH RETURN (ALL) 1:3 MODSEQ {$h}
S: * ESEARCH (TAG "d") ALL 1:3 MODSEQ {$m}
S: d OK {any}
C: e SEARCH RETURN (MIN) MODSEQ {$h}
S: * ESEARCH (TAG "e") MIN 1 MODSEQ {$h}
S: e OK {any}
C: f SEARCH RETURN (MAX) 1:3 MODSEQ {$h}
S: * ESEARCH (TAG "f") MAX 3 MODSEQ {$n}
S: f OK {any}
C: g SEARCH RETURN (MIN MAX) 1:3 MODSEQ {$h}
S: * ESEARCH (TAG "g") MIN 1 MAX 3 MODSEQ {$n}
S: g OK {any}
C: h SEARCH RETURN (MIN COUNT) 1:3 MODSEQ {$h}
S: * ESEARCH (TAG "h") MIN 1 COUNT 3 MODSEQ {$m}
S: h OK {any}
C: i SEARCH RETURN () MODSEQ 9223372036854775807
S: * ESEARCH (TAG "i")
S: i OK {any}
C: j SEARCH RETURN (COUNT) MODSEQ 9223372036854775807
S: * ESEARCH (TAG "j") COUNT 0
S: j OK {any}
----
# mod-sequences are 63-bit numbers, modifiers stand once, and what is wrong is BAD (RFC 7162 section 7)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b FETCH 1 FLAGS (CHANGEDSINCE 9223372036854775808)
S: b BAD number too large
C: b FETCH 1 FLAGS (CHANGEDSINCE)
S: b BAD {any}
C: b FETCH 1 FLAGS (CHANGEDSINCE 1 CHANGEDSINCE 2)
S: b BAD {any}
C: b FETCH 1 FLAGS (CHANGEDSINCE -1)
S: b BAD {any}
C: b FETCH 1 FLAGS ()
S: b BAD {any}
C: b FETCH 1 FLAGS CHANGEDSINCE 1
S: b BAD {any}
C: b FETCH 1 FLAGS (FOO)
S: b BAD {any}
C: b STORE 1 (UNCHANGEDSINCE 9223372036854775808) FLAGS (\Seen)
S: b BAD number too large
C: b STORE 1 (UNCHANGEDSINCE 1 UNCHANGEDSINCE 2) FLAGS (\Seen)
S: b BAD {any}
C: b STORE 1 (FOO) FLAGS (\Seen)
S: b BAD unknown STORE modifier
C: bb NOOP
S: bb OK {any}
C: b STORE 1 () FLAGS (\Seen)
S: b BAD {any}
C: b SEARCH MODSEQ
S: b BAD {any}
C: b SEARCH MODSEQ x
S: b BAD {any}
C: b SEARCH MODSEQ "/flags/" all 1
S: b BAD {any}
C: b SEARCH MODSEQ "/flags/a" both 1
S: b BAD {any}
C: b SEARCH MODSEQ "/flags/a" 1
S: b BAD {any}
C: b SEARCH MODSEQ "x" all 1
S: b BAD {any}
C: c STATUS INBOX (HIGHESTMODSEQ)
S: * OK [HIGHESTMODSEQ {nz}] {any}
S: * STATUS INBOX (HIGHESTMODSEQ {nz})
S: c OK {any}
----
# a session whose index cannot be shared says NOMODSEQ, STATUS 0, and refuses what needs them (RFC 7162 sections 3.1.2.2, 3.1.7)
maildir: few
! file roost.index no directory
S: * PREAUTH {any}
C: a ENABLE QRESYNC
S: * ENABLED QRESYNC
S: a OK {any}
C: b SELECT INBOX (QRESYNC (1700000000 1 1:9))
S>: * OK [UIDNEXT 5] {any}
S>: * OK [NOMODSEQ] {any}
S: b OK [READ-WRITE] {any}
C: c FETCH 1:4 FLAGS (CHANGEDSINCE 1)
S: c BAD {any}
C: c FETCH 1:4 (FLAGS MODSEQ)
S: c BAD {any}
C: c SEARCH MODSEQ 1
S: c BAD {any}
C: c STORE 1 (UNCHANGEDSINCE 1) +FLAGS (\Draft)
S: c BAD {any}
C: c UID FETCH 1:4 (FLAGS) (CHANGEDSINCE 1 VANISHED)
S: c BAD {any}
C: d STATUS INBOX (HIGHESTMODSEQ)
S: * STATUS INBOX (HIGHESTMODSEQ 0)
S: d OK {any}
C: e STORE 1 +FLAGS (\Deleted)
S: * 1 FETCH (UID 1 FLAGS (\Deleted \Seen))
S: e OK {any}
C: f EXPUNGE
S: * 1 EXPUNGE
S: f OK EXPUNGE {any}
----
# SETMETADATA raises the mailbox's HIGHESTMODSEQ (RFC 7162 section 3.2)
maildir: folders
S: * PREAUTH {any}
C: a ENABLE CONDSTORE
S>: a OK {any}
C: b STATUS Sent (HIGHESTMODSEQ)
S: * STATUS Sent (HIGHESTMODSEQ {s=num})
S: b OK {any}
C: c SETMETADATA Sent (/private/comment "new")
S: c OK {any}
C: d STATUS Sent (HIGHESTMODSEQ)
S: * STATUS Sent (HIGHESTMODSEQ {t=num})
S: d OK {any}
! sh test $t -gt $s
C: e SELECT INBOX
S>: * OK [HIGHESTMODSEQ {u=num}] {any}
S>: e OK {any}
C: f SETMETADATA INBOX (/private/comment "new")
S: f OK {any}
C: g STATUS INBOX (HIGHESTMODSEQ)
S: * STATUS INBOX (HIGHESTMODSEQ {v=num})
S: g OK {any}
! sh test $v -gt $u
