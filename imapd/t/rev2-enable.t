# ENABLE IMAP4rev2 (RFC 9051 section 6.3.1)
S: * PREAUTH [CAPABILITY {caps=any}] Roost ready
C: a ENABLE IMAP4rev2
S: * ENABLED IMAP4rev2
S: a OK {any}
# the capabilities stay the same, and they name IMAP4rev2 (7.2.2)
C: b CAPABILITY
S: * CAPABILITY {$caps}
S: b OK {any}
# names that are not known, or not for ENABLE, are ignored; a response comes
C: c ENABLE X-GOOD-IDEA UIDPLUS
S: * ENABLED
S: c OK {any}
C: d ENABLE x imap4REV2 y imap4rev2
S: * ENABLED IMAP4rev2
S: d OK {any}
C: e ENABLE
S: e BAD {any}
C: f ENABLE "IMAP4rev2"
S: f BAD {any}
----
# both revisions are named, and IMAP4rev1 is spoken until IMAP4rev2 is enabled (RFC 9051 section 7.2.2, appendix A)
maildir: new
S: * PREAUTH [CAPABILITY IMAP4rev1 IMAP4rev2 {any}] {any}
C: a ENABLE X-NONE
S: * ENABLED
S: a OK {any}
C: b SELECT INBOX
S: * FLAGS {any}
S: * OK [PERMANENTFLAGS {any}
S: * 6 EXISTS
S: * 2 RECENT
S: * OK [UNSEEN 3] {any}
S: * OK [UIDVALIDITY 1700000000] {any}
S: * OK [UIDNEXT 7] {any}
S: * OK [MAILBOXID ({any})] {any}
S: * OK [HIGHESTMODSEQ {num}] {any}
S: b OK [READ-WRITE] {any}
C: c SEARCH UNSEEN
S: * SEARCH 3 4 5 6
S: c OK {any}
C: d FETCH 6 FLAGS
S: * 6 FETCH (FLAGS (\Recent))
S: d OK {any}
C: e SELECT INBOX
S: * OK [CLOSED] {any}
S: * FLAGS {any}
S>: e OK {any}
----
# a command that ENABLE is pipelined with has the new rules (RFC 9051 section 6.3.1)
pipeline: yes
S: * PREAUTH {any}
C: a ENABLE IMAP4rev2
C: b SELECT INBOX
C: c SEARCH 2
S: * ENABLED IMAP4rev2
S: a OK {any}
S: * LIST {any} "." INBOX
S>: b OK {any}
S: * ESEARCH (TAG "c") ALL 2
S: c OK {any}
----
# what IMAP4rev2 took away is still understood (RFC 9051 appendix A)
maildir: new
S: * PREAUTH {any}
C: a ENABLE IMAP4rev2
S>: a OK {any}
C: b STATUS INBOX (MESSAGES RECENT)
S: * STATUS INBOX (MESSAGES 6 RECENT 2)
S: b OK {any}
C: c SELECT INBOX
S>: c OK {any}
C: d CHECK
S: d OK {any}
C: e FETCH 5 (RFC822.HEADER)
S: * 5 FETCH (RFC822.HEADER {any}
S>: e OK {any}
C: f SEARCH RECENT
S: * ESEARCH (TAG "f") ALL 5:6
S: f OK {any}
C: g LSUB "" INBOX
S: g OK {any}
