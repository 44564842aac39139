# MailboxMetadataChange and ServerMetadataChange (RFC 5465 sections 5.6, 5.7)
maildir: few
S: * PREAUTH {any}
S2: * PREAUTH {any}
! folder .A
C2: a SETMETADATA A (/private/comment "old" /private/other "x")
S2: a OK {any}
C: a NOTIFY SET (personal (MailboxMetadataChange ServerMetadataChange))
S: a OK {any}
# only the names, and only of what was changed
C2: b SETMETADATA A (/private/comment "new")
S2: b OK {any}
S: * METADATA A /private/comment
C2: c SETMETADATA INBOX (/private/comment "hello" /shared/comment "hi")
S2: c OK {any}
S: * METADATA INBOX /private/comment /shared/comment
# what is deleted MUST be there
C2: d SETMETADATA A (/private/other NIL /private/comment "newer")
S2: d OK {any}
S: * METADATA A /private/comment /private/other
C2: e SETMETADATA "" (/private/comment "x")
S2: e OK {any}
S: * METADATA "" /private/comment
C2: f SETMETADATA "" (/private/comment NIL)
S2: f OK {any}
S: * METADATA "" /private/comment
# a special use is an entry, too (RFC 6154 section 4)
C2: g SETMETADATA A (/private/specialuse "\\Archive")
S2: g OK {any}
S: * METADATA A /private/specialuse
# what it does itself it is not told
C: b SETMETADATA A (/private/comment "mine")
S: b OK {any}
C: c SETMETADATA "" (/private/comment "mine")
S: c OK {any}
C: d SETMETADATA A (/private/specialuse NIL)
S: d OK {any}
! quiet 300
# nor anything that was not asked for
C: e NOTIFY SET (mailboxes INBOX (MailboxMetadataChange))
S: e OK {any}
C2: h SETMETADATA A (/private/comment "again")
S2: h OK {any}
C2: i SETMETADATA "" (/private/comment "again")
S2: i OK {any}
! quiet 300
C2: j SETMETADATA INBOX (/private/comment "again")
S2: j OK {any}
S: * METADATA INBOX /private/comment
