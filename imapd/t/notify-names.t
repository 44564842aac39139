# MailboxName: made, deleted, renamed by others (RFC 5465 section 5.4)
maildir: few
S: * PREAUTH {any}
S2: * PREAUTH {any}
C: a NOTIFY SET (personal (MailboxName))
S: a OK {any}
C2: a CREATE New
S2: a OK {any}
S: * LIST (\HasNoChildren) "." New
# the direct parent of what is made or deleted is affected, too
C2: b CREATE New.Below
S2: b OK {any}
S: * LIST (\HasNoChildren) "." New.Below
S: * LIST (\HasChildren) "." New
C2: c DELETE New.Below
S2: c OK {any}
S: * LIST (\NonExistent \HasNoChildren) "." New.Below
S: * LIST (\HasNoChildren) "." New
# by another program; a folder that gets its cur/ later
! mkdir .Slow
! pause 150
! mkdir .Slow/new
! mkdir .Slow/cur
S: * LIST (\HasNoChildren) "." Slow
! rm .Slow
S: * LIST (\NonExistent \HasNoChildren) "." Slow
# renamed: OLDNAME, and no event for what is below it
C2: d CREATE New.A.B
S2: d OK {any}
S>: * LIST (\HasNoChildren) "." New.A.B
S: * LIST (\HasChildren) "." New.A
C2: e RENAME New Renamed
S2: e OK {any}
S: * LIST (\HasChildren) "." Renamed ("OLDNAME" ("New"))
! quiet 300
! rename .Renamed.A.B .Moved
S: * LIST (\HasNoChildren) "." Moved ("OLDNAME" ("Renamed.A.B"))
# what the client does itself is not told to it (section 5)
C: f CREATE Own.Child
S: f OK {any}
C: g RENAME Own Own2
S: g OK {any}
C: h DELETE Own2.Child
S: h OK {any}
! quiet 700
C: i NOTIFY NONE
S: i OK {any}
C2: f CREATE Unseen
S2: f OK {any}
! quiet 300
C: j NOOP
S: j OK {any}
----
# only the names that were asked for; those not there yet, too (section 6)
maildir: few
S: * PREAUTH {any}
! folder .Lists
C: a NOTIFY SET (subtree Lists (MailboxName)) (mailboxes ("a%" Later) (MailboxName)) (mailboxes Lists.No NONE)
S: a OK {any}
! folder .Other
! folder .ab
! folder .Lists.No
S: * LIST (\HasChildren) "." Lists
! quiet 300
! folder .Lists.Yes
S: * LIST (\HasNoChildren) "." Lists.Yes
S: * LIST (\HasChildren) "." Lists
! folder .Later
S: * LIST (\HasNoChildren) "." Later
# "%" is no wildcard there
! folder .a%
S: * LIST (\HasNoChildren) "." "a%"
----
# SubscriptionChange, and "subscribed" that follows it (sections 5.5, 6.4)
maildir: few
S: * PREAUTH {any}
S2: * PREAUTH {any}
! folder .A
! folder .B
C: a NOTIFY SET (personal (SubscriptionChange)) (subscribed (MessageNew MessageExpunge))
S: a OK {any}
! deliver .A plain 1700000011.x
! quiet 300
C2: a SUBSCRIBE A
S2: a OK {any}
S: * LIST (\Subscribed \HasNoChildren) "." A
! deliver .A plain 1700000012.x
S: * STATUS A (MESSAGES 2 UIDNEXT 3 UIDVALIDITY {nz})
# all attributes are right, of a mailbox that is not there, too
C2: b DELETE A
S2: b OK {any}
C2: c UNSUBSCRIBE A
S2: c OK {any}
S: * LIST (\NonExistent \HasNoChildren) "." A
! file subscriptions B{x0A}
S: * LIST (\Subscribed \HasNoChildren) "." B
# its own is not told
C: b UNSUBSCRIBE B
S: b OK {any}
! quiet 300
----
# a folder that is made while it is wanted; renamed and deleted under NOTIFY
maildir: few
S: * PREAUTH {any}
C: a NOTIFY SET (personal (MessageNew MessageExpunge))
S: a OK {any}
! folder .A
! quiet 300
! deliver .A plain 1700000011.x
S: * STATUS A (MESSAGES 1 UIDNEXT 2 UIDVALIDITY {nz})
! rename .A .B
! quiet 300
! deliver .B plain 1700000012.x
S: * STATUS B (MESSAGES 2 UIDNEXT 3 UIDVALIDITY {nz})
! rm .B
! quiet 300
! folder .B
! put .B/cur/1700000013.x:2,S plain
S: * STATUS B (MESSAGES 1 UIDNEXT {nz} UIDVALIDITY {nz})
C: b NOOP
S: b OK {any}
----
# the client's own APPEND, COPY and MOVE are not told, what comes besides is
maildir: few
S: * PREAUTH {any}
! folder .A
C: a SELECT INBOX
S>: a OK {any}
C: b NOTIFY SET STATUS (selected (MessageNew (uid) MessageExpunge)) (mailboxes A (MessageNew MessageExpunge FlagChange))
S: * STATUS A {any}
S: b OK {any}
C: c APPEND A {5+}
C: hello
S: c OK {any}
C: d COPY 1:2 A
S: d OK {any}
C: e MOVE 3 A
S: * OK [COPYUID {any}
S: * 3 EXPUNGE
S: e OK {any}
! quiet 300
# to the selected mailbox: EXISTS, but no FETCH
C: f APPEND INBOX {5+}
C: hello
S: * 4 EXISTS
S: * 1 RECENT
S: f OK {any}
C: g COPY 1 INBOX
S: * 5 EXISTS
S*: * {num} RECENT
S: g OK {any}
! quiet 200
! deliver .A plain 1700000012.x
S: * STATUS A (MESSAGES 5 UIDNEXT 6 UIDVALIDITY {nz} {any}
# CLOSE removes messages of its own
C: h STORE 1 +FLAGS.SILENT (\Deleted)
S: h OK {any}
C: i NOTIFY SET (personal (MessageNew MessageExpunge))
S: i OK {any}
C: j CLOSE
S: j OK {any}
! quiet 300
! deliver INBOX plain 1700000088.x
S: * STATUS INBOX (MESSAGES 5 {any}
----
# a mailbox that may not be read: \NoAccess, and watched again once it may be
maildir: few
S: * PREAUTH {any}
! folder .A
! chmod 000 .A/cur
C: a NOTIFY SET STATUS (mailboxes (A B) (MessageNew MessageExpunge))
S: * LIST (\NoAccess \HasNoChildren) "." A
S: a OK {any}
! deliver .A plain 1700000012.x
! quiet 200
! chmod 700 .A/cur
S: * LIST (\HasNoChildren) "." A
S: * STATUS A (MESSAGES 1 UIDNEXT 2 UIDVALIDITY {nz})
! deliver .A plain 1700000013.x
S: * STATUS A (MESSAGES 2 UIDNEXT 3 UIDVALIDITY {nz})
! chmod 000 .A/cur
S: * LIST (\NoAccess \HasNoChildren) "." A
! chmod 700 .A/cur
S: * LIST (\HasNoChildren) "." A
----
# names as NAMESPACE_PREFIX has them: all is below INBOX
maildir: few
env: NAMESPACE_PREFIX=INBOX.
S: * PREAUTH {any}
C: a NOTIFY SET (subtree INBOX (MailboxName MessageNew MessageExpunge))
S: a OK {any}
! folder .A
S: * LIST (\HasNoChildren) "." INBOX.A
S: * LIST (\HasChildren) "." INBOX
! deliver .A plain 1700000012.x
S: * STATUS INBOX.A (MESSAGES 1 UIDNEXT 2 UIDVALIDITY {nz})
