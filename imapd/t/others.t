# quota is enforced where there is one (RFC 5530 OVERQUOTA)
maildir: folders
! file maildirsize 3000S,8C{x0A}2900 7{x0A}
S: * PREAUTH {any}
C: a APPEND INBOX {200+}
C~: {x61*200}{x0D}{x0A}
S: a NO [OVERQUOTA] {any}
C: b SELECT INBOX
S>: * 4 EXISTS
S>: b OK {any}
C: c COPY 1:4 Sent
S: c NO [OVERQUOTA] {any}
C: d STATUS Sent (MESSAGES)
S: * STATUS Sent (MESSAGES 1)
S: d OK {any}
C: e STORE 1 +FLAGS.SILENT (\Deleted)
S: e OK {any}
C: f EXPUNGE
S: * 1 EXPUNGE
S: f OK {any}
! ls tmp =
----
# another UIDVALIDITY under a selected mailbox ends the session (RFC 3501 section 2.3.1.1)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
! pause 50
! sh printf '3 V1800000000 N9 G0123456789abcdef0123456789abcdef\n8 :1700000001.M1P7.example\n' >x && mv x dovecot-uidlist
! deliver INBOX plain
C: b NOOP
S: * BYE {any}
S: b OK {any}
! end 1
L: imapd: end {any} reason=folder-replaced
----
# what other software does to flags is told (Dovecot, mutt, mbsync)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
! flags INBOX 1700000001 FS
! flags INBOX 1700000003 ST
C: b NOOP
S: * 1 FETCH (FLAGS (\Flagged \Seen))
S: * 3 FETCH (FLAGS (\Deleted \Seen))
S: b OK {any}
----
# another's new keyword is told before the flags that have it
maildir: keywords
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
! add dovecot-keywords 3 Fresh{x0A}
! flags INBOX 1700000002 RSd
C: b NOOP
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded Work $Junk Fresh)
S: * OK [PERMANENTFLAGS {any}
S: * 2 FETCH (FLAGS (\Answered \Seen Fresh))
S: b OK {any}
----
# a folder that another session renames away ends with BYE (RFC 2180 section 3.3)
maildir: folders
S: * PREAUTH {any}
S2: * PREAUTH {any}
C: a SELECT Sent
S>: a OK {any}
C2: a RENAME Sent Sent2
S2: a OK {any}
C: b NOOP
S: * BYE {any}
S: b OK {any}
! end 1
----
# a half-made Maildir is made whole (missing new/ and tmp/)
maildir: few
! sh rmdir new tmp
S: * PREAUTH {any}
C: a SELECT INBOX
S>: * 4 EXISTS
S>: a OK [READ-WRITE] {any}
C: b APPEND INBOX {5+}
C: hello
S: * 5 EXISTS
S*: * {num} RECENT
S: b OK {any}
----
# a torn control file costs UIDs at worst, never a message
maildir: few
! sh printf 'garbage' >dovecot-uidlist
S: * PREAUTH {any}
C: a SELECT INBOX
S>: * 4 EXISTS
S>: a OK {any}
C: b FETCH 1:* FLAGS
S: * 1 FETCH (FLAGS ({any}))
S: * 2 FETCH (FLAGS ({any}))
S: * 3 FETCH (FLAGS ({any}))
S: * 4 FETCH (FLAGS ({any}))
S: b OK {any}
----
# the selected folder is renamed by others, another takes its name
maildir: folders
S: * PREAUTH {any}
C: a SELECT Sent
S>: a OK {any}
C: a2 APPEND Sent {2+}
C: hi
S>: a2 OK {any}
! sh cat .Sent/dovecot-uidlist >../x1; mv .Sent .Old; mkdir .Sent .Sent/tmp .Sent/new .Sent/cur; echo hi >.Sent/new/123.x.y
C: c NOOP
S: * BYE {any}
S: c OK {any}
! sh cmp .Old/dovecot-uidlist ../x1
