# every SEARCH is answered with ESEARCH (RFC 9051 sections 6.4.4, 7.3.4)
S: * PREAUTH {any}
C: a ENABLE IMAP4rev2
S>: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C: c SEARCH SEEN
S: * ESEARCH (TAG "c") ALL 1:2
S: c OK {any}
# nothing found: the response comes, without ALL
C: d SEARCH TEXT "string not in mailbox"
S: * ESEARCH (TAG "d")
S: d OK {any}
C: e SEARCH RETURN () OR 1 4
S: * ESEARCH (TAG "e") ALL 1,4
S: e OK {any}
C: f SEARCH RETURN (MIN COUNT) SEEN
S: * ESEARCH (TAG "f") MIN 1 COUNT 2
S: f OK {any}
# MIN, MAX and ALL are left out for nothing found, COUNT is not
C: g SEARCH RETURN (MIN MAX ALL COUNT) DELETED
S: * ESEARCH (TAG "g") COUNT 0
S: g OK {any}
# UID SEARCH says so, and a UID that is not there is passed over (6.4.9)
C: h UID SEARCH 1:3 UID 2:900
S: * ESEARCH (TAG "h") UID ALL 2:3
S: h OK {any}
C: h1 UID SEARCH UID 900:*
S: * ESEARCH (TAG "h1") UID ALL 4
S: h1 OK {any}
# options that are not known are BAD
C: i SEARCH RETURN (CONTEXTS) ALL
S: i BAD {any}
C: j SEARCH 5
S: * ESEARCH (TAG "j")
S: j OK {any}
# all SAVE rules are in rev2-searchres.t
C: k SEARCH RETURN (SAVE) FLAGGED
S: k OK {any}
C: l SEARCH $
S: * ESEARCH (TAG "l") ALL 4
S: l OK {any}
# the tag comes back as it was
C: m.[1] SEARCH ALL
S: * ESEARCH (TAG "m.[1]") ALL 1:4
S: m.[1] OK {any}
C: m]} SEARCH ALL
S: * ESEARCH (TAG "m]}") ALL 1:4
S: m]} OK {any}
----
# without CHARSET strings are UTF-8; what is encoded is decoded first (RFC 9051 section 6.4.4)
S: * PREAUTH {any}
C: a ENABLE IMAP4rev2
S>: a OK {any}
C: b SELECT INBOX
S>: b OK {any}
C: c SEARCH SUBJECT "grüße aus köln"
S: * ESEARCH (TAG "c") ALL 2
S: c OK {any}
C: d SEARCH BODY {8}
S: + {any}
C: Schöne{x20}
S: * ESEARCH (TAG "d") ALL 2
S: d OK {any}
C: e SEARCH CHARSET UTF-8 BODY "Café"
S: * ESEARCH (TAG "e") ALL 3
S: e OK {any}
C: f SEARCH CHARSET US-ASCII SUBJECT lunch
S: * ESEARCH (TAG "f") ALL 1,4
S: f OK {any}
C: g SEARCH CHARSET X-NONE SUBJECT lunch
S: g NO [BADCHARSET ({any})] {any}
