# ENABLE QRESYNC, with CONDSTORE in any order, enables both (RFC 7162 section 3.2.3)
maildir: few
pipeline: yes
S: * PREAUTH [CAPABILITY {any} QRESYNC {any}] {any}
C: a ENABLE CONDSTORE QRESYNC
S: * ENABLED CONDSTORE QRESYNC
S: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C: c STORE 1 +FLAGS (\Flagged)
S: * 1 FETCH (UID 1 FLAGS (\Flagged \Seen) MODSEQ ({nz}))
S: c OK {any}
----
# ENABLE QRESYNC alone; VANISHED takes EXPUNGE's place, and EXPUNGE tells HIGHESTMODSEQ (RFC 7162 sections 3.2.3, 3.2.7, 3.2.10.2)
maildir: few
pipeline: yes
S: * PREAUTH {any}
C: a ENABLE QRESYNC
S: * ENABLED QRESYNC
S: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C: c STORE 1,3:4 +FLAGS.SILENT (\Deleted)
S: * 1 FETCH (UID 1 MODSEQ ({n=num}))
S: * 3 FETCH (UID 3 MODSEQ ({$n}))
S: * 4 FETCH (UID 4 MODSEQ ({$n}))
S: c OK {any}
C: d EXPUNGE
S: * VANISHED 1,3:4
S: d OK [HIGHESTMODSEQ {nz}] EXPUNGE {any}
C: e EXPUNGE
S: e OK EXPUNGE {any}
C: f FETCH 1 UID
S: * 1 FETCH (UID 2)
S: f OK {any}
----
# UID EXPUNGE tells HIGHESTMODSEQ, CLOSE does not (RFC 7162 sections 3.2.8, 3.2.9)
maildir: few
S: * PREAUTH {any}
C: a ENABLE QRESYNC
S>: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C: c UID STORE 1:3 +FLAGS.SILENT (\Deleted)
S>: c OK {any}
C: d UID EXPUNGE 2:4
S: * VANISHED 2:3
S: d OK [HIGHESTMODSEQ {h=num}] EXPUNGE {any}
C: e UID FETCH 4 MODSEQ
S: * 2 FETCH (UID 4 MODSEQ ({nz}))
S: e OK {any}
C: f CLOSE
S: f OK CLOSE {any}
C: g SELECT INBOX (QRESYNC (1700000000 {$h}))
S>: * OK [HIGHESTMODSEQ {i=num}] {any}
S: * VANISHED (EARLIER) 1
S: g OK {any}
C: h STATUS INBOX (HIGHESTMODSEQ)
S: * STATUS INBOX (HIGHESTMODSEQ {$i})
S: h OK {any}
----
# MOVE: VANISHED, and HIGHESTMODSEQ in the tagged OK (RFC 6851 section 4.4)
maildir: folders
S: * PREAUTH {any}
C: a ENABLE QRESYNC
S>: a OK {any}
C: b SELECT INBOX
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: b OK {any}
C: bb STATUS Sent (HIGHESTMODSEQ)
S: * STATUS Sent (HIGHESTMODSEQ {s=num})
S: bb OK {any}
C: c MOVE 2:3 Sent
S: * OK [COPYUID 1700000001 2:3 2:3] moved
S: * VANISHED 2:3
S: c OK [HIGHESTMODSEQ {m=num}] MOVE {any}
C: d UID MOVE 4 Sent
S: * OK [COPYUID 1700000001 4 4] moved
S: * VANISHED 4
S: d OK [HIGHESTMODSEQ {nz}] MOVE {any}
C: e EXAMINE INBOX (QRESYNC (1700000000 {$h}))
S>: * OK [HIGHESTMODSEQ {nz}] {any}
S: * VANISHED (EARLIER) 2:4
S: e OK {any}
C: f EXAMINE INBOX (QRESYNC (1700000000 {$m}))
S>: * OK [HIGHESTMODSEQ {nz}] {any}
S: * VANISHED (EARLIER) 4
S: f OK {any}
C: g EXAMINE Sent (QRESYNC (1700000001 {$s}))
S>: * OK [HIGHESTMODSEQ {nz}] {any}
S: * 2 FETCH (UID 2 FLAGS (\Answered \Seen) MODSEQ ({n=num}))
S: * 3 FETCH (UID 3 FLAGS () MODSEQ ({$n}))
S: * 4 FETCH (UID 4 FLAGS (\Flagged) MODSEQ ({nz}))
S: g OK {any}
----
# what others do is told as VANISHED, also in IDLE, never with EARLIER (RFC 7162 section 3.2.10.2)
maildir: few
S: * PREAUTH {any}
C: a ENABLE QRESYNC
S>: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C2: a SELECT INBOX
S2>: a OK {any}
C2: b STORE 1,3 +FLAGS.SILENT (\Deleted)
S2: b OK {any}
C2: c UID EXPUNGE 1
S2: * 1 EXPUNGE
S2: c OK {any}
C: c NOOP
S: * VANISHED 1
S: * 2 FETCH (UID 3 FLAGS (\Deleted) MODSEQ ({nz}))
S: c OK [HIGHESTMODSEQ {nz}] NOOP {any}
C: d IDLE
S: + idling
C2: d EXPUNGE
S2: * 2 EXPUNGE
S2: d OK {any}
S: * VANISHED 3
C: DONE
S: d OK [HIGHESTMODSEQ {nz}] IDLE {any}
----
# VANISHED names only what the client was told of: mail that came and went meanwhile is not in it (RFC 7162 section 3.2.10.2)
maildir: few
S: * PREAUTH {any}
C: a ENABLE QRESYNC
S>: a OK {any}
C: b SELECT INBOX
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: b OK {any}
C2: a SELECT INBOX
S2>: a OK {any}
C2: b COPY 1 INBOX
S2>: b OK {any}
C2: c STORE 2,5 +FLAGS.SILENT (\Deleted)
S2: c OK {any}
C2: d EXPUNGE
S2>: d OK {any}
C: c NOOP
S: * VANISHED 2
S: c OK {any}
C: d UID FETCH 1:* (FLAGS) (CHANGEDSINCE {$h} VANISHED)
S: * VANISHED (EARLIER) 2,5
S: d OK {any}
----
# expunges wait for a command that may tell them; until then HIGHESTMODSEQ stays below them (RFC 7162 sections 3.2, 6, 3.2.10.2)
maildir: few
S: * PREAUTH {any}
C: a ENABLE QRESYNC
S>: a OK {any}
C: b SELECT INBOX
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: b OK {any}
C2: a SELECT INBOX
S2>: a OK {any}
C2: b STORE 4 +FLAGS.SILENT (\Deleted)
S2: b OK {any}
C2: c EXPUNGE
S2>: c OK {any}
C: c STORE 1 +FLAGS.SILENT (\Flagged)
S: * 1 FETCH (UID 1 MODSEQ ({nz}))
S: c OK [HIGHESTMODSEQ {s=num}] STORE {any}
C: d STORE 2 +FLAGS.SILENT (\Flagged)
S: * 2 FETCH (UID 2 MODSEQ ({n=num}))
S: d OK [HIGHESTMODSEQ {$s}] STORE {any}
C: e FETCH 1:3 (MODSEQ)
S>: * 3 FETCH (MODSEQ ({$h}))
S: e OK [HIGHESTMODSEQ {$s}] {any}
C: f SEARCH ALL
S: * SEARCH 1 2 3
S: f OK [EXPUNGEISSUED] {any}
C: g UID FETCH 1:4 (MODSEQ) (CHANGEDSINCE {$h} VANISHED)
S: * 1 FETCH (UID 1 MODSEQ ({nz}))
S: * 2 FETCH (UID 2 MODSEQ ({$n}))
S: * VANISHED 4
S: g OK [HIGHESTMODSEQ {i=num}] {any}
C: h EXAMINE INBOX (QRESYNC (1700000000 {$s}))
S>: * OK [HIGHESTMODSEQ {$i}] {any}
S: * VANISHED (EARLIER) 4
S: * 1 FETCH (UID 1 FLAGS (\Flagged \Seen) MODSEQ ({nz}))
S: * 2 FETCH (UID 2 FLAGS (\Answered \Flagged \Seen) MODSEQ ({$n}))
S: h OK {any}
----
# neither FETCH, STORE nor SEARCH by number, nor UID SEARCH with a number in its keys, lets VANISHED through (RFC 7162 section 3.2.10.2)
maildir: few
S: * PREAUTH {any}
C: a ENABLE QRESYNC
S>: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
! rm cur/1700000002.*
! pause 50
C: c FETCH 1 UID
S: * 1 FETCH (UID 1)
S: c OK {any}
C: d UID SEARCH 1,4
S: * SEARCH 1 4
S: d OK {any}
C: e UID SEARCH OR SEEN NOT 1
S: * SEARCH 1 3 4
S: e OK {any}
C: f UID SEARCH UID 1:4
S: * SEARCH 1 3 4
S: * VANISHED 2
S: f OK {any}
----
# SELECT (QRESYNC): all else first, then VANISHED (EARLIER), then FETCH with UID, FLAGS and MODSEQ (RFC 7162 section 3.2.5.1)
maildir: few
S: * PREAUTH {any}
C: a ENABLE QRESYNC
S>: a OK {any}
C: b SELECT INBOX
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: b OK {any}
C: c UNSELECT
S: c OK {any}
C2: a SELECT INBOX
S2>: a OK {any}
C2: b STORE 2 +FLAGS.SILENT (\Deleted)
S2: b OK {any}
C2: c EXPUNGE
S2>: c OK {any}
C2: d STORE 2 +FLAGS.SILENT (\Flagged)
S2: d OK {any}
C2: e COPY 3 INBOX
S2>: e OK {any}
C: d SELECT INBOX (QRESYNC (1700000000 {$h} 1:4))
S: * FLAGS {any}
S: * OK [PERMANENTFLAGS {any}
S: * 4 EXISTS
S: * 0 RECENT
S: * OK [UNSEEN 2] {any}
S: * OK [UIDVALIDITY 1700000000] {any}
S: * OK [UIDNEXT 6] {any}
S>: * OK [HIGHESTMODSEQ {n=num}] {any}
S: * VANISHED (EARLIER) 2
S: * 2 FETCH (UID 3 FLAGS (\Flagged) MODSEQ ({m=num}))
S: d OK [READ-WRITE] {any}
C: e SELECT INBOX (CONDSTORE QRESYNC (1700000000 {$h}))
S: * OK [CLOSED] {any}
S>: * OK [HIGHESTMODSEQ {$n}] {any}
S: * VANISHED (EARLIER) 2
S: * 2 FETCH (UID 3 FLAGS (\Flagged) MODSEQ ({$m}))
S: * 4 FETCH (UID 5 FLAGS (\Flagged) MODSEQ ({nz}))
S: e OK [READ-WRITE] {any}
C: f SELECT INBOX (QRESYNC (1700000000 {$n}))
S>: * OK [HIGHESTMODSEQ {$n}] {any}
S: f OK {any}
C: g SELECT INBOX (QRESYNC (1700000000 {$h} 4:5))
S>: * OK [HIGHESTMODSEQ {$n}] {any}
S: * 4 FETCH (UID 5 FLAGS (\Flagged) MODSEQ ({nz}))
S: g OK {any}
----
# another UIDVALIDITY: nothing is said of changes (RFC 7162 section 3.2.5)
maildir: few
S: * PREAUTH {any}
C: a ENABLE QRESYNC
S>: a OK {any}
C: b SELECT INBOX (QRESYNC (1600000000 1 1:9 (1:2 1:2)))
S>: * OK [HIGHESTMODSEQ {nz}] {any}
S: b OK [READ-WRITE] {any}
----
# when the history is gone (a new index) all that is missing is VANISHED and all that is there is told (RFC 7162 section 3.2.6)
maildir: few
S: * PREAUTH {any}
C: a ENABLE QRESYNC
S>: a OK {any}
C: b SELECT INBOX
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: b OK {any}
C: c UID STORE 2,4 +FLAGS.SILENT (\Deleted)
S>: c OK {any}
C: d EXPUNGE
S: * VANISHED 2,4
S: d OK [HIGHESTMODSEQ {i=num}] {any}
! hangup 1
! end 1
! sh rm -r roost.index
C2: a ENABLE QRESYNC
S2>: a OK {any}
C2: b SELECT INBOX (QRESYNC (1700000000 {$i}))
S2>: * OK [HIGHESTMODSEQ {n=num}] {any}
S2: * VANISHED (EARLIER) 2,4
S2: * 1 FETCH (UID 1 FLAGS (\Seen) MODSEQ ({$n}))
S2: * 2 FETCH (UID 3 FLAGS () MODSEQ ({$n}))
S2: b OK {any}
C2: c UID FETCH 3:* (UID) (CHANGEDSINCE {$h} VANISHED)
S2: * VANISHED (EARLIER) 4
S2: * 2 FETCH (UID 3 MODSEQ ({$n}))
S2: c OK {any}
C2: d SELECT INBOX (QRESYNC (1700000000 {$n}))
S2>: * OK [HIGHESTMODSEQ {$n}] {any}
S2: d OK {any}
C2: e SELECT INBOX (QRESYNC (1700000000 9223372036854775807))
S2>: * OK [HIGHESTMODSEQ {$n}] {any}
S2: * VANISHED (EARLIER) 2,4
S2: * 1 FETCH (UID 1 {any}
S2: * 2 FETCH (UID 3 {any}
S2: e OK {any}
----
# match data: expunges up to the last pair that fits are known (RFC 7162 section 3.2.5.2)
maildir: many
! sh for n in 1 2 4 5 7 8 100 101 102; do rm cur/$((1700000000 + n)).*; done
S: * PREAUTH {any}
C: a ENABLE QRESYNC
S>: a OK {any}
C: b EXAMINE INBOX (QRESYNC (1700000000 1 1:199))
S>: * VANISHED (EARLIER) 1:2,4:5,7:8,100:102
S>: b OK {any}
C: c EXAMINE INBOX (QRESYNC (1700000000 1 1:199 (1:2 3,6)))
S>: * VANISHED (EARLIER) 7:8,100:102
S>: c OK {any}
C: d EXAMINE INBOX (QRESYNC (1700000000 1 1:199 (1:3,4:100 3,6,9:106)))
S>: * VANISHED (EARLIER) 100:102
S>: d OK {any}
C: e EXAMINE INBOX (QRESYNC (1700000000 1 1:199 (1,190:191 3,199:200)))
S>: * OK [HIGHESTMODSEQ {nz}] {any}
S: * 1 FETCH (UID 3 {any}
S>: e OK {any}
C: f EXAMINE INBOX (QRESYNC (1700000000 1 (90 97)))
S>: * VANISHED (EARLIER) 1:2,4:5,7:8,100:102
S>: f OK {any}
C: g EXAMINE INBOX (QRESYNC (1700000000 1 (90:4294967295 96:4294967301)))
S: g BAD {any}
C: g EXAMINE INBOX (QRESYNC (1700000000 1 (1:4294967295 1:4294967295)))
S>: * VANISHED (EARLIER) 1:2,4:5,7:8,100:102
S>: g OK {any}
----
# match data that does not ascend or does not pair off, "*" and "$" are BAD (RFC 7162 section 7)
maildir: folders
S: * PREAUTH {any}
C: a ENABLE QRESYNC
S>: a OK {any}
C: aa SELECT INBOX
S>: aa OK {any}
C: b SELECT Sent (QRESYNC (1 2 1:9 (2,1 3:4)))
S: b BAD QRESYNC: match data must ascend
C: b SELECT Sent (QRESYNC (1 2 1:9 (1:2 4:3)))
S: b BAD QRESYNC: match data must ascend
C: b SELECT Sent (QRESYNC (1 2 1:9 (1:2 3:5)))
S: b BAD QRESYNC: match data must pair off
C: b SELECT Sent (QRESYNC (1 2 1:*))
S: b BAD QRESYNC: only numbers may stand in a set
C: b SELECT Sent (QRESYNC (1 2 $))
S: b BAD QRESYNC: only numbers may stand in a set
C: b SELECT Sent (QRESYNC (1 2 1:9 (* 5)))
S: b BAD QRESYNC: only numbers may stand in a set
C: b SELECT Sent (QRESYNC (1))
S: b BAD {any}
C: b SELECT Sent (QRESYNC (0 5))
S: b BAD number must not be zero
C: b SELECT Sent (QRESYNC (1 9223372036854775808))
S: b BAD number too large
C: b SELECT Sent (QRESYNC (1 2(1 2)))
S: b BAD {any}
C: c CHECK
S: c OK {any}
C: b SELECT Sent (QRESYNC (1 2 3(1 2)))
S: b BAD {any}
C: b SELECT Sent (QRESYNC (1 2 3 ))
S: b BAD {any}
C: b SELECT Sent (QRESYNC (1 2 3 (1 2) 4))
S: b BAD {any}
C: b SELECT Sent (QRESYNC (1 2) QRESYNC (1 2))
S: b BAD {any}
C: b SELECT Sent (QRESYNC)
S: b BAD {any}
C: b SELECT Sent (QRESYNC 1)
S: b BAD {any}
C: c CHECK
S: c OK {any}
----
# VANISHED is for UID FETCH with CHANGEDSINCE, after ENABLE QRESYNC (RFC 7162 section 3.2.6)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX (CONDSTORE)
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: a OK {any}
C: b UID FETCH 1:4 (FLAGS) (CHANGEDSINCE 1 VANISHED)
S: b BAD VANISHED: QRESYNC must be enabled first
C: c ENABLE QRESYNC
S>: c OK {any}
C: d UID FETCH 1:4 (FLAGS) (VANISHED)
S: d BAD VANISHED needs CHANGEDSINCE
C: e FETCH 1:4 (FLAGS) (CHANGEDSINCE 1 VANISHED)
S: e BAD VANISHED is for UID FETCH only
C: f UID STORE 1,3 +FLAGS.SILENT (\Deleted)
S>: f OK {any}
C: g EXPUNGE
S: * VANISHED 1,3
S: g OK {any}
C: h UID FETCH 1:2 (FLAGS) (VANISHED CHANGEDSINCE {$h})
S: * VANISHED (EARLIER) 1
S: h OK {any}
C: i UID FETCH 3:* (FLAGS) (CHANGEDSINCE {$h} VANISHED)
S: * VANISHED (EARLIER) 3
S: i OK {any}
C: j UID FETCH 2:1000 (UID) (CHANGEDSINCE 1 VANISHED)
S: * VANISHED (EARLIER) 3
S: * 1 FETCH (UID 2 MODSEQ ({nz}))
S: * 2 FETCH (UID 4 MODSEQ ({nz}))
S: j OK {any}
----
# three sessions on one folder, one of each kind, hear of all in their own words
maildir: few
S: * PREAUTH {any}
C: a ENABLE QRESYNC
S>: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C2: a SELECT INBOX (CONDSTORE)
S2>: a OK {any}
C3: a SELECT INBOX
S3>: a OK {any}
C3: b STORE 1 +FLAGS (\Deleted)
S3: * 1 FETCH (FLAGS (\Deleted \Seen))
S3: b OK {any}
C3: c EXPUNGE
S3: * 1 EXPUNGE
S3: c OK EXPUNGE {any}
C3: d STORE 1 FLAGS (\Draft)
S3: * 1 FETCH (FLAGS (\Draft))
S3: d OK {any}
! deliver INBOX plain
C: c NOOP
S: * VANISHED 1
S: * 4 EXISTS
S*: * {num} RECENT
S: * 1 FETCH (UID 2 FLAGS (\Draft) MODSEQ ({n=num}))
S: c OK [HIGHESTMODSEQ {nz}] {any}
C2: b NOOP
S2: * 1 EXPUNGE
S2: * 4 EXISTS
S2*: * {num} RECENT
S2: * 1 FETCH (UID 2 FLAGS (\Draft) MODSEQ ({$n}))
S2: b OK [HIGHESTMODSEQ {nz}] {any}
C3: e NOOP
S3: * 4 EXISTS
S3*: * {num} RECENT
S3: e OK NOOP {any}
----
# IMAP4rev2 with QRESYNC
maildir: few
S: * PREAUTH {any}
C: a ENABLE QRESYNC IMAP4rev2
S: * ENABLED IMAP4rev2 QRESYNC
S: a OK {any}
C: b SELECT INBOX
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S>: b OK {any}
C: c UID STORE 2 +FLAGS.SILENT (\Deleted)
S: * 2 FETCH (UID 2 MODSEQ ({nz}))
S: c OK {any}
C: d EXPUNGE
S: * VANISHED 2
S: d OK [HIGHESTMODSEQ {nz}] {any}
C: e SEARCH MODSEQ {$h}
S: * ESEARCH (TAG "e") ALL 1:3 MODSEQ {nz}
S: e OK {any}
C: f SELECT INBOX (QRESYNC (1700000000 {$h}))
S>: * OK [HIGHESTMODSEQ {nz}] {any}
S*: * LIST {any}
S: * VANISHED (EARLIER) 2
S: f OK {any}
