# the items that the index knows (RFC 3501 section 6.4.5)
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b FETCH 1:2 FAST
S: * 1 FETCH (FLAGS (\Seen) INTERNALDATE "14-Nov-2023 23:13:20 +0000" RFC822.SIZE 277)
S: * 2 FETCH (FLAGS (\Answered \Seen) INTERNALDATE "15-Nov-2023 00:13:20 +0000" RFC822.SIZE 758)
S: b OK {any}
C: c FETCH 3 UID
S: * 3 FETCH (UID 3)
S: c OK {any}
C: d UID FETCH 3 FLAGS
S: * 3 FETCH (UID 3 FLAGS ())
S: d OK {any}
C: e UID FETCH 4 (FLAGS UID)
S: * 4 FETCH (UID 4 FLAGS (\Flagged))
S: e OK {any}
C: f FETCH 4,1:2,1 FLAGS
S: * 1 FETCH (FLAGS (\Seen))
S: * 2 FETCH (FLAGS (\Answered \Seen))
S: * 4 FETCH (FLAGS (\Flagged))
S: f OK {any}
----
# ENVELOPE, twice: from the message, then from the index
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b FETCH 1 ENVELOPE
S: * 1 FETCH (ENVELOPE ("Tue, 14 Nov 2023 22:13:20 +0000" "lunch on friday" (("Ann Example" NIL "ann" "example.org")) (("Ann Example" NIL "ann" "example.org")) (("Ann Example" NIL "ann" "example.org")) (("Bob Sample" NIL "bob" "example.net")) NIL NIL NIL "<plain.1@example.org>"))
S: b OK {any}
C: c FETCH 1 ENVELOPE
S: * 1 FETCH (ENVELOPE ("Tue, 14 Nov 2023 22:13:20 +0000" "lunch on friday" (("Ann Example" NIL "ann" "example.org")) (("Ann Example" NIL "ann" "example.org")) (("Ann Example" NIL "ann" "example.org")) (("Bob Sample" NIL "bob" "example.net")) NIL NIL NIL "<plain.1@example.org>"))
S: c OK {any}
C: d FETCH 3 ALL
S: * 3 FETCH (FLAGS () INTERNALDATE "15-Nov-2023 01:13:20 +0000" RFC822.SIZE 268 ENVELOPE ("Thu, 16 Nov 2023 00:00:00 GMT" "=?iso-8859-1?Q?Caf=E9?=" (("=?iso-8859-1?Q?J=F6rg?=" NIL "joerg" "example.de")) (("=?iso-8859-1?Q?J=F6rg?=" NIL "joerg" "example.de")) (("=?iso-8859-1?Q?J=F6rg?=" NIL "joerg" "example.de")) ((NIL NIL "undisclosed-recipients" NIL)(NIL NIL NIL NIL)) NIL NIL NIL NIL))
S: d OK {any}
----
# BODYSTRUCTURE and BODY, twice
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b FETCH 2,4 BODYSTRUCTURE
S: * 2 FETCH (BODYSTRUCTURE ((("text" "plain" ("charset" "utf-8") NIL NIL "quoted-printable" 50 1 NIL NIL NIL NIL)("text" "html" ("charset" "utf-8") NIL NIL "7bit" 12 0 NIL NIL NIL NIL) "alternative" ("boundary" "inner") NIL NIL NIL)("application" "pdf" ("name" "report.pdf") NIL NIL "base64" 28 NIL ("attachment" ("filename" "report.pdf")) NIL NIL) "mixed" ("boundary" "outer") NIL NIL NIL))
S: * 4 FETCH (BODYSTRUCTURE (("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 9 0 NIL NIL NIL NIL)("message" "rfc822" NIL NIL NIL "7bit" 111 ("Tue, 14 Nov 2023 22:13:20 +0000" "inner" ((NIL NIL "ann" "example.org")) ((NIL NIL "ann" "example.org")) ((NIL NIL "ann" "example.org")) ((NIL NIL "bob" "example.net")) NIL NIL NIL NIL) ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 10 0 NIL NIL NIL NIL) 5 NIL NIL NIL NIL) "mixed" ("boundary" "b1") NIL NIL NIL))
S: b OK {any}
C: c FETCH 2 BODYSTRUCTURE
S: * 2 FETCH (BODYSTRUCTURE ((("text" "plain" ("charset" "utf-8") NIL NIL "quoted-printable" 50 1 NIL NIL NIL NIL)("text" "html" ("charset" "utf-8") NIL NIL "7bit" 12 0 NIL NIL NIL NIL) "alternative" ("boundary" "inner") NIL NIL NIL)("application" "pdf" ("name" "report.pdf") NIL NIL "base64" 28 NIL ("attachment" ("filename" "report.pdf")) NIL NIL) "mixed" ("boundary" "outer") NIL NIL NIL))
S: c OK {any}
C: d FETCH 2 (BODY UID)
S: * 2 FETCH (UID 2 BODY ((("text" "plain" ("charset" "utf-8") NIL NIL "quoted-printable" 50 1)("text" "html" ("charset" "utf-8") NIL NIL "7bit" 12 0) "alternative")("application" "pdf" ("name" "report.pdf") NIL NIL "base64" 28) "mixed"))
S: d OK {any}
C: e FETCH 3 FULL
S: * 3 FETCH (FLAGS () INTERNALDATE "15-Nov-2023 01:13:20 +0000" RFC822.SIZE 268 ENVELOPE {any} BODY ("text" "plain" ("charset" "iso-8859-1") NIL NIL "8bit" 17 1))
S: e OK {any}
