# UTF8=ACCEPT: names of mailboxes in UTF-8 once it is enabled, modified UTF-7 until then (RFC 9755 section 3)
maildir: empty
S: re: \* PREAUTH \[CAPABILITY .* UTF8=ACCEPT.*
C: a CREATE Entw&APw-rfe
S: a OK {any}
C: b LIST "" E*
S: * LIST (\HasNoChildren) "." Entw&APw-rfe
S: b OK {any}
C: c ENABLE UTF8=ACCEPT
S: * ENABLED UTF8=ACCEPT
S: c OK {any}
C: d LIST "" E*
S: * LIST (\HasNoChildren) "." "Entw{xC3}{xBC}rfe"
S: d OK {any}
C: e STATUS "Entw{xC3}{xBC}rfe" (MESSAGES)
S: * STATUS "Entw{xC3}{xBC}rfe" (MESSAGES 0)
S: e OK {any}
C: f CREATE "{xE2}{x82}{xAC}"
S: f OK {any}
! exists .&IKw-
C: g CREATE "bad{xC3}"
S: g BAD {any}
C: g CREATE "bad{xC0}{xAF}"
S: g BAD {any}
C: h CREATE "a{xE2}{x80}{xA8}b"
S: h NO [CANNOT] {any}
C: h CREATE "a{xC2}{x85}b"
S: h NO [CANNOT] {any}
C: i SELECT "{xE2}{x82}{xAC}"
S>: i OK {any}
C: j SEARCH SUBJECT "gr{xC3}{xBC}n"
S: * SEARCH
S: j OK {any}
C: k SEARCH CHARSET UTF-8 ALL
S: k BAD {any}
C: l SORT (DATE) US-ASCII ALL
S: l BAD {any}
C: m SORT (DATE) UTF-8 ALL
S: * SORT
S: m OK {any}
C: n THREAD REFERENCES ISO-8859-1 ALL
S: n BAD {any}
----
# APPEND of a header with octets above 127: NO without ENABLE, then as it is (RFC 9755 section 4)
maildir: few
S: * PREAUTH {any}
C: a APPEND INBOX {20+}
C~: Subject: x{xC3}{xA4}x{x0D}{x0A}{x0D}{x0A}abc
C: {x20}
S: a NO [CANNOT] {any}
C: a APPEND INBOX {18+}
C~: Subject: x{xC3}{xA4}x{x0D}{x0A}{x0D}{x0A}a
C:
S: a NO [CANNOT] {any}
C: b APPEND INBOX {20+}
C~: Subject: x{x0D}{x0A}{x0D}{x0A}b{xC3}{xA4}d{x0D}{x0A}
C:
S: b OK {any}
C: c APPEND INBOX CATENATE (TEXT {10+}
C~: Subject: x
C:  TEXT {4+}
C~: {xC3}{xA4}{x0D}{x0A}
C: )
S: c NO [CANNOT] {any}
C: d ENABLE UTF8=ACCEPT
S: * ENABLED UTF8=ACCEPT
S: d OK {any}
C: e APPEND INBOX {18+}
C~: Subject: x{xC3}{xA4}x{x0D}{x0A}{x0D}{x0A}a
C:
S: e OK [APPENDUID 1700000000 6] {any}
C: f APPEND INBOX (\Seen) UTF8 (~{18+}
C~: Subject: x{xC3}{xA4}x{x0D}{x0A}{x0D}{x0A}a
C: )
S: f OK [APPENDUID 1700000000 7] {any}
C: g APPEND INBOX CATENATE (UTF8 (~{13+}
C~: Subject: {xC3}{xA4}{x0D}{x0A}
C: ) TEXT {3+}
C~: {x0D}{x0A}x
C: )
S: g OK [APPENDUID 1700000000 8] {any}
C: h SELECT INBOX
S>: h OK {any}
C: i FETCH 6:8 (ENVELOPE)
S: * 6 FETCH (ENVELOPE (NIL {4}
S: x{xC3}{xA4}x NIL NIL NIL NIL NIL NIL NIL NIL))
S: * 7 FETCH (ENVELOPE (NIL {4}
S: x{xC3}{xA4}x NIL NIL NIL NIL NIL NIL NIL NIL))
S: * 8 FETCH (ENVELOPE (NIL {2}
S: {xC3}{xA4} NIL NIL NIL NIL NIL NIL NIL NIL))
S: i OK {any}
C: j APPEND INBOX UTF8 (~{3+}
C~: abc
C:
S: j BAD {any}
C: j APPEND INBOX UTF8 ({3+}
C~: abc
C: )
S: j BAD {any}
C: k NOOP
S: k OK {any}
----
# where it is turned off, nothing of it holds
maildir: few
env: IMAP_UTF8=0
S: re: \* PREAUTH \[CAPABILITY (?!.*UTF8).*
C: a ENABLE UTF8=ACCEPT
S: * ENABLED
S: a OK {any}
C: b APPEND INBOX {18+}
C~: Subject: x{xC3}{xA4}x{x0D}{x0A}{x0D}{x0A}a
C:
S: b OK {any}
