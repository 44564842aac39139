# mailbox names are UTF-8 (RFC 9051 section 5.1), modified UTF-7 before ENABLE (appendix A.1)
S: * PREAUTH {any}
C: a CREATE "Entw&APw-rfe"
S: a OK {any}
C: a1 CREATE "A&-B"
S: a1 OK {any}
C: a2 LIST "" *
S: * LIST (\HasNoChildren) "." INBOX
S: * LIST (\HasNoChildren) "." A&-B
S: * LIST (\HasNoChildren) "." Entw&APw-rfe
S: a2 OK {any}
C: a3 CREATE "&U,BTFw-&ZeVnLIqe-"
S: a3 NO [CANNOT] {any}
C: b ENABLE IMAP4rev2
S>: b OK {any}
C: c LIST "" *
S: * LIST (\HasNoChildren) "." INBOX
S: * LIST (\HasNoChildren) "." A&B
S: * LIST (\HasNoChildren) "." "Entwürfe"
S: c OK {any}
# quoted or a literal, in every command; "&" is a character like others
C: d SELECT "Entwürfe"
S: * LIST (\HasNoChildren) "." "Entwürfe"
S>: d OK [READ-WRITE] {any}
C: d1 STATUS {9+}
C: Entwürfe (MESSAGES)
S: * STATUS "Entwürfe" (MESSAGES 0)
S: d1 OK {any}
C: d2 CREATE "Übung.Größe"
S: d2 OK {any}
C: d3 SUBSCRIBE "Übung.Größe"
S: d3 OK {any}
C: d4 LIST (SUBSCRIBED) "" *
S: * LIST (\Subscribed \HasNoChildren) "." "Übung.Größe"
S: d4 OK {any}
C: d5 RENAME "Übung" A&-C
S: d5 OK {any}
C: d6 LIST "" "A*"
S: * LIST (\HasChildren) "." A&-C
S: * LIST (\HasNoChildren) "." "A&-C.Größe"
S: * LIST (\HasNoChildren) "." A&B
S: d6 OK {any}
C: d7 LIST "" "%.Gr%e"
S: * LIST (\HasNoChildren) "." "A&-C.Größe"
S: d7 OK {any}
C: d8 UNSUBSCRIBE "Übung.Größe"
S: d8 OK {any}
C: d9 LSUB "" *
S: d9 OK {any}
C: e APPEND "A&-C.Größe" {5+}
C: a: b{x0A}
S: e OK [APPENDUID {any}] {any}
C: e1 SELECT "A&-C.Größe"
S>: e1 OK {any}
C: e2 COPY 1 "Entwürfe"
S: e2 OK [COPYUID {any}] {any}
C: e3 MOVE 1 "Entwürfe"
S: * OK [COPYUID {any}] {any}
S>: e3 OK {any}
C: e4 LIST "" "Ent*" RETURN (STATUS (MESSAGES))
S: * LIST (\HasNoChildren) "." "Entwürfe"
S: * STATUS "Entwürfe" (MESSAGES 2)
S: e4 OK {any}
C: f DELETE "A&-C.Größe"
S: f OK {any}
# on disk it is what the account has
! exists .Entw&APw-rfe
! absent .Entwürfe
----
# names that are not Net-Unicode cannot be made (RFC 9051 sections 5.1, 6.3.4; RFC 5198 section 2)
S: * PREAUTH {any}
C: a ENABLE IMAP4rev2
S>: a OK {any}
C: b CREATE "Entw{xFC}rfe"
S: b NO [CANNOT] {any}
C: b1 CREATE "a{xC0}{xAF}b"
S: b1 NO [CANNOT] {any}
C: b2 CREATE "a{xC2}{x85}b"
S: b2 NO [CANNOT] {any}
C: b3 CREATE "a{xE2}{x80}{xA8}b"
S: b3 NO [CANNOT] {any}
C: b4 CREATE "{xEF}{xBB}{xBF}a"
S: b4 NO [CANNOT] {any}
C: b5 CREATE "a{x7F}b"
S: b5 NO [CANNOT] {any}
C: b6 RENAME INBOX "a{xC2}{x85}b"
S: b6 NO [CANNOT] {any}
C: b7 SELECT "a{xC2}{x85}b"
S: b7 NO [CANNOT] {any}
C: b8 LIST "" "{xFC}*"
S: b8 OK {any}
C: b9 CREATE "a..b"
S: b9 NO [CANNOT] {any}
C: c LIST "" *
S: * LIST (\HasNoChildren) "." INBOX
S: c OK {any}
----
# a name that is not normalized is taken, and OLDNAME tells (RFC 9051 sections 5.1, 6.3.2, 6.3.4 to 6.3.6, 6.3.9.7, 6.3.12)
S: * PREAUTH {any}
C: a ENABLE IMAP4rev2
S>: a OK {any}
C: b CREATE "u{xCC}{x88}ber"
S: * LIST (\HasNoChildren) "." "über" ("OLDNAME" ("u{xCC}{x88}ber"))
S: b OK {any}
C: b1 CREATE "u{xCC}{x88}ber"
S: b1 NO [ALREADYEXISTS] {any}
# no OLDNAME where nothing was changed
C: c SELECT "über"
S: * LIST (\HasNoChildren) "." "über"
S>: c OK {any}
C: d SELECT "u{xCC}{x88}ber"
S: * OK [CLOSED] {any}
S: * LIST (\HasNoChildren) "." "über" ("OLDNAME" ("u{xCC}{x88}ber"))
S>: d OK {any}
C: d1 EXAMINE "u{xCC}{x88}ber"
S: * OK [CLOSED] {any}
S: * LIST (\HasNoChildren) "." "über" ("OLDNAME" ("u{xCC}{x88}ber"))
S>: d1 OK {any}
C: e STATUS "u{xCC}{x88}ber" (MESSAGES)
S: * STATUS "über" (MESSAGES 0)
S: e OK {any}
C: f SUBSCRIBE "u{xCC}{x88}ber"
S: f OK {any}
C: f1 LIST "" "u{xCC}{x88}%"
S: * LIST (\HasNoChildren) "." "über"
S: f1 OK {any}
C: g APPEND "u{xCC}{x88}ber" {5+}
C: a: b{x0A}
S: * LIST (\Subscribed \HasNoChildren) "." "über" ("OLDNAME" ("u{xCC}{x88}ber"))
S: * 1 EXISTS
S: g OK [APPENDUID {any}] {any}
C: h RENAME "u{xCC}{x88}ber" "o{xCC}{x88}de"
S: * LIST (\HasNoChildren) "." "öde" ("OLDNAME" ("u{xCC}{x88}ber"))
S: h OK {any}
C: i DELETE "o{xCC}{x88}de"
S: * LIST (\NonExistent \HasNoChildren) "." "öde" ("OLDNAME" ("o{xCC}{x88}de"))
S: i OK {any}
C: j DELETE "o{xCC}{x88}de"
S: j NO [NONEXISTENT] {any}
----
# what other software made is used as it is
S: * PREAUTH {any}
! folder .u&Awg-ber
C: a ENABLE IMAP4rev2
S>: a OK {any}
C: b LIST "" u*
S: * LIST (\HasNoChildren) "." "u{xCC}{x88}ber"
S: b OK {any}
C: c SELECT "u{xCC}{x88}ber"
S: * LIST (\HasNoChildren) "." "u{xCC}{x88}ber"
S>: c OK {any}
C: d LIST "" "u{xCC}{x88}ber"
S: * LIST (\HasNoChildren) "." "u{xCC}{x88}ber"
S: d OK {any}
----
# INBOX in any case is INBOX (RFC 9051 sections 5.1, 9)
S: * PREAUTH {any}
C: a ENABLE IMAP4rev2
S>: a OK {any}
C: b SELECT iNbOx
S: * LIST (\HasNoChildren) "." INBOX
S>: b OK {any}
C: c CREATE iNbOx
S: c NO [ALREADYEXISTS] {any}
C: d RENAME Nowhere inbox
S: d NO {any}
C: e DELETE "InBox"
S: e NO [CANNOT] {any}
----
# quoted UTF-8 is for clients of IMAP4rev2 alone (RFC 9051 appendix A)
S: * PREAUTH {any}
C: a STATUS "Entwürfe" (MESSAGES)
S: a NO [CANNOT] {any}
C: b SELECT INBOX
S>: b OK {any}
C: c FETCH 3 ENVELOPE
S: * 3 FETCH (ENVELOPE ({any}
S: c OK {any}
----
# names that are UTF-8 on disk, with the separator "/"
env: NAMESPACE_SEPARATOR=/
! sh d=$(printf '.Entw\303\274rfe'); mkdir $d $d/cur $d/new $d/tmp
S: * PREAUTH {any}
C: a LIST "" "E*"
S: * LIST (\HasNoChildren) "/" Entw&APw-rfe
S: a OK {any}
C: b ENABLE IMAP4rev2
S>: b OK {any}
C: c LIST "" "E%"
S: * LIST (\HasNoChildren) "/" "Entwürfe"
S: c OK {any}
C: d CREATE "Entwürfe/u{xCC}{x88}ber/"
S: * LIST (\HasNoChildren) "/" "Entwürfe/über" ("OLDNAME" ("Entwürfe/u{xCC}{x88}ber"))
S: d OK {any}
! sh test -d $(printf '.Entw\303\274rfe.\303\274ber')
C: e SELECT "Entwürfe"
S: * LIST (\HasChildren) "/" "Entwürfe"
S>: e OK {any}
C: f RENAME "Entwürfe" "a&b"
S: f OK {any}
C: g LIST "" *
S: * LIST (\HasNoChildren) "/" INBOX
S: * LIST (\HasChildren) "/" a&b
S: * LIST (\HasNoChildren) "/" "a&b/über"
S: g OK {any}
----
# below the prefix of Courier
env: NAMESPACE_PREFIX=INBOX.
S: * PREAUTH {any}
C: a ENABLE IMAP4rev2
S>: a OK {any}
C: b CREATE INBOX.o{xCC}{x88}de
S: b BAD {any}
C: c CREATE "INBOX.o{xCC}{x88}de"
S: * LIST (\HasNoChildren) "." "INBOX.öde" ("OLDNAME" ("INBOX.o{xCC}{x88}de"))
S: c OK {any}
C: d SELECT INBOX
S: * LIST (\HasChildren) "." INBOX
S>: d OK {any}
C: e CREATE "öde"
S: e NO [CANNOT] {any}
