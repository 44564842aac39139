# CREATE makes a folder and those above it (RFC 3501 section 6.3.3)
maildir: bare
env: NEW_FOLDERS=,
S: * PREAUTH {any}
C: a CREATE a.b.c
S: a OK {any}
! exists .a/maildirfolder
! exists .a.b/cur
! exists .a.b.c/cur
C: b CREATE x.
S: b OK {any}
! exists .x/cur
C: c LIST "" *
S: * LIST (\HasNoChildren) "." INBOX
S: * LIST (\HasChildren) "." a
S: * LIST (\HasChildren) "." a.b
S: * LIST (\HasNoChildren) "." a.b.c
S: * LIST (\HasNoChildren) "." x
S: c OK {any}
C: d CREATE &AOk-t&AOk-
S: d OK {any}
C: e SELECT &AOk-t&AOk-
S>: e OK {any}
----
# CREATE that cannot be (RFC 5530)
maildir: folders
S: * PREAUTH {any}
C: a CREATE Sent
S: a NO [ALREADYEXISTS] {any}
C: a CREATE INBOX
S: a NO [ALREADYEXISTS] {any}
C: a CREATE inbox.
S: a NO [ALREADYEXISTS] {any}
C: a CREATE a..b
S: a NO [CANNOT] {any}
C: a CREATE .a
S: a NO [CANNOT] {any}
C: a CREATE a/b
S: a NO [CANNOT] {any}
C: a CREATE {x61*300}
S: a NO [LIMIT] {any}
C: a CREATE
S: a BAD {any}
C: a CREATE a b
S: a BAD {any}
C: a CREATE a (USE \Sent)
S: a BAD {any}
----
# a folder below INBOX, where no prefix stands for it
maildir: bare
env: NEW_FOLDERS=,
S: * PREAUTH {any}
C: a CREATE INBOX.x
S: a OK {any}
C: b LIST "" *
S: * LIST (\HasChildren) "." INBOX
S: * LIST (\HasNoChildren) "." INBOX.x
S: b OK {any}
! absent .INBOX
----
# DELETE leaves what is below, and subscriptions (RFC 3501 sections 6.3.4, 6.3.6)
maildir: folders
S: * PREAUTH {any}
C: a DELETE Archive
S: a OK {any}
C: b LIST "" Archive%
S: * LIST (\Noselect \HasChildren) "." Archive
S: b OK {any}
C: c DELETE Archive
S: c NO [NONEXISTENT] {any}
C: d LIST (SUBSCRIBED) "" Archive
S: * LIST (\Subscribed \NonExistent \HasChildren) "." Archive
S: d OK {any}
C: e DELETE INBOX
S: e NO [CANNOT] {any}
C: f DELETE nowhere
S: f NO [NONEXISTENT] {any}
C: g DELETE a..b
S: g NO [CANNOT] {any}
C: h DELETE
S: h BAD {any}
C: i DELETE a b
S: i BAD {any}
----
# the selected folder is deleted by its own session, then by another
maildir: folders
S: * PREAUTH {any}
C: a SELECT Sent
S>: a OK {any}
C: b DELETE Sent
S: b OK DELETE done, no mailbox is selected now
C: c CHECK
S: c BAD no mailbox is selected
C: d SELECT Archive.2023
S>: d OK {any}
S2: * PREAUTH {any}
C2: a DELETE Archive.2023
S2: a OK {any}
C: e NOOP
S: * BYE {any}
S: e OK {any}
! end 1
L: imapd: end {any} reason=folder-deleted
----
# a new folder of the same name has another UIDVALIDITY (RFC 3501 section 6.3.4)
maildir: folders
S: * PREAUTH {any}
C: a STATUS Sent (UIDVALIDITY)
S: * STATUS Sent (UIDVALIDITY 1700000001)
S: a OK {any}
C: b DELETE Sent
S: b OK {any}
C: c CREATE Sent
S: c OK {any}
C: d STATUS Sent (MESSAGES UIDNEXT UIDVALIDITY)
S: re: \* STATUS Sent \(MESSAGES 0 UIDNEXT 1 UIDVALIDITY (?!1700000001\)|0\))\d+\)
S: d OK {any}
----
# RENAME with all that is below (RFC 3501 section 6.3.5)
maildir: folders
S: * PREAUTH {any}
C: a RENAME Archive Old.Stuff
S: a OK {any}
C: b LIST "" *
S: * LIST (\HasNoChildren) "." INBOX
S: * LIST (\HasNoChildren \Drafts) "." Drafts
S: * LIST (\HasChildren) "." Old
S: * LIST (\HasChildren) "." Old.Stuff
S: * LIST (\HasNoChildren) "." Old.Stuff.2023
S: * LIST (\HasNoChildren) "." Old.Stuff.2024
S: * LIST (\HasNoChildren \Sent) "." Sent
S: * LIST (\HasNoChildren \Trash) "." Trash
S: b OK {any}
C: c STATUS Old.Stuff.2023 (MESSAGES UIDNEXT)
S: * STATUS Old.Stuff.2023 (MESSAGES 2 UIDNEXT {num})
S: c OK {any}
----
# RENAME that cannot be (RFC 5530)
maildir: folders
S: * PREAUTH {any}
C: a RENAME Sent Trash
S: a NO [ALREADYEXISTS] {any}
C: a RENAME Sent INBOX
S: a NO [ALREADYEXISTS] {any}
C: a RENAME nowhere x
S: a NO [NONEXISTENT] {any}
C: a RENAME Archive Archive.x
S: a NO [CANNOT] {any}
C: a RENAME Archive a..b
S: a NO [CANNOT] {any}
C: a RENAME a..b x
S: a NO [CANNOT] {any}
C: a RENAME Sent
S: a BAD {any}
C: a RENAME Sent x y
S: a BAD {any}
C: b LIST "" S*
S: * LIST (\HasNoChildren \Sent) "." Sent
S: b OK {any}
----
# the selected folder goes on under its new name (RFC 2180 section 3.4)
maildir: folders
S: * PREAUTH {any}
C: a SELECT Archive.2023
S>: * 2 EXISTS
S>: a OK {any}
C: b RENAME Archive Old
S: b OK {any}
C: c FETCH 1:* UID
S: * 1 FETCH (UID 1)
S: * 2 FETCH (UID 2)
S: c OK {any}
! deliver .Old.2023 plain
C: d NOOP
S: * 3 EXISTS
S: * 1 RECENT
S: d OK {any}
----
# RENAME of INBOX moves its messages and leaves it empty (RFC 3501 section 6.3.5)
maildir: few
S: * PREAUTH {any}
C: s SUBSCRIBE INBOX
S: s OK {any}
C: a SELECT INBOX
S>: a OK {any}
C: b RENAME INBOX old.mail
S: * 4 EXPUNGE
S: * 3 EXPUNGE
S: * 2 EXPUNGE
S: * 1 EXPUNGE
S: b OK {any}
C: c STATUS old.mail (MESSAGES UNSEEN)
S: * STATUS old.mail (MESSAGES 4 UNSEEN 2)
S: c OK {any}
C: d STATUS INBOX (MESSAGES UIDNEXT UIDVALIDITY)
S: * STATUS INBOX (MESSAGES 0 UIDNEXT 5 UIDVALIDITY 1700000000)
S: d OK {any}
C: e RENAME INBOX old.mail
S: e NO [ALREADYEXISTS] {any}
----
# SUBSCRIBE and UNSUBSCRIBE (RFC 3501 sections 6.3.6, 6.3.7)
maildir: folders
S: * PREAUTH {any}
C: a SUBSCRIBE Trash
S: a OK {any}
C: b SUBSCRIBE Trash
S: b OK {any}
C: c LSUB "" T*
S: * LSUB () "." Trash
S: c OK {any}
C: d UNSUBSCRIBE Trash
S: d OK {any}
C: e UNSUBSCRIBE Trash
S: e OK {any}
C: f LSUB "" T*
S: f OK {any}
C: g SUBSCRIBE nowhere
S: g NO [NONEXISTENT] {any}
C: h SUBSCRIBE a..b
S: h NO [CANNOT] {any}
C: i SUBSCRIBE
S: i BAD {any}
C: j UNSUBSCRIBE a b
S: j BAD {any}
C: k UNSUBSCRIBE inbox
S: k OK {any}
C: l LSUB "" INBOX
S: l OK {any}
