# the result of a SEARCH is kept and used as "$" (RFC 5182 section 2.1; RFC 9051 section 6.4.4.1)
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
# it is empty at first, and that is no error (example 6)
C: a1 FETCH $ UID
S: a1 OK {any}
C: a2 UID FETCH $ UID
S: a2 OK {any}
C: a3 STORE $ +FLAGS (\Flagged)
S: a3 OK {any}
C: a4 COPY $ INBOX
S: a4 OK {any}
C: a5 SEARCH $
S: * SEARCH
S: a5 OK {any}
C: a6 SEARCH NOT $
S: * SEARCH 1 2 3 4
S: a6 OK {any}
# SAVE alone suppresses the answer
C: b SEARCH RETURN (SAVE) UNSEEN
S: b OK {any}
C: b1 FETCH $ UID
S: * 3 FETCH (UID 3)
S: * 4 FETCH (UID 4)
S: b1 OK {any}
C: b2 UID FETCH $ FLAGS
S: * 3 FETCH (UID 3 FLAGS ())
S: * 4 FETCH (UID 4 FLAGS (\Flagged))
S: b2 OK {any}
C: b3 FETCH 1,$ UID
S: * 1 FETCH (UID 1)
S: * 3 FETCH (UID 3)
S: * 4 FETCH (UID 4)
S: b3 OK {any}
C: b4 FETCH $,1 UID
S: b4 BAD {any}
C: b5 FETCH 1:$ UID
S: b5 BAD {any}
# in another SEARCH, as message numbers or as UIDs (examples 3 and 4)
C: c1 UID SEARCH UID $ FLAGGED
S: * SEARCH 4
S: c1 OK {any}
C: c2 UID SEARCH $ FLAGGED
S: * SEARCH 4
S: c2 OK {any}
C: c3 SEARCH (OR $ 1)
S: * SEARCH 1 3 4
S: c3 OK {any}
C: c4 SEARCH NOT $
S: * SEARCH 1 2
S: c4 OK {any}
C: c5 UID STORE $ +FLAGS.SILENT (\Answered)
S: c5 OK {any}
C: c6 COPY $ INBOX
S: * 6 EXISTS
S: * 0 RECENT
S: c6 OK [COPYUID 1700000000 3:4 5:6] {any}
# one SAVE overrides another, also one that found nothing (example 9)
C: d SEARCH RETURN (SAVE) DELETED
S: d OK {any}
C: d1 FETCH $ UID
S: d1 OK {any}
----
# what SEARCH leaves alone, and what empties it (RFC 5182 section 2.1)
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b SEARCH RETURN (SAVE) 1:2
S: b OK {any}
# BAD, a SEARCH without SAVE, and NO without SAVE
C: b1 SEARCH RETURN (SAVE) FOO
S: b1 BAD {any}
C: b2 SEARCH RETURN (SAVE) 0
S: b2 BAD {any}
C: b3 SEARCH RETURN (ALL) 4
S: * ESEARCH (TAG "b3") ALL 4
S: b3 OK {any}
C: b4 SEARCH 3
S: * SEARCH 3
S: b4 OK {any}
C: b5 SEARCH CHARSET X-NONE TEXT a
S: b5 NO [BADCHARSET {any}] {any}
C: b6 FETCH $ UID
S: * 1 FETCH (UID 1)
S: * 2 FETCH (UID 2)
S: b6 OK {any}
# NO of a SEARCH with SAVE (example 5)
C: c SEARCH RETURN (SAVE) CHARSET X-NONE (OR $ 1) TEXT a
S: c NO [BADCHARSET {any}] {any}
C: c1 FETCH $ UID
S: c1 OK {any}
# SELECT, also of the same mailbox
C: d SEARCH RETURN (SAVE) ALL
S: d OK {any}
C: d1 EXAMINE INBOX
S>: d1 OK {any}
C: d2 FETCH $ UID
S: d2 OK {any}
----
# with MIN and MAX "$" is these, with ALL or COUNT it is everything (RFC 5182 section 2.4, example 10)
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b1 SEARCH RETURN (ALL SAVE) 1:3
S: * ESEARCH (TAG "b1") ALL 1:3
S: b1 OK {any}
C: b2 SEARCH $
S: * SEARCH 1 2 3
S: b2 OK {any}
C: c1 SEARCH RETURN (SAVE MIN) 1:3
S: * ESEARCH (TAG "c1") MIN 1
S: c1 OK {any}
C: c2 SEARCH $
S: * SEARCH 1
S: c2 OK {any}
C: d1 SEARCH RETURN (MAX SAVE MIN) 1:3
S: * ESEARCH (TAG "d1") MIN 1 MAX 3
S: d1 OK {any}
C: d2 SEARCH $
S: * SEARCH 1 3
S: d2 OK {any}
C: e1 SEARCH RETURN (MAX SAVE) SUBJECT lunch
S: * ESEARCH (TAG "e1") MAX 4
S: e1 OK {any}
C: e2 SEARCH $
S: * SEARCH 4
S: e2 OK {any}
C: f1 SEARCH RETURN (MAX SAVE MIN COUNT) 1:3
S: * ESEARCH (TAG "f1") MIN 1 MAX 3 COUNT 3
S: f1 OK {any}
C: f2 SEARCH $
S: * SEARCH 1 2 3
S: f2 OK {any}
C: g1 SEARCH RETURN (ALL SAVE MIN) 2:3
S: * ESEARCH (TAG "g1") MIN 2 ALL 2:3
S: g1 OK {any}
C: g2 SEARCH $
S: * SEARCH 2 3
S: g2 OK {any}
C: h1 SEARCH RETURN (SAVE MIN MAX) DELETED
S: * ESEARCH (TAG "h1")
S: h1 OK {any}
C: h2 SEARCH $
S: * SEARCH
S: h2 OK {any}
----
# a message that is expunged leaves it; what comes behind it moves up (RFC 5182 section 2.1)
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b UID SEARCH RETURN (SAVE) 2:4
S: b OK {any}
C: c UID STORE $ +FLAGS.SILENT (\Deleted)
S: c OK {any}
C: c1 STORE 4 -FLAGS.SILENT (\Deleted)
S: c1 OK {any}
# UID EXPUNGE takes it too (section 1)
C: d UID EXPUNGE $
S: * 3 EXPUNGE
S: * 2 EXPUNGE
S: d OK {any}
C: e FETCH $ UID
S: * 2 FETCH (UID 4)
S: e OK {any}
----
# commands that use it may be sent at once with the SEARCH (RFC 5182 section 2.3)
pipeline: yes
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b SEARCH RETURN (SAVE) SEEN
C: c FETCH $ UID
C: d MOVE $ INBOX
S: b OK {any}
S: * 1 FETCH (UID 1)
S: * 2 FETCH (UID 2)
S: c OK {any}
S: * OK [COPYUID 1700000000 1:2 5:6] {any}
S>: d OK {any}
