# NOTIFY is offered; what it needs to be well formed (RFC 5465 section 8)
maildir: few
S: * PREAUTH [CAPABILITY {any} NOTIFY {any}
C: a NOTIFY
S: a BAD {any}
C: b NOTIFY MAYBE
S: b BAD {any}
C: c NOTIFY NONE x
S: c BAD {any}
C: d NOTIFY SET
S: d BAD {any}
C: e NOTIFY SET STATUS
S: e BAD {any}
C: f NOTIFY SET (personal)
S: f BAD {any}
C: g NOTIFY SET (nowhere (MailboxName))
S: g BAD {any}
C: h NOTIFY SET (personal ())
S: h BAD {any}
C: i NOTIFY SET (personal (MailboxName)) x
S: i BAD {any}
C: j NOTIFY SET (mailboxes () (MailboxName))
S: j BAD {any}
# MessageNew and MessageExpunge MUST be given together (section 5)
C: k NOTIFY SET (personal (MessageNew))
S: k BAD {any}
C: l NOTIFY SET (selected (MessageExpunge))
S: l BAD {any}
# FlagChange and AnnotationChange only with both of them (section 5)
C: m NOTIFY SET (personal (FlagChange))
S: m BAD {any}
C: n NOTIFY SET (personal (FlagChange MessageNew))
S: n BAD {any}
C: o NOTIFY SET (personal (AnnotationChange))
S: o BAD {any}
# FETCH items only of the selected mailbox (section 8)
C: p NOTIFY SET (personal (MessageNew (uid) MessageExpunge))
S: p BAD {any}
C: p2 NOTIFY SET (selected (MessageNew (nothing) MessageExpunge))
S: p2 BAD {any}
C: p3 NOTIFY SET (selected (MessageNew uid MessageExpunge))
S: p3 NO [BADEVENT {any}
C: p4 NOTIFY SET (selected (MessageNew (uid MessageExpunge))
S: p4 BAD {any}
# only one of selected and selected-delayed (section 6.1)
C: q NOTIFY SET (selected (MessageNew MessageExpunge)) (selected-delayed NONE)
S: q BAD {any}
C: r NOTIFY SET (selected NONE) (selected NONE)
S: r BAD {any}
# and only message events of it
C: s NOTIFY SET (selected (MailboxName))
S: s BAD {any}
C: t NOTIFY SET (selected-delayed (MessageNew MessageExpunge SubscriptionChange))
S: t BAD {any}
# an event that is not supported MUST be NO, with all that are (section 3.1)
C: u NOTIFY SET (personal (MessageNew MessageExpunge AnnotationChange))
S: u NO [BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange)] {any}
C: v NOTIFY SET (personal (MailboxFlies))
S: v NO [BADEVENT ({any})] {any}
# case does not matter; "inboxes", several names, subtree-one of RFC 7377
C: w notify set status (SELECTED (messagenew (UID) messageEXPUNGE)) (Inboxes (MAILBOXNAME)) (mailboxes (a INBOX "b c") (subscriptionchange)) (subtree-one x None)
S: w OK {any}
C: x NOTIFY NONE
S: x OK {any}
----
# STATUS of each mailbox comes before the OK (section 3.1)
maildir: few
S: * PREAUTH {any}
! folder .Lists
! folder .Lists.Lemonade
! folder .Lists.Im2000
! folder .Other
! deliver .Lists.Lemonade plain 1700000011.M1.x
C: b notify set status (selected MessageNew (uid body.peek[header.fields (from to subject)]) MessageExpunge) (subtree Lists MessageNew)
S: b BAD {any}
C: b notify set status (selected (MessageNew (uid body.peek[header.fields (from to subject)]) MessageExpunge)) (subtree Lists (MessageNew MessageExpunge))
S&: * STATUS Lists (MESSAGES 0 UIDNEXT 1 UIDVALIDITY {nz})
S&: * STATUS Lists.Lemonade (MESSAGES 1 UIDNEXT 2 UIDVALIDITY {nz})
S&: * STATUS Lists.Im2000 (MESSAGES 0 UIDNEXT 1 UIDVALIDITY {nz})
S: b OK {any}
C: c select inbox
S>: c OK {any}
# a delivery elsewhere, between commands
! deliver .Lists.Lemonade reply 1700000012.M1.x
S: * STATUS Lists.Lemonade (MESSAGES 2 UIDNEXT 3 UIDVALIDITY {nz})
! deliver .Other reply 1700000012.M2.x
! quiet 300
# and in the selected mailbox: EXISTS first, then the items
! deliver INBOX plain 1700000013.M1.x
S: * 5 EXISTS
S: * 1 RECENT
S: * 5 FETCH (UID 5 BODY[HEADER.FIELDS (from to subject)] {99}
S: From: Ann Example <ann@example.org>
S: To: Bob Sample <bob@example.net>
S: Subject: lunch on friday
S: 
S: )
# nothing was marked seen
C: d UID FETCH 5 FLAGS
S: * 5 FETCH (UID 5 FLAGS (\Recent))
S: d OK {any}
C: e notify set (selected (MessageNew (uid) MessageExpunge)) (subtree Lists (MessageNew MessageExpunge)) (mailboxes Other (MessageNew MessageExpunge))
S: e OK {any}
! deliver .Other reply 1700000014.M2.x
S: * STATUS Other (MESSAGES 2 UIDNEXT 3 UIDVALIDITY {nz})
! rm .Other/new/1700000014*
S: * STATUS Other (MESSAGES 1 UIDNEXT 3 UIDVALIDITY {nz})
# the selected mailbox is not told of by STATUS, whatever else names it
C: f notify set status (mailboxes INBOX (MessageNew MessageExpunge))
S: f OK {any}
! deliver INBOX plain 1700000015.M1.x
! quiet 300
C: g NOOP
S: g OK {any}
# but another is, once INBOX is closed; the client knows 5 messages of it
C: h SELECT Other
S: * OK [CLOSED] {any}
S>: h OK {any}
S: * STATUS INBOX (MESSAGES 6 UIDNEXT 7 UIDVALIDITY {nz})
----
# FlagChange elsewhere: UNSEEN without CONDSTORE, HIGHESTMODSEQ with it (5.1)
maildir: few
S: * PREAUTH {any}
! folder .A
! put .A/cur/1700000001.M1.x:2, plain
! put .A/cur/1700000002.M1.x:2, plain
C: a NOTIFY SET STATUS (mailboxes A (MessageNew MessageExpunge FlagChange))
S: * STATUS A (MESSAGES 2 UIDNEXT 3 UIDVALIDITY {v=nz} UNSEEN 2 HIGHESTMODSEQ {m=nz})
S: a OK {any}
! flags .A 1700000001 S
S: * STATUS A (UIDVALIDITY {$v} UNSEEN 1)
! flags .A 1700000001 FS
! quiet 300
C: b ENABLE CONDSTORE
S: * ENABLED CONDSTORE
S: b OK {any}
! flags .A 1700000001 RS
S: * STATUS A (UIDVALIDITY {$v} HIGHESTMODSEQ {nz})
! flags .A 1700000001 R
S: * STATUS A (UIDVALIDITY {$v} UNSEEN 2 HIGHESTMODSEQ {nz})
! deliver .A plain 1700000003.M1.x
S: * STATUS A (MESSAGES 3 UIDNEXT 4 UIDVALIDITY {$v} UNSEEN 3 HIGHESTMODSEQ {nz})
! rm .A/new/*
S: * STATUS A (MESSAGES 2 UIDNEXT 4 UIDVALIDITY {$v} UNSEEN 2 HIGHESTMODSEQ {nz})
# another UIDVALIDITY MUST be told
! sh printf '3 V1800000000 N9 G0123456789abcdef0123456789abcdef\n' >x && mv x .A/dovecot-uidlist
S: * STATUS A (MESSAGES 2 UIDNEXT 11 UIDVALIDITY 1800000000 HIGHESTMODSEQ {nz})
----
# without FlagChange flags elsewhere say nothing
maildir: few
S: * PREAUTH {any}
! folder .A
! put .A/cur/1700000001.M1.x:2, plain
C: a NOTIFY SET STATUS (mailboxes A (MessageNew MessageExpunge))
S: * STATUS A (MESSAGES 1 UIDNEXT 2 UIDVALIDITY {nz})
S: a OK {any}
! flags .A 1700000001 S
! quiet 300
C: b ENABLE CONDSTORE
S: * ENABLED CONDSTORE
S: b OK {any}
! flags .A 1700000001 FS
! quiet 300
! deliver .A plain 1700000003.M1.x
S: * STATUS A (MESSAGES 2 UIDNEXT 3 UIDVALIDITY {nz} HIGHESTMODSEQ {nz})
----
# SELECTED: flags and EXPUNGE at once, with UID (sections 5.1, 5.3, 6.1.1)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b NOTIFY SET (selected (MessageNew MessageExpunge FlagChange))
S: b OK {any}
! flags INBOX 1700000003 S
S: * 3 FETCH (UID 3 FLAGS (\Seen))
! rm cur/1700000001*
S: * 1 EXPUNGE
! deliver INBOX plain
S: * 4 EXISTS
S: * 1 RECENT
# so it is in IDLE (section 4)
C: c IDLE
S: + {any}
! flags INBOX 1700000003 FS
S: * 2 FETCH (UID 3 FLAGS (\Flagged \Seen))
! deliver INBOX plain 1700000099.x
S: * 5 EXISTS
S: * 2 RECENT
C: DONE
S: c OK {any}
----
# SELECTED-DELAYED: EXPUNGE waits for a command that may tell it (6.1.2)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b NOTIFY SET (selected-delayed (MessageNew MessageExpunge FlagChange))
S: b OK {any}
! rm cur/1700000001*
! quiet 300
! flags INBOX 1700000003 S
S: * 3 FETCH (UID 3 FLAGS (\Seen))
C: c FETCH 3 UID
S: * 3 FETCH (UID 3)
S: c OK {any}
C: d NOOP
S: * 1 EXPUNGE
S: d OK {any}
! rm cur/1700000003*
! quiet 300
C: e IDLE
S: + {any}
S: * 2 EXPUNGE
C: DONE
S: e OK {any}
----
# NOTIFY NONE: nothing of others at all, a snapshot; SET tells it then (3.1, 5)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b NOTIFY NONE
S: b OK {any}
! deliver INBOX plain 1700000099.x
! flags INBOX 1700000003 S
! rm cur/1700000001*
! quiet 300
C: c NOOP
S: c OK {any}
C: d IDLE
S: + {any}
! quiet 300
C: DONE
S: d OK {any}
C: d2 UID SEARCH ALL
S: * SEARCH 2 3 4
S: d2 OK {any}
# its own commands are answered all the same
C: e STORE 2 +FLAGS (\Deleted)
S: * 2 FETCH (FLAGS ({any}\Deleted{any}))
S: e OK {any}
C: f EXPUNGE
S: * 2 EXPUNGE
S: f OK {any}
C: g NOTIFY SET (selected (MessageNew MessageExpunge FlagChange))
S: * 1 EXPUNGE
S: * 3 EXISTS
S: * 1 RECENT
S: * 1 FETCH (UID 3 FLAGS (\Seen))
S: g OK {any}
# flags alone are kept back where FlagChange is not wanted
C: h NOTIFY SET (selected (MessageNew MessageExpunge))
S: h OK {any}
! flags INBOX 1700000003 FS
! quiet 300
C: i NOOP
S: i OK {any}
C: j NOTIFY SET (selected (MessageNew MessageExpunge FlagChange))
S: * 1 FETCH (UID 3 FLAGS (\Flagged \Seen))
S: j OK {any}
# no selected group is as SELECTED NONE (section 3.1)
C: k NOTIFY SET (personal (MailboxName))
S: k OK {any}
! flags INBOX 1700000003 S
! quiet 300
C: l NOOP
S: l OK {any}
----
# QRESYNC: VANISHED, MODSEQ; a HIGHESTMODSEQ that can be believed
maildir: few
S: * PREAUTH {any}
C: a ENABLE QRESYNC
S: * ENABLED {any}
S: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C: c NOTIFY SET (selected (MessageNew (uid flags) MessageExpunge FlagChange))
S: c OK {any}
! rm cur/1700000001*
S: * VANISHED 1
! flags INBOX 1700000003 S
S: * 2 FETCH (UID 3 {any}MODSEQ ({nz}){any})
! deliver INBOX plain 1700000099.x
S: * 4 EXISTS
S: * 1 RECENT
S: * 4 FETCH (UID 5 {any}MODSEQ ({nz}))
C: d NOTIFY SET (selected-delayed (MessageNew MessageExpunge FlagChange))
S: d OK {any}
! rm cur/1700000002*
! quiet 300
! flags INBOX 1700000003 FS
S: * 2 FETCH (UID 3 {any}MODSEQ ({m=nz}){any})
S: * OK [HIGHESTMODSEQ {n=nz}] {any}
C: e NOOP
S: * VANISHED 2
S: e OK [HIGHESTMODSEQ {nz}] {any}
----
# UIDONLY: no message numbers in what comes unasked either
maildir: few
S: * PREAUTH {any}
C: a ENABLE UIDONLY
S: * ENABLED UIDONLY
S: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C: c NOTIFY SET (selected (MessageNew (uid flags) MessageExpunge FlagChange))
S: c OK {any}
! rm cur/1700000001*
S: * VANISHED 1
! flags INBOX 1700000003 S
S: * 3 UIDFETCH (FLAGS (\Seen))
! deliver INBOX plain 1700000099.x
S: * 4 EXISTS
S: * 1 RECENT
S: * 5 UIDFETCH ({any}FLAGS (\Recent))
