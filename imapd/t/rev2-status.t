# STATUS with DELETED and SIZE (RFC 8438 section 3; RFC 9051 section 6.3.11)
maildir: folders
S>: * PREAUTH {any}
C: a STATUS INBOX (MESSAGES SIZE DELETED)
S: * STATUS INBOX (MESSAGES 4 DELETED 0 SIZE {size=num})
S: a OK {any}
# it is what RFC822.SIZE of all messages adds up to, also of the selected one
C: b SELECT INBOX
S>: b OK {any}
C: b1 SEARCH RETURN (SAVE) ALL
S: b1 OK {any}
C: b2 STATUS INBOX (SIZE)
S: * STATUS INBOX (SIZE {$size})
S: b2 OK {any}
C: c STORE 2:3 +FLAGS.SILENT (\Deleted)
S: c OK {any}
C: c1 STATUS INBOX (DELETED)
S: * STATUS INBOX (DELETED 2)
S: c1 OK {any}
C: d EXPUNGE
S>: d OK {any}
C: d1 STATUS INBOX (SIZE DELETED MESSAGES)
S: * STATUS INBOX (MESSAGES 2 DELETED 0 SIZE {num})
S: d1 OK {any}
C: e STATUS Drafts (SIZE)
S: * STATUS Drafts (SIZE 0)
S: e OK {any}
C: f STATUS Nowhere (SIZE)
S: f NO [NONEXISTENT] {any}
C: g STATUS INBOX (FOO)
S: g BAD {any}
C: h STATUS INBOX ()
S: h BAD {any}
# with LIST (RFC 5819; RFC 9051 section 6.3.9.2)
C: i LIST "" D% RETURN (STATUS (MESSAGES SIZE DELETED))
S: * LIST ({any}) "." Drafts
S: * STATUS Drafts (MESSAGES 0 DELETED 0 SIZE 0)
S: i OK {any}
----
# files without a size in their names are counted, as they are sent (RFC 8438 section 3)
maildir: empty
S>: * PREAUTH {any}
! file cur/1700000100.a.x:2, a: b{x0A}{x0A}one{x0A}
! file cur/1700000101.b.x:2,T a: b{x0D}{x0A}{x0D}{x0A}two{x0A}
C: a STATUS INBOX (SIZE DELETED)
S: * STATUS INBOX (DELETED 1 SIZE 26)
S: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C: c FETCH 1:* RFC822.SIZE
S: * 1 FETCH (RFC822.SIZE 13)
S: * 2 FETCH (RFC822.SIZE 13)
S: c OK {any}
