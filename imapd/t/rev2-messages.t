# no \Recent, no RECENT; what nobody asked for has its UID (RFC 9051 sections 2.3.2, 7.5.2, appendix E)
maildir: new
S: * PREAUTH {any}
C: a ENABLE IMAP4rev2
S>: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C: c FETCH 5:6 FLAGS
S: * 5 FETCH (FLAGS ())
S: * 6 FETCH (FLAGS ())
S: c OK {any}
! deliver INBOX plain
C: d NOOP
S: * 7 EXISTS
S: d OK {any}
! flags INBOX 1700000003 F
C: e NOOP
S: * 3 FETCH (UID 3 FLAGS (\Flagged))
S: e OK {any}
! flags INBOX 1700000003 S
C: f FETCH 1 UID
S: * 1 FETCH (UID 1)
S: * 3 FETCH (UID 3 FLAGS (\Seen))
S: f OK {any}
# what was asked for has it in UID commands (6.4.9)
C: g UID FETCH 4 FLAGS
S: * 4 FETCH (UID 4 FLAGS (\Flagged))
S: g OK {any}
C: h UID STORE 4 +FLAGS (\Answered)
S: * 4 FETCH (UID 4 FLAGS (\Answered \Flagged))
S: h OK {any}
C: i STORE 4 -FLAGS (\Answered)
S: * 4 FETCH (FLAGS (\Flagged))
S: i OK {any}
C: j STORE 4 +FLAGS (\Recent)
S: j BAD {any}
# IDLE (6.3.13)
C: k IDLE
S: + {any}
! flags INBOX 1700000003 F
S: * 3 FETCH (UID 3 FLAGS (\Flagged))
! deliver INBOX plain
S: * 8 EXISTS
C: DONE
S: k OK {any}
C: l UID FETCH 900 FLAGS
S: l OK {any}
----
# EXPUNGE never while FETCH, STORE or SEARCH by number are answered, nor between commands (RFC 9051 section 7.5.1)
S: * PREAUTH {any}
C: a ENABLE IMAP4rev2
S>: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
! rm cur/1700000002*
! quiet 300
C: c FETCH 1 UID
S: * 1 FETCH (UID 1)
S: c OK {any}
C: d STORE 1 +FLAGS.SILENT (\Flagged)
S: d OK {any}
C: e SEARCH ALL
S: * ESEARCH (TAG "e") ALL 1,3:4
S: e OK [EXPUNGEISSUED] {any}
C: f FETCH 2 FLAGS
S: f NO [EXPUNGEISSUED] {any}
C: g UID SEARCH ALL
S: * ESEARCH (TAG "g") UID ALL 1,3:4
S: * 2 EXPUNGE
S: g OK {any}
----
# COPY, MOVE and APPEND: TRYCREATE, no mailbox by itself, UIDs (RFC 9051 sections 6.3.12, 6.4.7, 6.4.8, 7.1)
maildir: folders
S: * PREAUTH {any}
C: a ENABLE IMAP4rev2
S>: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C: c COPY 1 Nowhere
S: c NO [TRYCREATE] {any}
C: d UID MOVE 1 Nowhere
S: d NO [TRYCREATE] {any}
C: e APPEND Nowhere {5}
S: e NO [TRYCREATE] {any}
! absent .Nowhere
C: f COPY 2:3 Trash
S: f OK [COPYUID {nz} 2:3 1:2] {any}
# COPYUID comes before EXPUNGE; \Deleted is never set
C: g MOVE 2:3 Trash
S: * OK [COPYUID {nz} 2:3 3:4] {any}
S: * 3 EXPUNGE
S: * 2 EXPUNGE
S: g OK {any}
# one message has one UID, not a range
C: h APPEND Trash {5+}
C: a: b{x0A}
S: h OK [APPENDUID {nz} 5] {any}
C: i SELECT Trash
S>: i OK {any}
C: j UID FETCH 1:* FLAGS
S: * 1 FETCH (UID 1 FLAGS (\Answered \Seen))
S: * 2 FETCH (UID 2 FLAGS ())
S: * 3 FETCH (UID 3 FLAGS (\Answered \Seen))
S: * 4 FETCH (UID 4 FLAGS ())
S: * 5 FETCH (UID 5 FLAGS ())
S: j OK {any}
C: k UID COPY 900 Trash
S: k OK {any}
----
# the keywords of IMAP4rev2 are kept, in COPY and MOVE too (RFC 9051 section 2.3.2)
maildir: folders
S: * PREAUTH {any}
C: a ENABLE IMAP4rev2
S>: a OK {any}
C: b APPEND Trash ($MDNSent $Forwarded $Junk $NotJunk $Phishing) {5+}
C: a: b{x0A}
S: b OK {any}
C: c SELECT Trash
S>: c OK {any}
C: d COPY 1 Drafts
S: d OK {any}
C: e MOVE 1 Sent
S>: e OK {any}
C: f SELECT Drafts
S>: f OK {any}
C: g FETCH 1 FLAGS
S: * 1 FETCH (FLAGS ({all=any}))
S: g OK {any}
C: h SELECT Sent
S>: h OK {any}
C: i SEARCH KEYWORD $mdnsent KEYWORD $forwarded KEYWORD $junk KEYWORD $notjunk KEYWORD $phishing
S: * ESEARCH (TAG "i") ALL 2
S: i OK {any}
----
# message/global is shown as message/rfc822 is, but a client of IMAP4rev1 sees a part like any other (RFC 9051 section 9, media-message; RFC 3501 section 9)
maildir: empty
! file cur/1700000100.a.x:2, Content-Type: multipart/mixed; boundary=b{x0A}{x0A}--b{x0A}Content-Type: message/global{x0A}{x0A}Subject: {xC3}{xBC}{x0A}{x0A}text{x0A}--b--{x0A}
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b FETCH 1 BODY
S: * 1 FETCH (BODY (("message" "global" NIL NIL NIL "7bit" 19) "mixed"))
S: b OK {any}
C: b1 FETCH 1 BODYSTRUCTURE
S: * 1 FETCH (BODYSTRUCTURE (("message" "global" NIL NIL NIL "7bit" 19 NIL NIL NIL NIL) "mixed" ("boundary" "b") NIL NIL NIL))
S: b1 OK {any}
C: c ENABLE IMAP4rev2
S>: c OK {any}
C: d FETCH 1 BODY
S: * 1 FETCH (BODY (("message" "global" NIL NIL NIL "7bit" 19 (NIL {2}
S: {xC3}{xBC} NIL NIL NIL NIL NIL NIL NIL NIL) ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 4 0) 2) "mixed"))
S: d OK {any}
C: d1 FETCH 1 (BODYSTRUCTURE BODY.PEEK[1.HEADER] BODY.PEEK[1.1])
S: * 1 FETCH (BODYSTRUCTURE (("message" "global" NIL NIL NIL "7bit" 19 (NIL {2}
S: {xC3}{xBC} NIL NIL NIL NIL NIL NIL NIL NIL) ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 4 0 NIL NIL NIL NIL) 2 NIL NIL NIL NIL) "mixed" ("boundary" "b") NIL NIL NIL) BODY[1.HEADER] {15}
S: Subject: {xC3}{xBC}
S: 
S:  BODY[1.1] {4}
S: text)
S: d1 OK {any}
# another session, which has what the index kept
C2: a SELECT INBOX
S2>: a OK {any}
C2: b FETCH 1 BODY
S2: * 1 FETCH (BODY (("message" "global" NIL NIL NIL "7bit" 19) "mixed"))
S2: b OK {any}
----
# names of commands, items and keys in any case (RFC 9051 section 9); exactly one space
S: * PREAUTH {any}
C: a enable imap4REV2
S: * ENABLED IMAP4rev2
S: a OK {any}
C: b sElEcT iNbOx
S>: b OK {any}
C: c uid fetch 1 (flags binary.SIZE[1])
S: * 1 FETCH (UID 1 FLAGS (\Seen) BINARY.SIZE[1] {num})
S: c OK {any}
C: d search return (min) seen
S: * ESEARCH (TAG "d") MIN 1
S: d OK {any}
C: e FETCH  1 UID
S: e BAD {any}
C: f FETCH 1{x09}UID
S: f BAD {any}
C: g NOOP{x20}
S: g BAD {any}
----
# a tag may be used again; LOGOUT says BYE before OK (RFC 9051 sections 2.2.1, 3.4, 6.1.3)
S: * PREAUTH {any}
C: a ENABLE IMAP4rev2
S>: a OK {any}
C: a NOOP
S: a OK {any}
C: a NOOP
S: a OK {any}
C: a LOGOUT
S: * BYE {any}
S: a OK {any}
! end 1
----
# what does not change does not: in another session, and for IMAP4rev1 (RFC 9051 sections 2.3.1.1, 6.4.5)
S: * PREAUTH {any}
C: a ENABLE IMAP4rev2
S>: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C: c UID FETCH 4 (INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)
S: * 4 FETCH (UID 4 INTERNALDATE {d=date} RFC822.SIZE {n=num} ENVELOPE {e=any}
S: c OK {any}
C2: a SELECT INBOX
S2*: * {any}
S2: a OK {any}
! rm cur/1700000001*
C2: b UID FETCH 4 (INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)
S2: * 4 FETCH (UID 4 INTERNALDATE {$d} RFC822.SIZE {$n} ENVELOPE {$e}
S2: * 1 EXPUNGE
S2: b OK {any}
----
# UIDs go up, and UIDNEXT changes when mail comes and only then (RFC 9051 section 2.3.1.1)
S: * PREAUTH {any}
C: a ENABLE IMAP4rev2
S>: a OK {any}
C: b STATUS INBOX (UIDNEXT UIDVALIDITY)
S: * STATUS INBOX (UIDNEXT 5 UIDVALIDITY 1700000000)
S: b OK {any}
C: c SELECT INBOX
S>: c OK {any}
C: d STORE 3:4 +FLAGS.SILENT (\Deleted)
S: d OK {any}
C: e EXPUNGE
S>: e OK {any}
C: f STATUS INBOX (UIDNEXT UIDVALIDITY)
S: * STATUS INBOX (UIDNEXT 5 UIDVALIDITY 1700000000)
S: f OK {any}
! deliver INBOX plain
C: g NOOP
S: * 3 EXISTS
S: g OK {any}
C: h UID SEARCH ALL
S: * ESEARCH (TAG "h") UID ALL 1:2,5
S: h OK {any}
C: i STORE 3 +FLAGS.SILENT (\Deleted)
S: i OK {any}
C: j EXPUNGE
S>: j OK {any}
C: k STATUS INBOX (UIDNEXT)
S: * STATUS INBOX (UIDNEXT 6)
S: k OK {any}
