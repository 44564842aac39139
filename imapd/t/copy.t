# COPY keeps flags, keywords and dates (RFC 3501 section 6.4.7, RFC 4315 section 3)
maildir: keywords
S: * PREAUTH {any}
C: c CREATE dest
S: c OK {any}
C: a SELECT INBOX
S>: a OK {any}
C: b COPY 1,3 dest
S: b OK [COPYUID {num} 1,3 1:2] COPY done
C: d UID COPY 4 "dest"
S: d OK [COPYUID {num} 4 3] COPY done
C: e FETCH 1 INTERNALDATE
S: * 1 FETCH (INTERNALDATE {d=date})
S: e OK {any}
C: f SELECT dest
S>: * 3 EXISTS
S>: f OK {any}
C: g FETCH 1:* (FLAGS RFC822.SIZE)
S: * 1 FETCH (FLAGS (\Seen Work{any}) RFC822.SIZE {num})
S: * 2 FETCH (FLAGS (Work $Junk{any}) RFC822.SIZE {num})
S: * 3 FETCH (FLAGS (\Flagged{any}) RFC822.SIZE {num})
S: g OK {any}
C: h FETCH 1 INTERNALDATE
S: * 1 FETCH (INTERNALDATE {$d})
S: h OK {any}
----
# a copy into the same folder (RFC 3501 section 6.4.7)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b COPY 1:2 INBOX
S: * 6 EXISTS
S*: * {num} RECENT
S: b OK [COPYUID 1700000000 1:2 5:6] COPY done
C: c UID FETCH 1,5 FLAGS
S: * 1 FETCH (UID 1 FLAGS (\Seen))
S: * 5 FETCH (UID 5 FLAGS (\Seen{any}))
S: c OK {any}
----
# MOVE tells COPYUID, then EXPUNGE (RFC 6851 section 4.3)
maildir: folders
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b MOVE 2:3 Sent
S: * OK [COPYUID 1700000001 2:3 2:3] {any}
S: * 3 EXPUNGE
S: * 2 EXPUNGE
S: b OK {any}
C: c UID MOVE 4 Sent
S: * OK [COPYUID 1700000001 4 4] {any}
S: * 2 EXPUNGE
S: c OK {any}
C: d UID FETCH 1:* FLAGS
S: * 1 FETCH (UID 1 FLAGS (\Seen))
S: d OK {any}
C: e STATUS Sent (MESSAGES)
S: * STATUS Sent (MESSAGES 4)
S: e OK {any}
----
# MOVE into the selected folder itself (RFC 6851 section 3.3)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b MOVE 1 INBOX
S: * OK [COPYUID 1700000000 1 5] {any}
S: * 1 EXPUNGE
S: * 4 EXISTS
S*: * {num} RECENT
S: b OK {any}
C: c UID SEARCH ALL
S: * SEARCH 2 3 4 5
S: c OK {any}
----
# COPY and MOVE that cannot be
maildir: folders
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: a COPY 1 nowhere
S: a NO [TRYCREATE] {any}
C: a MOVE 1 nowhere
S: a NO [TRYCREATE] {any}
C: a UID COPY 99 nowhere
S: a NO [TRYCREATE] {any}
C: a COPY 1 a..b
S: a NO [CANNOT] {any}
C: a COPY 9 Sent
S: a BAD no such message number
C: a MOVE 0 Sent
S: a BAD {any}
C: a COPY 1
S: a BAD {any}
C: a COPY Sent
S: a BAD {any}
C: a COPY 1 Sent x
S: a BAD {any}
C: a UID COPY 99 Sent
S: a OK {any}
C: a UID MOVE 99:100 Sent
S: a OK {any}
C: b NOOP
S: b OK {any}
----
# EXAMINE allows COPY (RFC 3501 section 6.3.2)
maildir: folders
S: * PREAUTH {any}
C: a EXAMINE INBOX
S>: a OK {any}
C: b COPY 1 Sent
S: b OK [COPYUID {any}] {any}
----
# a COPY that cannot copy all copies none (RFC 3501 section 6.4.7)
maildir: folders
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
! sh rm -f `ls -d cur/* | head -2 | tail -1`
C: b COPY 1:3 Sent
S>: b NO [EXPUNGEISSUED] {any}
C: e STATUS Sent (MESSAGES)
S: * STATUS Sent (MESSAGES 1)
S: e OK {any}
----
# a folder on another file system: copied, not linked
maildir: folders
! sh d=`mktemp -d /dev/shm/roost.XXXXXX`; mkdir $d/cur $d/new $d/tmp; ln -s $d .Far
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: a FETCH 1:2 (INTERNALDATE RFC822.SIZE FLAGS)
S: * 1 FETCH (INTERNALDATE {d=date} RFC822.SIZE {n=num} FLAGS ({f=any}))
S: * 2 FETCH (INTERNALDATE {e=date} {any}
S: a OK {any}
C: b COPY 1 Far
S: b OK [COPYUID {num} 1 1] COPY done
C: c MOVE 2:3 Far
S: * OK [COPYUID {num} 2:3 2:3] {any}
S: * 3 EXPUNGE
S: * 2 EXPUNGE
S: c OK {any}
C: s SELECT Far
S>: * 3 EXISTS
S>: s OK {any}
C: a FETCH 1 (INTERNALDATE RFC822.SIZE FLAGS)
S: * 1 FETCH (INTERNALDATE {$d} RFC822.SIZE {$n} FLAGS ({$f}))
S: a OK {any}
C: a FETCH 2 INTERNALDATE
S: * 2 FETCH (INTERNALDATE {$e})
S: a OK {any}
C: m MOVE 1:3 INBOX
S: * OK [COPYUID {num} 1:3 5:7] {any}
S>: m OK {any}
C: t STATUS INBOX (MESSAGES)
S: * STATUS INBOX (MESSAGES 5)
S: t OK {any}
! sh rmdir .Far/cur .Far/tmp && test `ls cur | grep -c :2,` = 5 && rm -r `readlink .Far` && rm .Far
