# CATENATE puts a message together from texts and from parts of messages, to the octet, and sets no \Seen (RFC 4469 section 3)
maildir: folders
S: re: \* PREAUTH \[CAPABILITY .* CATENATE.*
C: a APPEND Drafts (\Draft $MDNSent) "07-Feb-1994 21:52:25 +0000" CATENATE (URL "/INBOX;UIDVALIDITY=1700000000/;UID=2/;section=HEADER" TEXT {10}
S: + {any}
C~: --outer{x0D}{x0A}x
C:  URL "/INBOX;UIDVALIDITY=1700000000/;UID=2/;section=1.MIME" URL "/INBOX/;UID=2/;Section=1.1" TEXT {6+}
C~: {x0D}{x0A}end.
C: )
S: a OK [APPENDUID {num} 1] APPEND done
C: b SELECT INBOX
S>: b OK {any}
C: c FETCH 2 (BODY.PEEK[HEADER] BODY.PEEK[1.MIME] BODY.PEEK[1.1])
S>: c OK {any}
C: d EXAMINE Drafts
S>: d OK {any}
C: e FETCH 1 (FLAGS INTERNALDATE)
S: * 1 FETCH (FLAGS (\Draft $MDNSent) INTERNALDATE " 7-Feb-1994 21:52:25 +0000")
S: e OK {any}
! sh f=$(ls .Drafts/cur/*); tail -n 2 "$f" | head -c 100 | grep -q 'end\.$'; grep -c '^Subject' "$f" | grep -qx 1; grep -q '^--outer' "$f"
C: f SELECT INBOX
S>: f OK {any}
C: g FETCH 3 (FLAGS)
S: * 3 FETCH (FLAGS ())
S: g OK {any}
C: h APPEND Sent CATENATE (URL "/;UID=3" URL "/Sent/;UID=1/;SECTION=TEXT" URL "/INBOX/;UID=1/;SECTION=TEXT/;PARTIAL=0.5" URL "/INBOX/;UID=1/;section=HEADER.FIELDS%20(Subject)")
S: h OK [APPENDUID {num} 2] {any}
C: i FETCH 3 (FLAGS RFC822.SIZE)
S: * 3 FETCH (FLAGS () RFC822.SIZE {latin=num})
S: i OK {any}
C: j EXAMINE Sent
S>: j OK {any}
C: k FETCH 1 (BODY.PEEK[TEXT])
S: * 1 FETCH (BODY[TEXT] {{sent=num}}
S>: k OK {any}
C: l FETCH 2 (RFC822.SIZE)
S: * 2 FETCH (RFC822.SIZE {sum=num})
S: l OK {any}
! sh test $sum = $((latin + sent + 5 + 28))
----
# BADURL names the first URL that fails, and nothing is stored (section 4.1)
maildir: folders
S: * PREAUTH {any}
C: a APPEND Sent CATENATE (TEXT {3}
S: + {any}
C~: abc
C:  URL "/INBOX;UIDVALIDITY=1700000000/;UID=99" TEXT {5}
S: a NO [BADURL /INBOX;UIDVALIDITY=1700000000/;UID=99] {any}
C: b APPEND Sent CATENATE (URL "/INBOX;UIDVALIDITY=7/;UID=1" TEXT {5+}
C~: hello
C: )
S: b NO [BADURL /INBOX;UIDVALIDITY=7/;UID=1] {any}
C: c APPEND Sent CATENATE (URL "imap://elsewhere/INBOX/;UID=1")
S: c NO [BADURL imap://elsewhere/INBOX/;UID=1] {any}
C: d APPEND Sent CATENATE (URL "/nowhere/;UID=1")
S: d NO [BADURL /nowhere/;UID=1] {any}
C: d APPEND Sent CATENATE (URL "/INBOX/;UID=1/;SECTION=9")
S: d NO [BADURL {any}
C: d APPEND Sent CATENATE (URL "/INBOX/;UID=1/;SECTION=1.X")
S: d NO [BADURL {any}
C: d APPEND Sent CATENATE (URL "/INBOX/;UID=0")
S: d NO [BADURL {any}
C: d APPEND Sent CATENATE (URL "/INBOX")
S: d NO [BADURL {any}
C: d APPEND Sent CATENATE (URL "/;UID=1")
S: d NO [BADURL {any}
C: d APPEND Sent CATENATE (URL "/../etc/;UID=1")
S: d NO [BADURL {any}
C: d APPEND Sent CATENATE (URL "/INBOX/;UID=1%00")
S: d NO [BADURL {any}
C: d APPEND Sent CATENATE (URL "/INBOX/;UID=1/;PARTIAL=x")
S: d NO [BADURL {any}
C: d APPEND Sent CATENATE (URL {21+}
C: /x]y z{xC3}{xA4}{x09}/INBOX/;UID=)
S: d NO [BADURL /x?y?z???/INBOX/;UID=] {any}
C: e STATUS Sent (MESSAGES)
S: * STATUS Sent (MESSAGES 1)
S: e OK {any}
! ls .Sent/tmp =
----
# TOOBIG is said of the whole (section 4.2); MULTIAPPEND and literals without asking go with it (section 3)
maildir: few
env: IMAP_MESSAGE_MAX=1024
S: * PREAUTH {any}
C: a APPEND INBOX CATENATE (TEXT {600+}
C~: {x61*600}
C:  TEXT {600}
S: a NO [TOOBIG] {any}
C: b APPEND INBOX CATENATE (TEXT {1000+}
C~: {x61*1000}
C:  URL "/INBOX/;UID=1")
S: b NO [TOOBIG] {any}
C: c APPEND INBOX (\Seen) CATENATE (TEXT {3+}
C~: one
C: ) {3+}
C~: two
C:  (\Flagged) CATENATE (TEXT {2+}
C~: th
C:  TEXT {3+}
C~: ree
C: )
S: c OK [APPENDUID 1700000000 5:7] {any}
C: d SELECT INBOX
S>: d OK {any}
C: e FETCH 5:7 (FLAGS BODY.PEEK[])
S: * 5 FETCH (FLAGS (\Seen{any}) BODY[] {3}
S: one)
S: * 6 FETCH (FLAGS ({any}) BODY[] {3}
S: two)
S: * 7 FETCH (FLAGS (\Flagged{any}) BODY[] {5}
S: three)
S: e OK {any}
----
# what cannot be is BAD, and the session goes on
maildir: few
S: * PREAUTH {any}
C: a APPEND INBOX CATENATE
S: a BAD {any}
C: a APPEND INBOX CATENATE ()
S: a BAD {any}
C: a APPEND INBOX CATENATE (URL)
S: a BAD {any}
C: a APPEND INBOX CATENATE (TEXT "x")
S: a BAD {any}
C: a APPEND INBOX CATENATE (FILE {3+}
C: abc)
S: a BAD {any}
C: a APPEND INBOX CATENATE (TEXT {3+}
C: abc
S: a BAD {any}
C: a APPEND INBOX CATENATE (TEXT {3+}
C: abc) x
S: a BAD {any}
C: b APPEND INBOX CATENATE (TEXT {0+}
C: )
S: b NO [CANNOT] {any}
C: c STATUS INBOX (MESSAGES)
S: * STATUS INBOX (MESSAGES 4)
S: c OK {any}
! ls tmp =
