# UPDATE with FETCH items: EXISTS, FETCH, then ADDTO (RFC 5465 section 7)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: a00 SEARCH RETURN (COUNT UPDATE (UID BODY[HEADER.FIELDS (SUBJECT)])) FROM "ann"
S: * ESEARCH (TAG "a00") COUNT {n=num}
S: a00 OK {any}
C: b NOTIFY SET (selected (MessageNew (UID FLAGS) MessageExpunge FlagChange))
S: b OK {any}
# one FETCH with the items of both, none twice
! deliver INBOX plain 1700000011.x
S: * 5 EXISTS
S: * 1 RECENT
S: * 5 FETCH (UID 5 FLAGS (\Recent) BODY[HEADER.FIELDS (SUBJECT)] {28}
S: Subject: lunch on friday
S: 
S: )
S: * ESEARCH (TAG "a00") ADDTO (0 5)
# a message that it does not find: the items of NOTIFY alone
! deliver INBOX reply 1700000012.x
S: * 6 EXISTS
S: * 2 RECENT
S: * 6 FETCH (UID 6 FLAGS (\Recent))
# gone: REMOVEFROM
! rm cur/1700000011*
S: * ESEARCH (TAG "a00") REMOVEFROM (0 5)
S: * 5 EXPUNGE
S: * 1 RECENT
# FETCH of a changed flag before ESEARCH, and no items for it (sections 5.1, 7)
C: c SEARCH RETURN (COUNT UPDATE (UID ENVELOPE)) FLAGGED
S: * ESEARCH (TAG "c") COUNT {num}
S: c OK {any}
! flags INBOX 1700000003 FS
S: * 3 FETCH (UID 3 FLAGS (\Flagged \Seen))
S: * ESEARCH (TAG "c") ADDTO (0 3)
----
# without items in UPDATE the FETCH of NOTIFY follows the ADDTO (section 5.2)
maildir: few
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: a00 UID SORT RETURN (COUNT UPDATE) (ARRIVAL) UTF-8 ALL
S: * ESEARCH (TAG "a00") UID COUNT 4
S: a00 OK {any}
C: b NOTIFY SET (selected (MessageNew (UID) MessageExpunge))
S: b OK {any}
! deliver INBOX plain 1700000011.x
S: * 5 EXISTS
S: * 1 RECENT
S: * ESEARCH (TAG "a00") UID ADDTO (5 5)
S: * 5 FETCH (UID 5)
# SORT takes items, too; without NOTIFY they come with the next command
C: c NOTIFY NONE
S: c OK {any}
C2: a SELECT INBOX
S2>: a OK {any}
C2: b SORT RETURN (UPDATE (UID FLAGS)) (ARRIVAL) UTF-8 ALL
S2*: * ESEARCH {any}
S2: b OK {any}
! deliver INBOX plain 1700000012.x
C2: c NOOP
S2: * 6 EXISTS
S2: * 1 RECENT
S2: * 6 FETCH (UID 6 FLAGS (\Recent))
S2: * ESEARCH (TAG "b") ADDTO (6 6)
S2: c OK {any}
C2: d SEARCH RETURN (UPDATE (NOTHING)) ALL
S2: d BAD {any}
# a search does not lose what NOTIFY kept back
C: d NOTIFY SET (selected (MessageNew MessageExpunge))
S: * 6 EXISTS
S*: * {num} RECENT
S: * ESEARCH (TAG "a00") UID ADDTO (6 6)
S: d OK {any}
