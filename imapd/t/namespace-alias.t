# both habits reach one folder, one of them is listed (RFC 3501 section 5.1.2)
maildir: folders
env: NAMESPACE_ALIAS=INBOX.
S: * PREAUTH {any}
C: a NAMESPACE
S: * NAMESPACE (("" ".")) NIL NIL
S: a OK {any}
C: b LIST "" *
S: * LIST (\HasNoChildren) "." INBOX
S: * LIST (\HasChildren \Archive) "." Archive
S: * LIST (\HasNoChildren) "." Archive.2023
S: * LIST (\HasNoChildren) "." Archive.2024
S: * LIST (\HasNoChildren \Drafts) "." Drafts
S: * LIST (\HasNoChildren \Sent) "." Sent
S: * LIST (\HasNoChildren \Trash) "." Trash
S: b OK {any}
C: c STATUS INBOX.Sent (MESSAGES)
S: * STATUS INBOX.Sent (MESSAGES 1)
S: c OK {any}
C: d STATUS inbox.Sent (MESSAGES)
S: * STATUS INBOX.Sent (MESSAGES 1)
S: d OK {any}
C: e STATUS Sent (MESSAGES)
S: * STATUS Sent (MESSAGES 1)
S: e OK {any}
C: f STATUS INBOX (MESSAGES)
S: * STATUS INBOX (MESSAGES {num})
S: f OK {any}
C: g STATUS INBOX.INBOX (MESSAGES)
S: g NO [CANNOT] {any}
C: h STATUS INBOX. (MESSAGES)
S: h NO [CANNOT] {any}
C: i STATUS INBOX.Sent.. (MESSAGES)
S: i NO [CANNOT] {any}
C: j STATUS INBOXSent (MESSAGES)
S: j NO [NONEXISTENT] {any}
----
# LIST and LSUB answer in the form of the pattern (RFC 3501 section 6.3.8)
maildir: folders
env: NAMESPACE_ALIAS=INBOX.
S: * PREAUTH {any}
C: a LIST "" INBOX.%
S: * LIST (\HasChildren \Archive) "." INBOX.Archive
S: * LIST (\HasNoChildren \Drafts) "." INBOX.Drafts
S: * LIST (\HasNoChildren \Sent) "." INBOX.Sent
S: * LIST (\HasNoChildren \Trash) "." INBOX.Trash
S: a OK {any}
C: b LIST INBOX. Arch*
S: * LIST (\HasChildren \Archive) "." INBOX.Archive
S: * LIST (\HasNoChildren) "." INBOX.Archive.2023
S: * LIST (\HasNoChildren) "." INBOX.Archive.2024
S: b OK {any}
C: c LIST "" inbox.Sent
S: * LIST (\HasNoChildren \Sent) "." INBOX.Sent
S: c OK {any}
C: d LIST INBOX. ""
S: * LIST (\Noselect) "." INBOX.
S: d OK {any}
C: e LIST "" ""
S: * LIST (\Noselect) "." ""
S: e OK {any}
C: f LIST "" "INBOX%"
S: * LIST (\HasChildren) "." INBOX
S: f OK {any}
C: f LIST "" "INBOX*nt"
S: * LIST (\HasNoChildren \Sent) "." INBOX.Sent
S: f OK {any}
C: f LIST "" "INBOX"
S: * LIST (\HasNoChildren) "." INBOX
S: f OK {any}
C: f LIST "" "INBO*"
S: * LIST (\HasNoChildren) "." INBOX
S: f OK {any}
C: g LIST "" (*ent INBOX.Tr%) RETURN (STATUS (MESSAGES))
S: * LIST (\HasNoChildren \Sent) "." Sent
S: * STATUS Sent (MESSAGES 1)
S: * LIST (\HasNoChildren \Trash) "." INBOX.Trash
S: * STATUS INBOX.Trash (MESSAGES {num})
S: g OK {any}
C: h SUBSCRIBE INBOX.Sent
S: h OK {any}
C: i LSUB "" S*
S: * LSUB () "." Sent
S: i OK {any}
C: j LSUB "" INBOX.*
S>: * LSUB () "." INBOX.Sent
S: j OK {any}
C: k UNSUBSCRIBE Sent
S: k OK {any}
C: l LSUB INBOX. *
S: * LSUB () "." INBOX.Archive
S: * LSUB () "." INBOX.Archive.2024
S: * LSUB () "." INBOX.Drafts
S: l OK {any}
----
# all commands that name a mailbox
maildir: folders
env: NAMESPACE_ALIAS=INBOX.
S: * PREAUTH {any}
C: a CREATE INBOX.new.one
S: a OK {any}
! exists .new.one/cur
! absent .INBOX.new.one
C: b APPEND INBOX.new.one {8+}
C~: A: b{x0D}{x0A}{x0D}{x0A}{x0D}{x0A}
S: b OK {any}
C: c SELECT INBOX.new.one
S>: c OK {any}
C: d COPY 1 INBOX.new
S: d OK {any}
C: e MOVE 1 INBOX.new
S>: e OK {any}
C: f RENAME INBOX.new INBOX.old
S: f OK {any}
! exists .old.one/cur
C: g STATUS old (MESSAGES)
S: * STATUS old (MESSAGES 2)
S: g OK {any}
C: h SETMETADATA INBOX.old (/private/comment "x")
S: h OK {any}
C: i GETMETADATA old (/private/comment)
S: * METADATA old (/private/comment "x")
S: i OK {any}
C: j GETMETADATA INBOX.old (/private/comment)
S: * METADATA INBOX.old (/private/comment "x")
S: j OK {any}
C: k GETQUOTAROOT INBOX.old
S: * QUOTAROOT INBOX.old{any}
S: k OK {any}
C: l ESEARCH IN (mailboxes INBOX.old) RETURN (COUNT) ALL
S: * ESEARCH (TAG "l" MAILBOX INBOX.old UIDVALIDITY {num}) UID COUNT 2
S: l OK {any}
C: m ESEARCH IN (subtree INBOX.old) RETURN (COUNT) ALL
S: * ESEARCH (TAG "m" MAILBOX INBOX.old UIDVALIDITY {num}) UID COUNT 2
S: m OK {any}
C: n DELETE INBOX.old.one
S: n OK {any}
C: o DELETE INBOX.old
S: o OK {any}
! absent .old
----
# a folder whose own name begins with the alias keeps it, and what is below it
maildir: folders
env: NAMESPACE_ALIAS=INBOX.
! folder .INBOX.Sent
S: * PREAUTH {any}
C: a STATUS INBOX.Sent (MESSAGES)
S: * STATUS INBOX.Sent (MESSAGES 0)
S: a OK {any}
C: b STATUS Sent (MESSAGES)
S: * STATUS Sent (MESSAGES 1)
S: b OK {any}
C: c LIST "" INBOX.*
S: * LIST (\HasChildren \Archive) "." INBOX.Archive
S: * LIST (\HasNoChildren) "." INBOX.Archive.2023
S: * LIST (\HasNoChildren) "." INBOX.Archive.2024
S: * LIST (\HasNoChildren \Drafts) "." INBOX.Drafts
S: * LIST (\HasNoChildren) "." INBOX.Sent
S: * LIST (\HasNoChildren \Trash) "." INBOX.Trash
S: c OK {any}
C: d LIST "" (%Sent INBOX)
S: * LIST (\HasChildren) "." INBOX
S: * LIST (\HasNoChildren \Sent) "." Sent
S: d OK {any}
C: e CREATE INBOX.Sent.a
S: e OK {any}
! exists .INBOX.Sent.a/cur
C: f CREATE INBOX.Trash.a
S: f OK {any}
! exists .Trash.a/cur
C: g DELETE INBOX.Sent.a
S: g OK {any}
C: h DELETE INBOX.Sent
S: h OK {any}
C: i STATUS INBOX.Sent (MESSAGES)
S: * STATUS INBOX.Sent (MESSAGES 1)
S: i OK {any}
----
# the other way round: the prefix of Courier, and names without it
maildir: folders
env: NAMESPACE_PREFIX=INBOX.
env: NAMESPACE_ALIAS=-
S: * PREAUTH {any}
C: a NAMESPACE
S: * NAMESPACE (("INBOX." ".")) NIL NIL
S: a OK {any}
C: b LIST "" %
S: * LIST (\HasChildren) "." INBOX
S: b OK {any}
C: c LIST "" I*.Sent
S: * LIST (\HasNoChildren \Sent) "." INBOX.Sent
S: c OK {any}
C: d LIST "" S*
S: * LIST (\HasNoChildren \Sent) "." Sent
S: d OK {any}
C: e LIST Archive. %
S: * LIST (\HasNoChildren) "." Archive.2023
S: * LIST (\HasNoChildren) "." Archive.2024
S: e OK {any}
C: f STATUS Sent (MESSAGES)
S: * STATUS Sent (MESSAGES 1)
S: f OK {any}
C: g STATUS INBOX.Sent (MESSAGES)
S: * STATUS INBOX.Sent (MESSAGES 1)
S: g OK {any}
C: h CREATE new.one
S: h OK {any}
! exists .new.one/cur
C: i LIST Archive ""
S: * LIST (\Noselect) "." ""
S: i OK {any}
----
# with the separator "/"; names that SELECT and NOTIFY tell
maildir: folders
env: NAMESPACE_SEPARATOR=/
env: NAMESPACE_ALIAS=INBOX/
S: * PREAUTH {any}
C: a ENABLE IMAP4rev2
S: * ENABLED IMAP4rev2
S: a OK {any}
C: b LIST "" INBOX/Archive/%
S: * LIST (\HasNoChildren) "/" INBOX/Archive/2023
S: * LIST (\HasNoChildren) "/" INBOX/Archive/2024
S: b OK {any}
C: c STATUS INBOX/Archive/2023 (MESSAGES)
S: * STATUS INBOX/Archive/2023 (MESSAGES {num})
S: c OK {any}
C: d NOTIFY SET (personal (MailboxName)) (mailboxes INBOX/Sent (MessageNew MessageExpunge))
S: d OK {any}
S2: * PREAUTH {any}
C2: a CREATE New
S2: a OK {any}
S: * LIST (\HasNoChildren) "/" INBOX/New
! deliver .Sent plain 1700000011.x
S: * STATUS INBOX/Sent {any}
C: e STATUS Sent (MESSAGES)
S: * STATUS Sent (MESSAGES 2)
S: e OK {any}
C2: b DELETE New
S2: b OK {any}
S: * LIST (\NonExistent \HasNoChildren) "/" New
----
# an alias without its separator is an error at start
env: NAMESPACE_ALIAS=INBOX
exit: 100
! end 1
L: imapd: fatal: invalid value of $NAMESPACE_ALIAS{any}
----
# so is one that is the prefix
env: NAMESPACE_PREFIX=INBOX.
env: NAMESPACE_ALIAS=inbox.
exit: 100
! end 1
L: imapd: fatal: invalid value of $NAMESPACE_ALIAS{any}
