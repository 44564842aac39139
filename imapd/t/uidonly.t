# ENABLE UIDONLY: message numbers travel in neither direction (RFC 9586 sections 3.1 to 3.4)
maildir: folders
pipeline: yes
S: * PREAUTH [CAPABILITY {any} UIDONLY {any}] {any}
C: a ENABLE UIDONLY
S: * ENABLED UIDONLY
S: a OK {any}
C: b SELECT INBOX
S: * FLAGS {any}
S: * OK [PERMANENTFLAGS {any}
S: * 4 EXISTS
S: * 0 RECENT
S: * OK [UIDVALIDITY 1700000000] {any}
S: * OK [UIDNEXT 5] {any}
S>: * OK [HIGHESTMODSEQ {nz}] {any}
S: b OK [READ-WRITE] {any}
C: c FETCH 1 FLAGS
S: c BAD [UIDREQUIRED] {any}
C: d STORE 3 +FLAGS (\Seen)
S: d BAD [UIDREQUIRED] {any}
C: e SEARCH ALL
S: e BAD [UIDREQUIRED] {any}
C: f COPY 1 Sent
S: f BAD [UIDREQUIRED] {any}
C: g MOVE 1 Sent
S: g BAD [UIDREQUIRED] {any}
C: h UID FETCH 1:2 (FLAGS)
S: * 1 UIDFETCH (FLAGS (\Seen))
S: * 2 UIDFETCH (FLAGS (\Answered \Seen))
S: h OK {any}
C: i UID FETCH 1:2 (UID FLAGS)
S: * 1 UIDFETCH (UID 1 FLAGS (\Seen))
S: * 2 UIDFETCH (UID 2 FLAGS (\Answered \Seen))
S: i OK {any}
C: j UID STORE 3 +FLAGS (\Deleted)
S: * 3 UIDFETCH (FLAGS (\Deleted))
S: j OK {any}
C: k UID MOVE 2 Sent
S: * OK [COPYUID 1700000001 2 2] moved
S: * VANISHED 2
S: k OK MOVE {any}
C: l UID COPY 1 Sent
S: l OK [COPYUID 1700000001 1 3] {any}
C: m EXPUNGE
S: * VANISHED 3
S: m OK EXPUNGE {any}
C: n UID STORE 1,4 +FLAGS.SILENT (\Deleted)
S: n OK {any}
C: o UID EXPUNGE 1
S: * VANISHED 1
S: o OK EXPUNGE {any}
C: p UID FETCH 9:* (FLAGS)
S: * 4 UIDFETCH (FLAGS (\Flagged \Deleted))
S: p OK {any}
C: q CLOSE
S: q OK {any}
----
# a command by number is refused before its literal is asked for (RFC 9586 section 3)
maildir: few
S: * PREAUTH {any}
C: a ENABLE UIDONLY
S>: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C: c SEARCH SUBJECT {3}
S: c BAD [UIDREQUIRED] {any}
C: d SEARCH SUBJECT {3+}
C: abc
S: d BAD [UIDREQUIRED] {any}
C: e NOOP
S: e OK {any}
----
# UID SEARCH: ALL, UID and $ yes, sequence sets no, wherever they stand (RFC 9586 section 3.5)
maildir: few
S: * PREAUTH {any}
C: a ENABLE UIDONLY
S>: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C: c UID SEARCH ALL
S: * SEARCH 1 2 3 4
S: c OK {any}
C: d UID SEARCH UID 2:* SEEN
S: * SEARCH 2
S: d OK {any}
C: e UID SEARCH 1:2
S: e BAD [UIDREQUIRED] {any}
C: f UID SEARCH *
S: f BAD [UIDREQUIRED] {any}
C: g UID SEARCH OR SEEN (FLAGGED NOT 3)
S: g BAD [UIDREQUIRED] {any}
C: h UID SEARCH RETURN (SAVE ALL) SEEN
S: * ESEARCH (TAG "h") UID ALL 1:2
S: h OK {any}
C: i UID SEARCH $
S: * SEARCH 1 2
S: i OK {any}
C: j UID FETCH $ FLAGS
S: * 1 UIDFETCH (FLAGS (\Seen))
S: * 2 UIDFETCH (FLAGS (\Answered \Seen))
S: j OK {any}
----
# changes by others are UIDFETCH and VANISHED; EXISTS and RECENT stay; also in IDLE (RFC 9586 section 3.6)
maildir: few
S: * PREAUTH {any}
C: a ENABLE UIDONLY
S>: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C2: a SELECT INBOX
S2>: a OK {any}
C2: b STORE 2 FLAGS (\Deleted)
S2: * 2 FETCH (FLAGS (\Deleted))
S2: b OK {any}
C: c NOOP
S: * 2 UIDFETCH (FLAGS (\Deleted))
S: c OK {any}
C2: c EXPUNGE
S2: * 2 EXPUNGE
S2: c OK EXPUNGE {any}
C: d UID FETCH 1 RFC822.SIZE
S: * 1 UIDFETCH (RFC822.SIZE {num})
S: * VANISHED 2
S: d OK fetched
C: e IDLE
S: + idling
C2: d STORE 3 +FLAGS (\Deleted)
S2: * 3 FETCH (FLAGS (\Flagged \Deleted))
# the idle session may have seen the file first: then it is news here, too
S2*: * 3 FETCH (FLAGS (\Flagged \Deleted))
S2: d OK {any}
S: * 4 UIDFETCH (FLAGS (\Flagged \Deleted))
C2: e EXPUNGE
S2: * 3 EXPUNGE
S2: e OK EXPUNGE {any}
S: * VANISHED 4
! deliver INBOX plain
S: * 3 EXISTS
S: * 1 RECENT
C: DONE
S: e OK IDLE {any}
----
# a FETCH that sets \Seen is a UIDFETCH, too; with CONDSTORE it has MODSEQ and no UID (RFC 9586 sections 3.3, 3.7)
maildir: few
S: * PREAUTH {any}
C: a ENABLE UIDONLY CONDSTORE
S: * ENABLED CONDSTORE UIDONLY
S: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C: c UID FETCH 3 BODY[HEADER.FIELDS (X-None)]
S: * 3 UIDFETCH (FLAGS (\Seen) MODSEQ ({nz}) BODY[HEADER.FIELDS (X-None)] {2}
S: 
S: )
S: c OK {any}
C: d UID STORE 1 +FLAGS.SILENT (\Draft)
S: * 1 UIDFETCH (MODSEQ ({n=num}))
S: d OK {any}
C: e UID STORE 2 +FLAGS (\Draft)
S: * 2 UIDFETCH (FLAGS (\Answered \Seen \Draft) MODSEQ ({nz}))
S: e OK {any}
C: f UID STORE 1:2 (UNCHANGEDSINCE {$n}) +FLAGS.SILENT (\Flagged)
S: * 1 UIDFETCH (MODSEQ ({nz}))
S: * 2 UIDFETCH (FLAGS (\Answered \Seen \Draft) MODSEQ ({nz}))
S: f OK [MODIFIED 2] {any}
! flags INBOX 1700000004 S
C: g NOOP
S: * 4 UIDFETCH (FLAGS (\Seen) MODSEQ ({nz}))
S: g OK {any}
----
# with QRESYNC: UIDFETCH without UID, and match data is refused (RFC 9586 section 3.7)
maildir: few
S: * PREAUTH {any}
C: a ENABLE QRESYNC UIDONLY
S: * ENABLED QRESYNC UIDONLY
S: a OK {any}
C: b SELECT INBOX
S>: * OK [HIGHESTMODSEQ {h=num}] {any}
S: b OK {any}
C: c UID STORE 2 +FLAGS.SILENT (\Deleted)
S: * 2 UIDFETCH (MODSEQ ({nz}))
S: c OK {any}
C: d EXPUNGE
S: * VANISHED 2
S: d OK [HIGHESTMODSEQ {nz}] {any}
C: e UID STORE 3 +FLAGS (\Flagged)
S: * 3 UIDFETCH (FLAGS (\Flagged) MODSEQ ({n=num}))
S: e OK {any}
C: f SELECT INBOX (QRESYNC (1700000000 {$h} 1:4 (1 1)))
S: f BAD [UIDREQUIRED] {any}
C: g SELECT INBOX (QRESYNC (1700000000 {$h} 1:4))
S>: * OK [HIGHESTMODSEQ {$n}] {any}
S: * VANISHED (EARLIER) 2
S: * 3 UIDFETCH (FLAGS (\Flagged) MODSEQ ({$n}))
S: g OK {any}
C: h UID FETCH 1:* (FLAGS) (CHANGEDSINCE {$h} VANISHED)
S: * VANISHED (EARLIER) 2
S: * 3 UIDFETCH (FLAGS (\Flagged) MODSEQ ({$n}))
S: h OK {any}
----
# three sessions: one by number, one by UID, one with QRESYNC, tell the same in their own words
maildir: few
S: * PREAUTH {any}
C: a ENABLE UIDONLY
S>: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C2: a SELECT INBOX
S2>: a OK {any}
C3: a ENABLE QRESYNC
S3>: a OK {any}
C3: b SELECT INBOX
S3>: b OK {any}
C: c UID STORE 1,4 +FLAGS.SILENT (\Deleted)
S: c OK {any}
C: d EXPUNGE
S: * VANISHED 1,4
S: d OK {any}
C: e UID STORE 3 +FLAGS.SILENT (\Draft)
S: e OK {any}
C2: b NOOP
S2: * 4 EXPUNGE
S2: * 1 EXPUNGE
S2: * 2 FETCH (FLAGS (\Draft))
S2: b OK {any}
C3: c NOOP
S3: * VANISHED 1,4
S3: * 2 FETCH (UID 3 FLAGS (\Draft) MODSEQ ({nz}))
S3: c OK {any}
----
# what was to be kept up to date by message numbers is not, once it is enabled (RFC 9586 section 3)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: N1 SEARCH RETURN (UPDATE COUNT) SEEN
S: * ESEARCH (TAG "N1") COUNT 2
S: N1 OK {any}
C: U1 UID SEARCH RETURN (UPDATE COUNT) SEEN
S: * ESEARCH (TAG "U1") UID COUNT 2
S: U1 OK {any}
C: N2 SORT RETURN (UPDATE COUNT) (DATE) UTF-8 SEEN
S: * ESEARCH (TAG "N2") COUNT 2
S: N2 OK {any}
C: b ENABLE UIDONLY
S&: * NO [NOUPDATE "N1"] {any}
S&: * NO [NOUPDATE "N2"] {any}
S: * ENABLED UIDONLY
S: b OK {any}
C: c UID STORE 3 +FLAGS.SILENT (\Seen)
S: * ESEARCH (TAG "U1") UID ADDTO (0 3)
S: c OK {any}
C: d CANCELUPDATE "N1"
S: d NO {any}
