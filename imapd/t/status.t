# STATUS of folders that are not selected, and of one that is (RFC 3501 section 6.3.10)
maildir: folders
S: * PREAUTH {any}
C: a STATUS INBOX (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)
S: * STATUS INBOX (MESSAGES 4 RECENT 0 UIDNEXT 5 UIDVALIDITY 1700000000 UNSEEN 2)
S: a OK {any}
C: b STATUS Archive.2023 (unseen messages)
S: * STATUS Archive.2023 (MESSAGES 2 UNSEEN {num})
S: b OK {any}
C: c SELECT INBOX
S>: c OK {any}
! deliver INBOX plain
C: d STATUS inbox (MESSAGES UIDNEXT)
S: * STATUS INBOX (MESSAGES 5 UIDNEXT 6)
S: * 5 EXISTS
S: * 1 RECENT
S: d OK {any}
----
# new mail is counted without being taken (RFC 3501 section 6.3.10)
maildir: new
S: * PREAUTH {any}
C: a STATUS INBOX (MESSAGES RECENT UNSEEN)
S: * STATUS INBOX (MESSAGES 6 RECENT 2 UNSEEN 4)
S: a OK {any}
! exists new/1700000005*
----
# malformed and impossible STATUS
S: * PREAUTH {any}
C: a STATUS INBOX
S: a BAD {any}
C: a STATUS INBOX ()
S: a BAD {any}
C: a STATUS INBOX MESSAGES
S: a BAD {any}
C: a STATUS INBOX (FOO)
S: a BAD {any}
C: a STATUS INBOX (MESSAGES) x
S: a BAD {any}
C: a STATUS INBOX (MESSAGES
S: a BAD {any}
C: a STATUS nowhere (MESSAGES)
S: a NO [NONEXISTENT] {any}
C: a STATUS a..b (MESSAGES)
S: a NO [CANNOT] {any}
