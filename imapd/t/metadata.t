# SETMETADATA and GETMETADATA of mailboxes: the examples (RFC 5464 sections 4.2, 4.3)
maildir: folders
S: * PREAUTH [CAPABILITY {any} METADATA LIST-METADATA{any}
C: a SETMETADATA INBOX (/private/comment {33+}
C: My new comment across
C: two lines.)
S: a OK {any}
C: b SETMETADATA "INBOX" (/private/comment "My own comment" /shared/comment "Shared comment")
S: b OK {any}
C: c GETMETADATA "INBOX" /private/comment
S: * METADATA INBOX (/private/comment "My own comment")
S: c OK GETMETADATA done
C: d GETMETADATA INBOX (/shared/comment /private/comment)
S: * METADATA INBOX (/private/comment "My own comment" /shared/comment "Shared comment")
S: d OK {any}
C: e GETMETADATA inbox /PRIVATE/Comment
S: * METADATA INBOX (/private/comment "My own comment")
S: e OK {any}
C: f SETMETADATA INBOX (/private/comment NIL)
S: f OK {any}
C: g GETMETADATA INBOX (/private/comment /shared/comment)
S: * METADATA INBOX (/shared/comment "Shared comment" /private/comment NIL)
S: g OK {any}
C: h SETMETADATA INBOX (/private/comment "")
S: h OK {any}
C: i GETMETADATA INBOX /private/comment
S: * METADATA INBOX (/private/comment "")
S: i OK {any}
# an entry that is named twice is what it was named last, and is there once
C: H SETMETADATA Sent (/private/k "a" /private/x "b" /private/K "c")
S: H OK {any}
C: H GETMETADATA Sent (DEPTH infinity) /private
S: * METADATA Sent (/private/{word} "c" /private/x "b" /private/specialuse "\\Sent")
S: H OK {any}
C: H SETMETADATA Sent (/private/k "d" /private/k NIL /private/x NIL)
S: H OK {any}
C: H GETMETADATA Sent (/private/k /private/x)
S: * METADATA Sent (/private/k NIL /private/x NIL)
S: H OK {any}
C: j GETMETADATA Sent /shared/comment
S: * METADATA Sent (/shared/comment NIL)
S: j OK {any}
C: k GETMETADATA nowhere /shared/comment
S: k NO [NONEXISTENT] {any}
C: l SETMETADATA nowhere (/shared/comment "x")
S: l NO [NONEXISTENT] {any}
! sh rm -rf roost.index
C: m GETMETADATA INBOX /shared/comment
S: * METADATA INBOX (/shared/comment "Shared comment")
S: m OK {any}
! has roost-attributes {x09}/shared/comment{x09}Shared comment
----
# any octet comes back, NUL in a literal8 (section 5, value)
maildir: few
S: * PREAUTH {any}
C: a SETMETADATA INBOX (/private/vendor/kolab/bin ~{6+}
C~: a{x00}{x0D}{x0A}%{x09}
C: )
S: a OK {any}
C: b GETMETADATA INBOX /private/vendor/kolab/bin
S: * METADATA INBOX (/private/vendor/kolab/bin ~{6}
S: re: a\x00
S: re: %\t\)
S: b OK {any}
C: c SETMETADATA INBOX (/private/comment {2+}
C~: a{x00}
C: )
S: c BAD {any}
C: d NOOP
S: d OK {any}
----
# names of entries (section 3.2): BAD if they cannot be
maildir: few
S: * PREAUTH {any}
C: a SETMETADATA INBOX (/private//comment "x")
S: a BAD bad entry name
C: a SETMETADATA INBOX (/private/comment/ "x")
S: a BAD bad entry name
C: a SETMETADATA INBOX ("/private/com*ment" "x")
S: a BAD bad entry name
C: a SETMETADATA INBOX ("/private/com%ment" "x")
S: a BAD bad entry name
C: a SETMETADATA INBOX ("/private/comm{xE4}nt" "x")
S: a BAD bad entry name
C: a SETMETADATA INBOX (/comment "x")
S: a BAD bad entry name
C: a SETMETADATA INBOX (/private "x")
S: a BAD bad entry name
C: a SETMETADATA INBOX (/shared/vendor/kolab "x")
S: a BAD bad entry name
C: a SETMETADATA INBOX (/privately/x "x")
S: a BAD bad entry name
C: a GETMETADATA INBOX private/comment
S: a BAD bad entry name
C: a GETMETADATA INBOX ()
S: a BAD {any}
C: a SETMETADATA INBOX ()
S: a BAD {any}
C: a SETMETADATA INBOX /private/comment "x"
S: a BAD {any}
C: a GETMETADATA INBOX (DEPTH 2) /private
S: a BAD {any}
C: a GETMETADATA INBOX (SIZE 2) /private
S: a BAD {any}
----
# MAXSIZE and DEPTH, before or behind the mailbox (sections 4.2.1, 4.2.2)
maildir: few
S: * PREAUTH {any}
C: a SETMETADATA INBOX (/private/filters/values/small "SMALLER 5000" /private/filters/values/boss "FROM boss" /private/filters/values/a/b "deep" /private/filters/valuesx "no")
S: a OK {any}
C: b GETMETADATA INBOX (DEPTH 1) (/private/filters/values)
S: * METADATA INBOX (/private/filters/values/small "SMALLER 5000" /private/filters/values/boss "FROM boss")
S: b OK GETMETADATA done
C: c GETMETADATA (DEPTH infinity) INBOX /private/filters/values
S: * METADATA INBOX (/private/filters/values/small "SMALLER 5000" /private/filters/values/boss "FROM boss" /private/filters/values/a/b "deep")
S: c OK {any}
C: d GETMETADATA INBOX (MAXSIZE 9 DEPTH infinity) (/private)
S: * METADATA INBOX (/private/filters/values/boss "FROM boss" /private/filters/values/a/b "deep" /private/filters/valuesx "no")
S: d OK [METADATA LONGENTRIES 12] {any}
C: e GETMETADATA INBOX (MAXSIZE 3) (/private/filters/values/small /private/filters/values/boss)
S: e OK [METADATA LONGENTRIES 12] {any}
C: f GETMETADATA INBOX (DEPTH 0) /private/filters
S: * METADATA INBOX (/private/filters NIL)
S: f OK {any}
C: g GETMETADATA INBOX (DEPTH 1) /shared
S: g OK {any}
----
# entries go where their mailbox goes, and end with it; RENAME of INBOX copies (section 4.1)
maildir: folders
S: * PREAUTH {any}
C: a SETMETADATA Sent (/shared/comment "of Sent")
S: a OK {any}
C: b SETMETADATA INBOX (/shared/comment "of INBOX")
S: b OK {any}
C: c RENAME Sent Gone
S: c OK {any}
C: d GETMETADATA Gone /shared/comment
S: * METADATA Gone (/shared/comment "of Sent")
S: d OK {any}
C: e CREATE Sent
S: e OK {any}
C: f GETMETADATA Sent /shared/comment
S: * METADATA Sent (/shared/comment NIL)
S: f OK {any}
C: g DELETE Gone
S: g OK {any}
C: h CREATE Gone
S: h OK {any}
C: i GETMETADATA Gone /shared/comment
S: * METADATA Gone (/shared/comment NIL)
S: i OK {any}
C: j RENAME INBOX Old
S: j OK {any}
C: k GETMETADATA Old /shared/comment
S: * METADATA Old (/shared/comment "of INBOX")
S: k OK {any}
C: l GETMETADATA INBOX /shared/comment
S: * METADATA INBOX (/shared/comment "of INBOX")
S: l OK {any}
----
# limits: MAXSIZE, TOOMANY (section 4.3); 1024 octets and ten entries are always possible (4.1)
maildir: few
S: * PREAUTH {any}
C: a SETMETADATA INBOX (/private/comment {16384+}
C~: {x61*16384}
C: )
S: a OK {any}
C: b SETMETADATA INBOX (/private/comment {16385+}
C~: {x61*16385}
C: )
S: b NO [METADATA MAXSIZE 16384] {any}
C: c SETMETADATA INBOX (/private/a/1 x /private/a/2 x)
S: c BAD {any}
! sh i=1; while [ $i -le 127 ]; do printf '\t/private/a/%d\tx\n' $i; i=$((i+1)); done >>roost-attributes
C: d SETMETADATA INBOX (/private/one "x")
S: d NO [METADATA TOOMANY] {any}
# NO: nothing was changed (section 4.3)
! sh mkdir -p .One/cur .One/new .One/tmp; cp roost-attributes .One
C: D SETMETADATA One (/private/specialuse "\\Sent" /private/one "x")
S: D NO [METADATA TOOMANY] {any}
C: D GETMETADATA One /private/specialuse
S: * METADATA One (/private/specialuse NIL)
S: D OK {any}
C: e SETMETADATA INBOX (/private/a/1 NIL /private/one "x")
S: e OK {any}
C: f GETMETADATA INBOX (/private/a/1 /private/a/2 /private/one)
S: * METADATA INBOX (/private/a/2 "x" /private/one "x" /private/a/1 NIL)
S: f OK {any}
----
# the server's: what the administrator set is read-only, /private is the user's own (section 3.2.1.1, 3.3)
maildir: folders
env: METADATA_ADMIN=mailto:postmaster@example.org
env: METADATA_COMMENT=Be nice
S: * PREAUTH {any}
C: a GETMETADATA "" (/shared/admin /shared/comment)
S: * METADATA "" (/shared/admin "mailto:postmaster@example.org" /shared/comment "Be nice")
S: a OK {any}
C: b SETMETADATA "" (/shared/admin "mailto:me@example.org")
S: b NO [NOPERM] {any}
C: c SETMETADATA "" (/shared/comment "mine")
S: c NO [NOPERM] {any}
C: d SETMETADATA "" (/private/vendor/apple/x "1")
S: d OK {any}
C: e GETMETADATA "" /private/vendor/apple/x
S: * METADATA "" (/private/vendor/apple/x "1")
S: e OK {any}
C: f GETMETADATA INBOX (/private/vendor/apple/x /shared/admin)
S: * METADATA INBOX (/private/vendor/apple/x NIL /shared/admin NIL)
S: f OK {any}
C: g GETMETADATA "" (DEPTH infinity) (/shared /private)
S: * METADATA "" (/private/vendor/apple/x "1" /shared/admin "mailto:postmaster@example.org" /shared/comment "Be nice")
S: g OK {any}
----
# LIST RETURN (METADATA ...): RFC 9590
maildir: folders
S: * PREAUTH {any}
C: a SETMETADATA Sent (/shared/comment "what I said")
S: a OK {any}
C: b CREATE x.y
S: b OK {any}
! sh rm -rf .x
C: c LIST "" (Sent INBOX x) RETURN (METADATA ("/shared/comment" "/private/comment"))
S: * LIST ({any}) "." INBOX
S: * METADATA INBOX (/shared/comment NIL /private/comment NIL)
S: * LIST ({any}) "." Sent
S: * METADATA Sent (/shared/comment "what I said" /private/comment NIL)
S: * LIST (\NonExistent \HasChildren) "." x
S: c OK {any}
C: d LIST "" Sent RETURN (STATUS (MESSAGES) METADATA (/shared/comment))
S: * LIST ({any}) "." Sent
S: * STATUS Sent (MESSAGES 1)
S: * METADATA Sent (/shared/comment "what I said")
S: d OK {any}
C: e LIST "" * RETURN (METADATA (/comment))
S: e BAD bad entry name
C: f LIST "" * RETURN (METADATA /shared/comment)
S: f BAD {any}
----
# what one session sets the others see at once; a foreign line stays
maildir: folders
! file roost-attributes Sent{x09}special-use{x09}\Sent{x0A}a line of the future{x0A}{x09}other{x09}x{x0A}
S: * PREAUTH {any}
C: a SETMETADATA INBOX (/private/comment "one")
S: a OK {any}
C2: a GETMETADATA INBOX /private/comment
S2>: * METADATA INBOX (/private/comment "one")
S2: a OK {any}
C2: b SETMETADATA INBOX (/private/comment "two")
S2: b OK {any}
C3: a GETMETADATA INBOX /private/comment
S3>: * METADATA INBOX (/private/comment "two")
S3: a OK {any}
! has roost-attributes a line of the future
! has roost-attributes {x09}other{x09}x
! has roost-attributes Sent{x09}special-use{x09}\Sent
