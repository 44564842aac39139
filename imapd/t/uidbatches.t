# ranges of UIDs from the highest down, so many messages in each; the last ends in 1 (RFC 10022)
maildir: bare
! sh i=1001; while [ $i -le 2200 ]; do printf 'Subject: x\n\n' >cur/170000$i.M1P1.h:2,; i=$((i + 1)); done
S: * PREAUTH [CAPABILITY {any} UIDBATCHES{any}] {any}
C: a SELECT INBOX
S>: a OK {any}
C: b UIDBATCHES 500
S: * UIDBATCHES (TAG "b") 1200:701,700:201,200:1
S: b OK {any}
C: c UIDBATCHES 500 2:3
S: * UIDBATCHES (TAG "c") 700:201,200:1
S: c OK {any}
C: d UIDBATCHES 600 2:2
S: * UIDBATCHES (TAG "d") 600:1
S: d OK {any}
C: e UIDBATCHES 1199
S: * UIDBATCHES (TAG "e") 1200:2,1:1
S: e OK {any}
C: f uidbatches 1200
S: * UIDBATCHES (TAG "f") 1200:1
S: f OK {any}
C: g UIDBATCHES 4294967295 1:4294967295
S: * UIDBATCHES (TAG "g") 1200:1
S: g OK {any}
C: h UIDBATCHES 500 4:9
S: * UIDBATCHES (TAG "h")
S: h OK {any}
C: i UID STORE 1,300:400,1000 +FLAGS.SILENT (\Deleted)
S: i OK {any}
C: j EXPUNGE
S>: j OK {any}
C: k UIDBATCHES 500
S: * UIDBATCHES (TAG "k") 1200:700,699:99,98:1
S: k OK {any}
----
# an empty mailbox has no batches; UIDONLY and "$" change nothing (RFC 10022)
maildir: few
S: * PREAUTH {any}
C: a ENABLE UIDONLY
S>: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C: c UID SEARCH RETURN (SAVE) SEEN
S: c OK {any}
C: d UIDBATCHES 500
S: * UIDBATCHES (TAG "d") 4:1
S: d OK {any}
C: e UID SEARCH $
S: * SEARCH 1 2
S: e OK {any}
C: f UID STORE 1:* +FLAGS.SILENT (\Deleted)
S: f OK {any}
C: g EXPUNGE
S: * VANISHED 1:4
S: g OK {any}
C: h UIDBATCHES 500 1:2
S: * UIDBATCHES (TAG "h")
S: h OK {any}
----
# TOOFEW, CLIENTBUG and BAD (RFC 10022)
maildir: few
S: * PREAUTH {any}
C: a UIDBATCHES 500
S: a BAD no mailbox is selected
C: b EXAMINE INBOX
S>: b OK {any}
C: c UIDBATCHES 499
S: c NO [TOOFEW] {any}
C: d UIDBATCHES 500 3:2
S: d BAD [CLIENTBUG] {any}
C: e UIDBATCHES 1 3:2
S: e BAD [CLIENTBUG] {any}
C: f UIDBATCHES 0
S: f BAD {any}
C: f UIDBATCHES
S: f BAD {any}
C: f UIDBATCHES 500 0:1
S: f BAD {any}
C: f UIDBATCHES 500 5
S: f BAD {any}
C: f UIDBATCHES 500 5:
S: f BAD {any}
C: f UIDBATCHES 500 1:2 3
S: f BAD {any}
C: f UIDBATCHES 500 1:*
S: f BAD {any}
C: f UIDBATCHES 4294967296
S: f BAD {any}
C: f UID UIDBATCHES 500
S: f BAD {any}
C: g UIDBATCHES 500
S: * UIDBATCHES (TAG "g") 4:1
S: g OK {any}
----
# all that iOS asks for before it enables UIDONLY is offered: ENABLE, ESEARCH, PARTIAL, UIDONLY, UIDBATCHES
maildir: few
S: re: \* PREAUTH \[CAPABILITY(?=.* ENABLE )(?=.* ESEARCH )(?=.* PARTIAL )(?=.* UIDONLY )(?=.* UIDBATCHES[ \]]).*
C: a CAPABILITY
S: re: \* CAPABILITY(?=.* ENABLE )(?=.* ESEARCH )(?=.* PARTIAL )(?=.* UIDONLY )(?=.* UIDBATCHES( |$)).*
S: a OK {any}
