# REPLACE and UID REPLACE: the new message first, APPENDUID before EXPUNGE, in one step (RFC 8508 sections 3.2 to 3.4, 4.3)
maildir: folders
S: re: \* PREAUTH \[CAPABILITY .* REPLACE .*
C: x REPLACE 1 INBOX {1+}
C: x
S: x BAD {any}
C: y NOOP
S>: y OK {any}
C: a SELECT INBOX
S>: a OK {any}
C: b REPLACE 4 INBOX (\Seen \Draft far) "01-Jan-2015 00:05:00 -0500" {12}
S: + {any}
C: Subject: new
S: * OK [APPENDUID 1700000000 5] replaced
S&: * 4 EXPUNGE
S&: * 4 EXISTS
S&: * FLAGS {any}
S&: * OK [PERMANENTFLAGS {any}
S&: * 0 RECENT
S: b OK REPLACE done
C: c FETCH 4 (UID FLAGS INTERNALDATE BODY[])
S: * 4 FETCH (UID 5 FLAGS (\Seen \Draft far) INTERNALDATE " 1-Jan-2015 05:05:00 +0000" BODY[] {12}
S: Subject: new)
S: c OK {any}
C: d UID REPLACE 2 Drafts {9+}
C: Subject:x
S: * OK [APPENDUID {num} 1] replaced
S: * 2 EXPUNGE
S: d OK REPLACE done
C: e STATUS Drafts (MESSAGES)
S: * STATUS Drafts (MESSAGES 1)
S: e OK {any}
C: f UID SEARCH ALL
S: * SEARCH 1 3 5
S: f OK {any}
! ls tmp =
----
# what fails changes nothing (section 3.4): no such message, mailbox, no room, read-only, more than one
maildir: folders
! file maildirsize 4000S,8C{x0A}1000 8{x0A}
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b REPLACE 1 nowhere {5}
S: b NO [TRYCREATE] {any}
C: c REPLACE 9 INBOX {5}
S: c BAD {any}
C: d UID REPLACE 9 INBOX {5+}
C: hello
S: d NO {any}
C: e REPLACE 1:2 INBOX {5+}
C: hello
S: e BAD one message expected
C: f REPLACE 1 INBOX {5+}
C: hello {5+}
C: world
S: f BAD {any}
C: g REPLACE 1 INBOX {0+}
C:
S: g NO [CANNOT] {any}
C: h REPLACE 1 INBOX {5000}
S: h NO [OVERQUOTA] {any}
C: i STATUS INBOX (MESSAGES UIDNEXT)
S: * STATUS INBOX (MESSAGES 4 UIDNEXT 5)
S: i OK {any}
C: j REPLACE 1 INBOX {5+}
C: hello
S: * OK [APPENDUID {any}
S&: * 1 EXPUNGE
S&: * 4 EXISTS
S*: * {num} RECENT
S: j OK {any}
C: k EXAMINE INBOX
S>: k OK {any}
C: l REPLACE 1 INBOX {5+}
C: hello
S: l NO [READ-ONLY] {any}
! ls tmp =
----
# another session that removed it first: nothing is doubled
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
! sh rm cur/1700000002*
C: b REPLACE 2 Sent {5+}
C: hello
S>: b NO [TRYCREATE] {any}
C: c SELECT INBOX
S>: c OK {any}
! sh rm cur/1700000003*
C: d UID REPLACE 3 INBOX {5+}
C: hello
S*: re: \* .*
S: d NO {any}
C: e STATUS INBOX (MESSAGES)
S: * STATUS INBOX (MESSAGES 2)
S: e OK {any}
----
# with CATENATE (section 4.2), with UIDONLY (RFC 9586 section 3.8), OBJECTID of the new one is another (4.6)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b FETCH 1 (EMAILID)
S: * 1 FETCH (EMAILID (M{old=hex}))
S: b OK {any}
C: c UID REPLACE 1 INBOX CATENATE (TEXT {12}
S: + {any}
C: X-New: yes
C:  URL "/INBOX/;UID=1")
S: * OK [APPENDUID 1700000000 5] replaced
S&: * 1 EXPUNGE
S&: * 4 EXISTS
S*: * {num} RECENT
S: c OK {any}
C: d FETCH 4 (EMAILID BODY.PEEK[HEADER.FIELDS (X-New Subject)])
S: * 4 FETCH (EMAILID (M{new=hex}) BODY[HEADER.FIELDS (X-New Subject)] {40}
S: X-New: yes
S: Subject: lunch on friday
S:
S: )
S: d OK {any}
! sh test "$old" != "$new"
C: e ENABLE UIDONLY
S: * ENABLED UIDONLY
S: e OK {any}
C: f REPLACE 1 INBOX {5+}
C: hello
S: f BAD [UIDREQUIRED] {any}
C: g UID REPLACE 5 INBOX {5+}
C: hello
S: * OK [APPENDUID 1700000000 6] replaced
S&: * VANISHED 5
S&: * 4 EXISTS
S*: * {num} RECENT
S: g OK {any}
