# PREVIEW (RFC 8970)
S: * PREAUTH [CAPABILITY {any} PREVIEW{any}
C: A0 EXAMINE INBOX
S>: A0 OK {any}
# the server may answer NIL to LAZY alone (section 4.1), and does until the
# text is known
C: A1 FETCH 1:2 (PREVIEW (LAZY))
S: * 1 FETCH (PREVIEW NIL)
S: * 2 FETCH (PREVIEW NIL)
S: A1 OK {any}
C: A2 FETCH 1 (RFC822.SIZE PREVIEW)
S: * 1 FETCH (RFC822.SIZE {num} PREVIEW "Hello Bob, lunch on Friday? . a line that starts with a dot Ann")
S: A2 OK {any}
C: A3 FETCH 1:2 (PREVIEW (LAZY) UID)
S: * 1 FETCH (UID 1 PREVIEW "Hello Bob, lunch on Friday? . a line that starts with a dot Ann")
S: * 2 FETCH (UID 2 PREVIEW NIL)
S: A3 OK {any}
# without LAZY it is never NIL (section 3.2)
C: A4 UID FETCH 1:* PREVIEW
S: * 1 FETCH (UID 1 PREVIEW {any})
S: re: \* 2 FETCH \(UID 2 PREVIEW ("[^"]+"|\{\d+\}).*
S>: A4 OK {any}
C: A5 FETCH 1 (PREVIEW (LAZY) PREVIEW)
S: * 1 FETCH (PREVIEW "Hello {any}")
S: A5 OK {any}
C: A6 FETCH 1 PREVIEW (lazy LAZY)
S: * 1 FETCH (PREVIEW "Hello {any}")
S: A6 OK {any}
# \Seen is not set
C: A7 FETCH 3 (FLAGS)
S: * 3 FETCH (FLAGS ())
S: A7 OK {any}
# modifiers that are none
C: B1 FETCH 1 (PREVIEW (FUZZY))
S: B1 BAD {any}
C: B2 FETCH 1 (PREVIEW (LAZY FUZZY))
S: B2 BAD {any}
C: B3 FETCH 1 (PREVIEW (LAZY)
S: B3 BAD {any}
C: B4 FETCH 1 (PREVIEW ())
S: B4 BAD {any}
----
# what cannot be previewed is empty; HTML is text; UTF-8 is a literal
maildir: bare
! file cur/1:2, Content-Type: image/png{x0A}Content-Transfer-Encoding: base64{x0A}{x0A}AAAA{x0A}
! file cur/2:2, Content-Type: text/html{x0A}{x0A}<style>p { x }</style><p>One &amp; <b>two</b><br>&eacute;</p>{x0A}
! file cur/3:2, {x0A}{x41*300}{x0A}
! file cur/4:2, Content-Type: text/html{x0A}{x0A}<body><p>One &amp; <b>two</b>{x0A}
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b FETCH 1:4 PREVIEW
S: * 1 FETCH (PREVIEW "")
S: * 2 FETCH (PREVIEW {12}
S: One & two {xC3}{xA9})
S: * 3 FETCH (PREVIEW "{x41*200}")
S: * 4 FETCH (PREVIEW "One & two")
S: b OK {any}
C: c FETCH 1:2 (PREVIEW (LAZY))
S: * 1 FETCH (PREVIEW "")
S: * 2 FETCH (PREVIEW {12}
S: One & two {xC3}{xA9})
S: c OK {any}
# kept in the index: the file is not opened again
! sh chmod 0 cur/*
C: d FETCH 4 PREVIEW
S: * 4 FETCH (PREVIEW "One & two")
S: d OK {any}
! rm roost.index
