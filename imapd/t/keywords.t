# keywords without an end: the first 26 get letters, the others lines in roost-extra (RFC 3501 section 2.3.2, PERMANENTFLAGS \*)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] {any}
S>: a OK {any}
C: b STORE 1 +FLAGS.SILENT ($Forwarded $Junk $NotJunk $MDNSent $Phishing $Important k7 k8 k9 k10 k11 k12 k13 k14 k15 k16 k17 k18 k19 k20 k21 k22 k23 k24 k25 k26)
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded $Junk $NotJunk $MDNSent $Phishing $Important {any} k26)
S: * OK [PERMANENTFLAGS ({any} k26 \*)] {any}
S: b OK {any}
! absent roost-extra
C: c STORE 1,3 +FLAGS (k26 k27 $MailFlagBit0)
S: * FLAGS ({any} k26 k27 $MailFlagBit0)
S: * OK [PERMANENTFLAGS ({any} k27 $MailFlagBit0 \*)] {any}
S: * 1 FETCH (FLAGS (\Seen $Forwarded {any} k26 k27 $MailFlagBit0))
S: * 3 FETCH (FLAGS (k26 k27 $MailFlagBit0))
S: c OK {any}
! has roost-extra 1 V1700000000 S{num}
! has roost-extra 1,3 +k27
! has roost-extra 1,3 +$MailFlagBit0
C: d STORE 1:3 -FLAGS (K27 none)
S: * FLAGS ({any} k26 $MailFlagBit0)
S: * OK [PERMANENTFLAGS ({any} k26 $MailFlagBit0 \*)] {any}
S: * 1 FETCH (FLAGS ({any} k26 $MailFlagBit0))
S: * 2 FETCH (FLAGS (\Answered \Seen))
S: * 3 FETCH (FLAGS (k26 $MailFlagBit0))
S: d OK {any}
C: e SEARCH KEYWORD $mailflagbit0
S: * SEARCH 1 3
S: e OK {any}
C: f SEARCH UNKEYWORD $MailFlagBit0 NOT KEYWORD k27
S: * SEARCH 2 4
S: f OK {any}
C: g STORE 3 FLAGS (\Seen k28)
S: * FLAGS ({any} $MailFlagBit0 k28)
S: * OK [PERMANENTFLAGS ({any} k28 \*)] {any}
S: * 3 FETCH (FLAGS (\Seen k28))
S: g OK {any}
C: h STORE 3 FLAGS ()
S>: * 3 FETCH (FLAGS ())
S: h OK {any}
! ls . = cur new tmp dovecot-uidlist dovecot-keywords roost-extra roost.index
! has dovecot-keywords 25 k26
! hasnot dovecot-keywords 26 {any}
----
# deleting the index changes nothing of them; COPY, MOVE and APPEND keep them
maildir: folders
! sh i=0; while [ $i -lt 26 ]; do echo "$i k$i"; i=$((i+1)); done >dovecot-keywords
! sh cp dovecot-keywords .Sent/; echo "0 Beyond" >.Trash/dovecot-keywords
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b STORE 2,4 +FLAGS.SILENT (Beyond k3)
S>: b OK {any}
C: c APPEND INBOX (\Draft Other Beyond) {5+}
C: hello
S>: c OK {any}
C: d COPY 1:5 Sent
S>: d OK [COPYUID {any}
C: e MOVE 4 Trash
S>: e OK {any}
C: f LOGOUT
S>: f OK {any}
! has .Sent/roost-extra 3 ={any}
! hasnot .Trash/dovecot-keywords {any} k5
! absent .Trash/roost-extra
! sh rm -rf roost.index
C2: a SELECT INBOX
S2>: a OK {any}
C2: b FETCH 1:* (FLAGS)
S2: * 1 FETCH (FLAGS (\Seen))
S2: * 2 FETCH (FLAGS (\Answered \Seen k3 Beyond))
S2: * 3 FETCH (FLAGS ())
S2: * 4 FETCH (FLAGS (\Draft Beyond Other))
S2: b OK {any}
C2: c EXAMINE Sent
S2>: c OK {any}
C2: d FETCH 2:6 (FLAGS)
S2: * 2 FETCH (FLAGS (\Seen))
S2: * 3 FETCH (FLAGS (\Answered \Seen k3 Beyond))
S2: * 4 FETCH (FLAGS ())
S2: * 5 FETCH (FLAGS (\Flagged k3 Beyond))
S2: * 6 FETCH (FLAGS (\Draft Beyond Other))
S2: d OK {any}
C2: e EXAMINE Trash
S2>: e OK {any}
C2: f FETCH 1:* (FLAGS)
S2: * 1 FETCH (FLAGS (\Flagged Beyond k3))
S2: f OK {any}
----
# three sessions see one order of changes, each name before the flags that have it
maildir: few
! sh i=0; while [ $i -lt 26 ]; do echo "$i k$i"; i=$((i+1)); done >dovecot-keywords
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C2: a SELECT INBOX
S2>: a OK {any}
C3: a EXAMINE INBOX
S3>: a OK {any}
C: b STORE 2 +FLAGS.SILENT (far)
S>: b OK {any}
C2: b NOOP
S2: * FLAGS ({any} k25 far)
S2: * OK [PERMANENTFLAGS ({any} k25 far \*)] {any}
S2: * 2 FETCH (FLAGS (\Answered \Seen far))
S2: b OK {any}
C2: c STORE 2 -FLAGS.SILENT (far)
S2>: c OK {any}
C2: d STORE 1:2 +FLAGS.SILENT (k1 further)
S2>: d OK {any}
C3: b NOOP
S3: * FLAGS ({any} k25 further)
S3: * OK [PERMANENTFLAGS ()] {any}
S3: * 1 FETCH (FLAGS (\Seen k1 further))
S3: * 2 FETCH (FLAGS (\Answered \Seen k1 further))
S3: b OK {any}
C: c NOOP
S: * FLAGS ({any} k25 further)
S: * OK [PERMANENTFLAGS ({any} \*)] {any}
S: * 1 FETCH (FLAGS (\Seen k1 further))
S: * 2 FETCH (FLAGS (\Answered \Seen k1 further))
S: c OK {any}
C: d NOOP
S: d OK {any}
----
# another host's or an older session's line is told like any change; a torn or foreign line is none
maildir: few
! file roost-extra 1 V1700000000 S0{x0A}1:2 +$Label5{x0A}nonsense{x0A}0 +x{x0A}4:3 +x{x0A}3 ?x +ok{x0A}
S: * PREAUTH {any}
C: a SELECT INBOX
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Label5 ok)
S>: a OK {any}
C: b FETCH 1:4 (FLAGS)
S: * 1 FETCH (FLAGS (\Seen $Label5))
S: * 2 FETCH (FLAGS (\Answered \Seen $Label5))
S: * 3 FETCH (FLAGS (ok))
S: * 4 FETCH (FLAGS (\Flagged))
S: b OK {any}
! add roost-extra 2 -$Label5 +new{x0A}4 +torn
C: c NOOP
S: * FLAGS ({any} $Label5 ok new)
S: * OK [PERMANENTFLAGS {any}
S: * 2 FETCH (FLAGS (\Answered \Seen new))
S: c OK {any}
! rm roost-extra
C: d NOOP
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S: * OK [PERMANENTFLAGS {any}
S: * 1 FETCH (FLAGS (\Seen))
S: * 2 FETCH (FLAGS (\Answered \Seen))
S: * 3 FETCH (FLAGS ())
S: * 4 FETCH (FLAGS (\Flagged))
S: d OK {any}
! file roost-extra 1 V1600000000 S0{x0A}1:4 +of-another-folder{x0A}
C: e FETCH 1 (FLAGS)
S>: * 1 FETCH (FLAGS (\Seen))
S>: e OK {any}
