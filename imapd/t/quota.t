# QUOTA and QUOTAROOT over maildirsize (RFC 9208 sections 4.1.1, 4.1.2, 4.2)
maildir: folders
! file maildirsize 1048576S,100C{x0A}2049 7{x0A}
! sh touch -d '+1 min' maildirsize
S: * PREAUTH [CAPABILITY {any} QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE {any}
C: a GETQUOTAROOT INBOX
S: * QUOTAROOT INBOX ""
S: * QUOTA "" (STORAGE 3 1024 MESSAGE 7 100)
S: a OK {any}
C: b GETQUOTA ""
S: * QUOTA "" (STORAGE 3 1024 MESSAGE 7 100)
S: b OK {any}
C: c GETQUOTAROOT "not yet there"
S: * QUOTAROOT "not yet there" ""
S: * QUOTA "" (STORAGE 3 1024 MESSAGE 7 100)
S: c OK {any}
C: d GETQUOTAROOT Trash
S: * QUOTAROOT Trash
S: d OK {any}
C: e GETQUOTA "other"
S: e NO [NONEXISTENT] {any}
C: f GETQUOTA
S: f BAD {any}
C: f GETQUOTAROOT
S: f BAD {any}
C: f SETQUOTA "" (STORAGE 512)
S: f BAD {any}
C: g GETQUOTAROOT inbox
S: * QUOTAROOT INBOX ""
S: * QUOTA {any}
S: g OK {any}
----
# an administrator who sets one limit, or none (section 4.2.1: an empty list)
maildir: few
! file maildirsize 9C{x0A}100 4{x0A}
! sh touch -d '+1 min' maildirsize
S: * PREAUTH {any}
C: a GETQUOTA ""
S: * QUOTA "" (MESSAGE 4 9)
S: a OK {any}
! file maildirsize S{x0A}100 4{x0A}
! sh touch -d '+1 min' maildirsize
C: b GETQUOTA ""
S: * QUOTA "" ()
S: b OK {any}
! rm maildirsize
C: c GETQUOTA ""
S: c NO [NONEXISTENT] {any}
C: d GETQUOTAROOT INBOX
S: * QUOTAROOT INBOX
S: d OK {any}
----
# MESSAGE is exact, whatever others delete or deliver without a note (section 5.2)
maildir: folders
! file maildirsize 10000000S,100C{x0A}99999 77{x0A}
! sh touch -d '1 hour ago' maildirsize; touch cur
S: * PREAUTH {any}
C: a GETQUOTA ""
S: * QUOTA "" (STORAGE {was=num} 9765 MESSAGE 7 100)
S: a OK {any}
! sh find cur -name '1700000001*' -delete
C: b GETQUOTA ""
S: * QUOTA "" (STORAGE {num} 9765 MESSAGE 6 100)
S: b OK {any}
! deliver .Sent plain
! deliver INBOX plain
C: c GETQUOTAROOT Sent
S: * QUOTAROOT Sent ""
S: * QUOTA "" (STORAGE {num} 9765 MESSAGE 8 100)
S: c OK {any}
C: d APPEND Sent {2048+}
C: {x61*2048}
S: d OK {any}
C: e GETQUOTA ""
S: * QUOTA "" (STORAGE {num} 9765 MESSAGE 9 100)
S: e OK {any}
C: f SELECT INBOX
S>: f OK {any}
C: g MOVE 1 Trash
S>: g OK {any}
C: h GETQUOTA ""
S: * QUOTA "" (STORAGE {num} 9765 MESSAGE 8 100)
S: h OK {any}
C: i COPY 1:2 Sent
S>: i OK {any}
C: j GETQUOTA ""
S: * QUOTA "" (STORAGE {num} 9765 MESSAGE 10 100)
S: j OK {any}
C: k STORE 1 +FLAGS.SILENT \Deleted
S>: k OK {any}
C: l EXPUNGE
S>: l OK {any}
C: m GETQUOTA ""
S: * QUOTA "" (STORAGE {num} 9765 MESSAGE 9 100)
S: m OK {any}
----
# MULTIAPPEND is refused before what does not fit is sent, and leaves nothing (section 4.3.1 OVERQUOTA)
maildir: few
! file maildirsize 10000S,7C{x0A}1000 4{x0A}
! sh touch -d '+1 min' maildirsize
S: * PREAUTH {any}
C: a APPEND INBOX {10}
S: + {any}
C~: 0123456789
C: {x20}{20000}
S: a NO [OVERQUOTA] {any}
C: b APPEND INBOX {3+}
C: one {3+}
C: two {3+}
C: thr (\Deleted) {3+}
C: not {3}
S: b NO [OVERQUOTA] {any}
C: c STATUS INBOX (MESSAGES)
S: * STATUS INBOX (MESSAGES 4)
S: c OK {any}
! ls tmp =
C: d APPEND INBOX {3+}
C: one {3+}
C: two (\Deleted) {3+}
C: not {3+}
C: thr
S: d OK [APPENDUID 1700000000 5:8] {any}
C: e GETQUOTA ""
S: * QUOTA "" (STORAGE {num} 9 MESSAGE 7 7)
S: e OK {any}
----
# STATUS DELETED and DELETED-STORAGE (section 4.1.4)
maildir: few
! sh printf 'Subject: x\n\n12345\n' >cur/1700000009.z,S=18:2,ST; printf '123456789' >cur/1700000010.z:2,T
S: * PREAUTH {any}
C: a STATUS INBOX (MESSAGES DELETED DELETED-STORAGE)
S: * STATUS INBOX (MESSAGES 6 DELETED 2 DELETED-STORAGE 27)
S: a OK {any}
C: b LIST "" INBOX RETURN (STATUS (DELETED-STORAGE))
S: * LIST ({any}) "." INBOX
S: * STATUS INBOX (DELETED-STORAGE 27)
S: b OK {any}
----
# COPY, and MOVE into Trash, of messages whose names do not tell their sizes count their octets
maildir: folders
! sh printf '12345' >cur/1700000010.z:2,; printf '1234567' >cur/1700000011.z:2,
! sh printf '2000S\n300 5\n' >maildirsize
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b UID COPY 5:6 Sent
S: b OK {any}
! has maildirsize re: ^12 2 *$
C: c UID MOVE 6 Trash
S>: c OK {any}
! has maildirsize re: ^-7 -1 *$
C: d UID COPY 5 Trash
S: d OK {any}
C: e SELECT Trash
S>: e OK {any}
C: f UID MOVE 1 INBOX
S>: f OK {any}
! has maildirsize re: ^7 1 *$
# what is larger than the room that is left
! sh head -c 1900 /dev/zero | tr '\0' x >cur/1700000012.z:2,
! sh printf '2000S\n300 5\n' >maildirsize
C: g SELECT INBOX
S>: g OK {any}
C: h COPY * Sent
S: h NO [OVERQUOTA] {any}
