# header fields, decoded, without regard to case
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b SEARCH FROM ANN
S: * SEARCH 1
S: b OK {any}
C: b SEARCH TO "bob sample"
S: * SEARCH 1
S: b OK {any}
C: b SEARCH SUBJECT LUNCH
S: * SEARCH 1 4
S: b OK {any}
C: b SEARCH CHARSET UTF-8 SUBJECT "GR{xC3}{x9C}{xC3}{x9F}E AUS"
S: * SEARCH 2
S: b OK {any}
C: b SEARCH CHARSET ISO-8859-1 FROM {4+}
C: J{xD6}RG
S: * SEARCH 3
S: b OK {any}
# encoded words are not looked for as they are written
C: b SEARCH SUBJECT "UTF-8"
S: * SEARCH
S: b OK {any}
C: b SEARCH HEADER Message-ID example.com
S: * SEARCH 2
S: b OK {any}
C: b SEARCH HEADER message-id ""
S: * SEARCH 1 2
S: b OK {any}
C: b SEARCH HEADER X-None ""
S: * SEARCH
S: b OK {any}
C: b SEARCH NOT HEADER Message-ID ""
S: * SEARCH 3 4
S: b OK {any}
C: b SEARCH CC bob
S: * SEARCH
S: b OK {any}
C: b SEARCH SUBJECT inner
S: * SEARCH
S: b OK {any}
# a second time, from what the index has kept
C: b SEARCH FROM ANN SUBJECT lunch
S: * SEARCH 1
S: b OK {any}
----
# text: transfer encodings and charsets undone; NOT of it
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b SEARCH CHARSET UTF-8 BODY {6+}
C: sch{xC3}{xB6}n
S: * SEARCH 2
S: b OK {any}
C: b SEARCH BODY "soft line break"
S: * SEARCH 2
S: b OK {any}
C: b SEARCH CHARSET utf-8 BODY "STRA{xC3}{x9F}E"
S: * SEARCH 3
S: b OK {any}
C: b SEARCH BODY "inner body"
S: * SEARCH 4
S: b OK {any}
C: b SEARCH BODY lunch
S: * SEARCH 1
S: b OK {any}
C: b SEARCH TEXT lunch
S: * SEARCH 1 4
S: b OK {any}
C: b SEARCH NOT TEXT lunch
S: * SEARCH 2 3
S: b OK {any}
C: b SEARCH NOT BODY lunch SUBJECT lunch
S: * SEARCH 4
S: b OK {any}
C: b SEARCH OR BODY "inner body" BODY friday
S: * SEARCH 1 4
S: b OK {any}
C: b SEARCH NOT (BODY lunch UNSEEN)
S: * SEARCH 1 2 3 4
S: b OK {any}
# text of a PDF is not text
C: b SEARCH BODY JVBERi0
S: * SEARCH
S: b OK {any}
C: b SEARCH BODY ""
S: * SEARCH 1 2 3 4
S: b OK {any}
----
# SEARCH sets no flags
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b SEARCH TEXT lunch
S: * SEARCH 1 4
S: b OK {any}
C: c FETCH 4 FLAGS
S: * 4 FETCH (FLAGS (\Flagged))
S: c OK {any}
----
# a charset that we cannot read (RFC 3501 section 7.1)
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b SEARCH CHARSET X-UNKNOWN SUBJECT x
S: b NO [BADCHARSET ({any})] {any}
C: c SEARCH CHARSET UTF-8 SUBJECT "{xE9}"
S: c BAD SUBJECT: search string is not valid in its charset
C: d SEARCH CHARSET US-ASCII SUBJECT lunch
S: * SEARCH 1 4
S: d OK {any}
