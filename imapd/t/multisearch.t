# ESEARCH in several mailboxes (RFC 7377)
maildir: folders
S: * PREAUTH [CAPABILITY {any} MULTISEARCH {any}
# in authenticated state, and nothing is selected by it
C: tag1 ESEARCH IN (mailboxes INBOX subtree "Archive") ALL
S: * ESEARCH (TAG "tag1" MAILBOX INBOX UIDVALIDITY {nz}) UID ALL 1:4
S: * ESEARCH (TAG "tag1" MAILBOX Archive.2023 UIDVALIDITY {nz}) UID ALL 1:2
S: tag1 OK {any}
C: tag2 FETCH 1 UID
S: tag2 BAD {any}
# each mailbox once; those without a match are silent, with COUNT too
C: tag3 ESEARCH IN (personal mailboxes (INBOX Sent) subtree Sent) RETURN (MIN MAX COUNT) SEEN
S: * ESEARCH (TAG "tag3" MAILBOX INBOX UIDVALIDITY {nz}) UID MIN 1 MAX 2 COUNT 2
S*: * ESEARCH (TAG "tag3" MAILBOX {word} UIDVALIDITY {nz}) UID MIN {any}
S: tag3 OK {any}
C: tag4 ESEARCH IN (subscribed) ALL
S*: * ESEARCH (TAG "tag4" MAILBOX {word} UIDVALIDITY {nz}) UID ALL {any}
S: tag4 OK {any}
C: tag5 ESEARCH IN (subtree-one Archive) RETURN (COUNT) ALL
S: * ESEARCH (TAG "tag5" MAILBOX Archive.2023 UIDVALIDITY {nz}) UID COUNT 2
S: tag5 OK {any}
C: tag6 ESEARCH IN (mailboxes Archive) ALL
S: tag6 OK {any}
C: tag7 ESEARCH IN (mailboxes "No.Such" inboxes) CHARSET UTF-8 SUBJECT lunch
S>: * ESEARCH (TAG "tag7" MAILBOX INBOX UIDVALIDITY {nz}) UID ALL {any}
S*: * ESEARCH (TAG "tag7" {any}
S: tag7 OK {any}
# wildcards are none
C: tag8 ESEARCH IN (mailboxes "*") ALL
S: tag8 OK {any}
# message numbers beyond the end are no error (section 2)
C: tag9 ESEARCH IN (mailboxes (INBOX Archive.2023)) 3:100
S: * ESEARCH (TAG "tag9" MAILBOX INBOX UIDVALIDITY {nz}) UID ALL 3:4
S: tag9 OK {any}
# PARTIAL is of each mailbox
C: t10 ESEARCH IN (mailboxes (INBOX Archive.2023)) RETURN (PARTIAL 2:3) ALL
S: * ESEARCH (TAG "t10" MAILBOX INBOX UIDVALIDITY {nz}) UID PARTIAL (2:3 2:3)
S: * ESEARCH (TAG "t10" MAILBOX Archive.2023 UIDVALIDITY {nz}) UID PARTIAL (2:3 2)
S: t10 OK {any}
----
# the selected mailbox (section 2.2)
maildir: folders
S>: * PREAUTH {any}
# without IN it is meant, and has to be there
C: a ESEARCH ALL
S: a BAD {any}
C: a ESEARCH IN (selected) ALL
S: a BAD {any}
C: a ESEARCH IN (selected mailboxes INBOX) ALL
S: a BAD {any}
C: a ESEARCH IN (mailboxes INBOX) RETURN (UPDATE) ALL
S: a BAD {any}
C: b SELECT Archive.2023
S>: b OK {any}
C: c ESEARCH ALL
S: * ESEARCH (TAG "c" MAILBOX Archive.2023 UIDVALIDITY {v=nz}) UID ALL 1:2
S: c OK {any}
C: c UID ESEARCH 1:100
S: * ESEARCH (TAG "c" MAILBOX Archive.2023 UIDVALIDITY {$v}) UID ALL 1:2
S: c OK {any}
C: d ESEARCH IN (selected mailboxes (INBOX "Archive.2023")) RETURN (COUNT) ALL
S: * ESEARCH (TAG "d" MAILBOX INBOX UIDVALIDITY {nz}) UID COUNT 4
S: * ESEARCH (TAG "d" MAILBOX Archive.2023 UIDVALIDITY {$v}) UID COUNT 2
S: d OK {any}
# it stays selected
C: e FETCH 2 UID
S: * 2 FETCH (UID 2)
S: e OK {any}
# SAVE is for it alone
C: f ESEARCH RETURN (SAVE) 2
S: f OK {any}
C: f UID SEARCH $
S: * SEARCH 2
S: f OK {any}
C: f ESEARCH IN (mailboxes INBOX) RETURN (SAVE) ALL
S: f BAD {any}
C: f ESEARCH IN (selected personal) RETURN (SAVE COUNT) ALL
S: f BAD {any}
# UPDATE is for it alone
C: g ESEARCH IN (selected mailboxes INBOX) RETURN (UPDATE COUNT) FLAGGED
S*: * ESEARCH (TAG "g" MAILBOX INBOX {any}
S: g OK {any}
C: g ESEARCH RETURN (UPDATE COUNT) FLAGGED
S: g BAD {any}
C: h STORE 1 +FLAGS.SILENT (\Flagged)
S*: * 1 FETCH {any}
S: * ESEARCH (TAG "g") UID ADDTO (0 1)
S: h OK {any}
C: i CANCELUPDATE "g"
S: i OK {any}
----
# bad input
maildir: folders
S>: * PREAUTH {any}
C: a ESEARCH
S: a BAD {any}
C: a ESEARCH IN
S: a BAD {any}
C: a ESEARCH IN () ALL
S: a BAD {any}
C: a ESEARCH IN (selected-delayed) ALL
S: a BAD {any}
C: a ESEARCH IN (mailboxes) ALL
S: a BAD {any}
C: a ESEARCH IN (mailboxes ()) ALL
S: a BAD {any}
C: a ESEARCH IN (mailboxes (INBOX) ALL
S: a BAD {any}
C: a ESEARCH IN (personal (scope)) ALL
S: a BAD {any}
C: a ESEARCH IN (personal)
S: a BAD {any}
C: a ESEARCH IN (personal) RETURN (FOO) ALL
S: a BAD {any}
C: a ESEARCH IN (personal) FOO
S: a BAD {any}
C: a ESEARCH IN (personal) CHARSET X-UNKNOWN ALL
S: a NO [BADCHARSET {any}] {any}
