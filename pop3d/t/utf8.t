# without UTF8, header fields are sent in ASCII (RFC 6856 section 2.1, RFC 6858)
maildir: bare
! file cur/1.a:2, From: J{xC3}{xB6}rg <j@example.de>{x0A}To: {xC3}{xBC}@example.org{x0A}Subject: gr{xC3}{xBC}n{x0A}X-Note: {xC3}{xBC}{x0A}Date: Tue, 14 Nov 2023 22:13:20 +0000{x0A}{x0A}K{xC3}{xB6}rper{x0A}
S: +OK 1 message
C: RETR 1
S: +OK message follows
S: From: =?utf-8?B?SsO2cmc=?= <j@example.de>
S: To: =?utf-8?B?w7xAZXhhbXBsZS5vcmc=?= <invalid@internationalized-address.invalid>
S: Subject: =?utf-8?B?Z3LDvG4=?=
S: Date: Tue, 14 Nov 2023 22:13:20 +0000
S:
S: K{xC3}{xB6}rper
S: .
C: TOP 1 0
S: +OK {any}
S: From: =?utf-8?B?SsO2cmc=?= <j@example.de>
S: To: =?utf-8?B?w7xAZXhhbXBsZS5vcmc=?= <invalid@internationalized-address.invalid>
S: Subject: =?utf-8?B?Z3LDvG4=?=
S: Date: Tue, 14 Nov 2023 22:13:20 +0000
S:
S: .
C: QUIT
S: +OK {any}
----
# the headers of parts, too; the rest of the message stays as it is
maildir: bare
! file cur/1.a:2, Content-Type: multipart/mixed; boundary=b{x0A}{x0A}pr{xE4}{x0A}--b{x0A}Content-Type: a/b; name="{xC3}{xBC}.pdf"{x0A}{x0A}Subject: {xC3}{xBC}{x0A}--b{x0A}Content-Type: message/rfc822{x0A}{x0A}Subject: {xC3}{xBC}{x0A}{x0A}.{xFC}{x0A}--b--{x0A}
S: +OK 1 message
C: RETR 1
S: +OK message follows
S: Content-Type: multipart/mixed; boundary=b
S:
S: pr{xE4}
S: --b
S: Content-Type: a/b;
S:  name*=utf-8''%C3%BC.pdf
S:
S: Subject: {xC3}{xBC}
S: --b
S: Content-Type: message/rfc822
S:
S: Subject: =?utf-8?B?w7w=?=
S:
S: ..{xFC}
S: --b--
S: .
C: TOP 1 4
S: +OK {any}
S>:
S: pr{xE4}
S: --b
S: Content-Type: a/b;
S:  name*=utf-8''%C3%BC.pdf
S: .
C: QUIT
S: +OK {any}
----
# after UTF8 messages are sent as they are
maildir: bare
env: ROOST_POP3_UTF8=1
! file cur/1.a:2, Subject: gr{xC3}{xBC}n{x0A}{x0A}x{x0A}
S: +OK 1 message
C: RETR 1
S: +OK {any}
S: Subject: gr{xC3}{xBC}n
S:
S: x
S: .
----
# POP3_8BIT=as-is sends them so to everyone
maildir: bare
env: POP3_8BIT=as-is
! file cur/1.a:2, Subject: gr{xFC}n{x0A}{x0A}x{x0A}
S: +OK 1 message
C: RETR 1
S: +OK {any}
S: Subject: gr{xFC}n
S:
S: x
S: .
----
# POP3_8BIT=refuse (RFC 6856 section 5)
maildir: bare
env: POP3_8BIT=refuse
! file cur/1.a:2, Subject: gr{xC3}{xBC}n{x0A}{x0A}x{x0A}
! file cur/2.a:2, Subject: green{x0A}{x0A}{xC3}{xBC}{x0A}
S: +OK 2 messages
C: RETR 1
S: -ERR [UTF8] {any}
C: TOP 1 0
S: -ERR [UTF8] {any}
C: RETR 2
S: +OK {any}
S>: .
C: QUIT
S: +OK {any}
