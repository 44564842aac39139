# CREATE with USE: the examples (RFC 6154 sections 3, 5.3)
maildir: few
S: * PREAUTH [CAPABILITY {any} CREATE-SPECIAL-USE{any}
C: a CREATE MySpecial (USE (\Drafts \Sent))
S: a OK [MAILBOXID {any}] {any}
C: b LIST (SPECIAL-USE) "" * RETURN (SPECIAL-USE)
S: * LIST (\HasNoChildren \Drafts \Sent) "." MySpecial
S: b OK {any}
C: c CREATE Everything (USE (\All))
S: c NO [USEATTR] {any}
C: c CREATE Stars (USE (\Flagged))
S: c NO [USEATTR] {any}
C: c CREATE Odd (USE (\Odd))
S: c NO [USEATTR] {any}
C: d LIST "" (Everything Stars Odd)
S: d OK {any}
C: e CREATE Second (USE (\sent))
S: e NO [USEATTR] {any}
C: f CREATE Plain (USE ())
S: f OK {any}
C: g CREATE Bad (USE (Sent))
S: g BAD {any}
C: g CREATE Bad (USE \Sent)
S: g BAD {any}
C: g CREATE Bad (SIZE 3)
S: g BAD {any}
C: h DELETE MySpecial
S: h OK {any}
C: i CREATE Gesendet (USE (\sent))
S: i OK {any}
C: j LIST "" Gesendet
S: * LIST (\HasNoChildren \Sent) "." Gesendet
S: j OK {any}
C: k RENAME Gesendet Ausgang
S: k OK {any}
C: l LIST "" *ang
S: * LIST (\HasNoChildren \Sent) "." Ausgang
S: l OK {any}
! sh rm -rf roost.index
C: m LIST "" Ausgang
S: * LIST (\HasNoChildren \Sent) "." Ausgang
S: m OK {any}
C: n CREATE Ausgang (USE (\Trash))
S: n NO [ALREADYEXISTS] {any}
C: o LIST "" Ausgang
S: * LIST (\HasNoChildren \Sent) "." Ausgang
S: o OK {any}
----
# a use that a mailbox has by its name alone goes to the one that asks for it
maildir: folders
S: * PREAUTH {any}
C: a LIST (SPECIAL-USE) "" (Sent Trash)
S: * LIST ({any} \Sent) "." Sent
S: * LIST ({any} \Trash) "." Trash
S: a OK {any}
C: b CREATE "Sent Messages" (USE (\Sent))
S: b OK {any}
C: c LIST "" (Sent "Sent Messages")
S: * LIST (\HasNoChildren) "." Sent
S: * LIST (\HasNoChildren \Sent) "." "Sent Messages"
S: c OK {any}
----
# the use is also /private/specialuse, to be read and set (section 4)
maildir: folders
S: * PREAUTH {any}
C: a GETMETADATA Sent /private/specialuse
S: * METADATA Sent (/private/specialuse "\\Sent")
S: a OK {any}
C: A LIST "" (INBOX Sent) RETURN (METADATA (/private/specialuse))
S: * LIST (\HasNoChildren) "." INBOX
S: * METADATA INBOX (/private/specialuse NIL)
S: * LIST (\HasNoChildren \Sent) "." Sent
S: * METADATA Sent (/private/specialuse "\\Sent")
S: A OK {any}
C: b SETMETADATA Archive (/private/specialuse "\\Junk \\archive" /private/comment "x")
S: b OK {any}
C: c LIST "" Archive
S: * LIST (\HasChildren \Archive \Junk) "." Archive
S: c OK {any}
C: d GETMETADATA Archive (/private/specialuse /private/comment)
S: * METADATA Archive (/private/comment "x" /private/specialuse "\\Archive \\Junk")
S: d OK {any}
C: e SETMETADATA Archive (/private/specialuse NIL)
S: e OK {any}
C: f LIST "" Archive
S: * LIST (\HasChildren) "." Archive
S: f OK {any}
C: g SETMETADATA Archive (/private/specialuse "\\All")
S: g NO [USEATTR] {any}
C: h SETMETADATA INBOX (/private/specialuse "\\Sent")
S: h NO [USEATTR] {any}
