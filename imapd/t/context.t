# UPDATE of SEARCH: three sessions on one folder (RFC 5267 section 4.3)
maildir: few
S: * PREAUTH [CAPABILITY {any} CONTEXT=SEARCH CONTEXT=SORT {any}
C: a SELECT INBOX
S>: a OK {any}
C2: a SELECT INBOX
S2>: a OK {any}
C3: a SELECT INBOX
S3>: a OK {any}
C: B01 UID SEARCH RETURN (UPDATE COUNT) SEEN
S: * ESEARCH (TAG "B01") UID COUNT 2
S: B01 OK {any}
C: B02 SEARCH RETURN (UPDATE ALL) UNSEEN
S: * ESEARCH (TAG "B02") ALL 3:4
S: B02 OK {any}
# a tag that is in use is refused, and has no effect
C: B01 SORT RETURN (UPDATE) (DATE) UTF-8 FLAGGED
S: B01 BAD {any}
C: B01 SEARCH RETURN (UPDATE) FLAGGED
S: B01 BAD {any}
# flags that another session changes
C2: b STORE 3 +FLAGS (\Seen)
S2>: b OK {any}
C: c NOOP
S: * 3 FETCH (FLAGS (\Seen))
S: * ESEARCH (TAG "B01") UID ADDTO (0 3)
S: * ESEARCH (TAG "B02") REMOVEFROM (0 3)
S: c OK {any}
# flags that this one changes
C: d STORE 1:2 -FLAGS.SILENT (\Seen)
S*: * {any} FETCH {any}
S: * ESEARCH (TAG "B01") UID REMOVEFROM (0 1:2)
S: * ESEARCH (TAG "B02") ADDTO (0 1:2)
S: d OK {any}
# a change that changes no result
C3: b STORE 4 +FLAGS (\Answered)
S3>: b OK {any}
C: e NOOP
S: * 4 FETCH (FLAGS {any})
S: e OK {any}
# expunged: told before the number goes, here while it may not go yet
C2: d STORE 3 +FLAGS (\Deleted)
S2>: d OK {any}
C2: d EXPUNGE
S2>: d OK {any}
C: f FETCH 1 UID
S: * 1 FETCH (UID 1)
S: * ESEARCH (TAG "B01") UID REMOVEFROM (0 3)
S*: * 3 FETCH {any}
S: f OK {any}
C: g NOOP
S: * 3 EXPUNGE
S*: * {num} RECENT
S: g OK {any}
C3: d STORE 1 +FLAGS (\Deleted)
S3>: d OK {any}
C3: d EXPUNGE
S3>: d OK {any}
C: h NOOP
S: * ESEARCH (TAG "B02") REMOVEFROM (0 1)
S: * 1 EXPUNGE
S: h OK {any}
# delivered: after EXISTS, with the number that it then has
! deliver INBOX reply 1700000009.M1.x
C: i NOOP
S: * 3 EXISTS
S: * 1 RECENT
S*: * {any} FETCH {any}
S: * ESEARCH (TAG "B02") ADDTO (0 3)
S: i OK {any}
# in IDLE
C2: j NOOP
S2>: j OK {any}
C: j IDLE
S: + idling
C2: k STORE 1 +FLAGS (\Seen)
S2>: k OK {any}
S: * {num} FETCH {any}
S: * ESEARCH (TAG "B01") UID ADDTO (0 2)
S: * ESEARCH (TAG "B02") REMOVEFROM (0 1)
C: DONE
S: j OK {any}
# CANCELUPDATE (section 4.3.5)
C: l CANCELUPDATE "B01" "B02"
S: l OK {any}
C2: l STORE 1 -FLAGS (\Seen)
S2>: l OK {any}
C: m NOOP
S: * {num} FETCH {any}
S: m OK {any}
C: m CANCELUPDATE "B01"
S: m NO {any}
C: m CANCELUPDATE B01
S: m BAD {any}
C: m CANCELUPDATE
S: m BAD {any}
C: m CANCELUPDATE "B01" x
S: m BAD {any}
----
# UPDATE of SORT: positions in order (RFC 5267 sections 4.3.3, 4.3.4)
maildir: bare
! file cur/1:2, Subject: delta{x0A}{x0A}
! file cur/2:2, Subject: beta{x0A}{x0A}
! file cur/3:2, Subject: echo{x0A}{x0A}
! file cur/4:2,S Subject: alpha{x0A}{x0A}
! file cur/5:2,S Subject: charlie{x0A}{x0A}
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C2: a SELECT INBOX
S2>: a OK {any}
C: B02 UID SORT RETURN (UPDATE ALL) (SUBJECT) UTF-8 UNSEEN
S: * ESEARCH (TAG "B02") UID ALL 2,1,3
S: B02 OK {any}
C: B03 SORT RETURN (UPDATE COUNT) (REVERSE SUBJECT) UTF-8 ALL
S: * ESEARCH (TAG "B03") COUNT 5
S: B03 OK {any}
C2: b STORE 4:5 -FLAGS (\Seen)
S2>: b OK {any}
C: c NOOP
S: * 4 FETCH {any}
S: * 5 FETCH {any}
S: * ESEARCH (TAG "B02") UID ADDTO (1 4 3 5)
S: c OK {any}
# 4 2 5 1 3; from the last to the first, so that positions stay right
C2: b STORE 1:2,5 +FLAGS (\Seen)
S2>: b OK {any}
C: c NOOP
S: * 1 FETCH {any}
S: * 2 FETCH {any}
S: * 5 FETCH {any}
S: * ESEARCH (TAG "B02") UID REMOVEFROM (2 2,5,1)
S: c OK {any}
C2: b STORE 4,3 +FLAGS (\Seen)
S2>: b OK {any}
C: c NOOP
S: * 3 FETCH {any}
S: * 4 FETCH {any}
S: * ESEARCH (TAG "B02") UID REMOVEFROM (1 4,3)
S: c OK {any}
# new mail goes to its place; numbers follow EXISTS
! file new/6 Subject: bravo{x0A}{x0A}
C: c NOOP
S: * 6 EXISTS
S: * 1 RECENT
S*: * 6 FETCH {any}
S: * ESEARCH (TAG "B02") UID ADDTO (1 6)
S: * ESEARCH (TAG "B03") ADDTO (4 6)
S: c OK {any}
C2: d STORE 1,5 +FLAGS (\Deleted)
S2>: d OK {any}
C2: d EXPUNGE
S2>: d OK {any}
C: e NOOP
S: * ESEARCH (TAG "B03") REMOVEFROM (2 1,5)
S: * 5 EXPUNGE
S: * 1 EXPUNGE
S*: * {any} FETCH {any}
S: e OK {any}
----
# limits and ends of contexts
maildir: few
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
# message numbers are those of the time of the command (section 4.3)
C: N1 UID SEARCH RETURN (UPDATE ALL) 2 SEEN
S: * ESEARCH (TAG "N1") UID ALL 2
S: N1 OK {any}
# UIDs and keywords are looked up again
C: N2 UID SEARCH RETURN (UPDATE ALL) UID 4:100 UNKEYWORD Work
S: * ESEARCH (TAG "N2") UID ALL 4
S: N2 OK {any}
! rm cur/1700000001*
C: b UID SEARCH 1:2
S: * SEARCH {any}
S*: * {any}
S: b OK {any}
C: c STORE 1:2 -FLAGS.SILENT (\Seen)
S*: * {any} FETCH {any}
S: * ESEARCH (TAG "N1") UID REMOVEFROM (0 2)
S: c NO [EXPUNGEISSUED] {any}
! deliver INBOX reply 1700000009.M1.x
C: d NOOP
S>: * ESEARCH (TAG "N2") UID ADDTO (0 5)
S: d OK {any}
C: e STORE 3 +FLAGS (Work)
S>: * ESEARCH (TAG "N2") UID REMOVEFROM (0 4)
S: e OK {any}
# CONTEXT is a hint; MIN tells nothing of what is updated
C: f SEARCH RETURN (CONTEXT COUNT) ALL
S: * ESEARCH (TAG "f") COUNT 4
S: f OK {any}
C: N3 SEARCH RETURN (UPDATE MIN) FLAGGED
S: * ESEARCH (TAG "N3") MIN 3
S: N3 OK {any}
C: g STORE 1,4 +FLAGS.SILENT (\Flagged)
S*: * {any} FETCH {any}
S: * ESEARCH (TAG "N3") ADDTO (0 1,4)
S: g OK {any}
# another mailbox, or the same one again: no updates
C: h SELECT INBOX
S>: h OK {any}
C: i STORE 1 -FLAGS.SILENT (\Flagged)
S*: * {any} FETCH {any}
S: i OK {any}
C: N3 SEARCH RETURN (UPDATE COUNT) FLAGGED
S: * ESEARCH (TAG "N3") COUNT 2
S: N3 OK {any}
----
# too many (section 4.3.1): NOUPDATE, and the other options all the same
maildir: few
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: c1 SEARCH RETURN (UPDATE COUNT) ALL
S>: c1 OK {any}
C: c2 SEARCH RETURN (UPDATE COUNT) ALL
S>: c2 OK {any}
C: c3 SEARCH RETURN (UPDATE COUNT) ALL
S>: c3 OK {any}
C: c4 SEARCH RETURN (UPDATE COUNT) ALL
S>: c4 OK {any}
C: c5 SEARCH RETURN (UPDATE COUNT) ALL
S>: c5 OK {any}
C: c6 SEARCH RETURN (UPDATE COUNT) ALL
S>: c6 OK {any}
C: c7 SEARCH RETURN (UPDATE COUNT) ALL
S>: c7 OK {any}
C: c8 SEARCH RETURN (UPDATE COUNT) ALL
S>: c8 OK {any}
C: c9 SEARCH RETURN (UPDATE COUNT) ALL
S>: c9 OK {any}
C: d1 SEARCH RETURN (UPDATE COUNT) ALL
S>: d1 OK {any}
C: d2 SEARCH RETURN (UPDATE COUNT) ALL
S>: d2 OK {any}
C: d3 SEARCH RETURN (UPDATE COUNT) ALL
S>: d3 OK {any}
C: d4 SEARCH RETURN (UPDATE COUNT) ALL
S>: d4 OK {any}
C: d5 SEARCH RETURN (UPDATE COUNT) ALL
S>: d5 OK {any}
C: d6 SEARCH RETURN (UPDATE COUNT) ALL
S>: d6 OK {any}
C: d7 SEARCH RETURN (UPDATE COUNT) ALL
S: * ESEARCH (TAG "d7") COUNT 4
S: d7 OK {any}
C: d8 UID SORT RETURN (UPDATE COUNT) (DATE) UTF-8 ALL
S: * ESEARCH (TAG "d8") UID COUNT 4
S: * NO [NOUPDATE "d8"] {any}
S: d8 OK {any}
C: e CANCELUPDATE "d7"
S: e OK {any}
C: d9 SEARCH RETURN (UPDATE COUNT) ALL
S: * ESEARCH (TAG "d9") COUNT 4
S: d9 OK {any}
----
# PARTIAL of SORT (section 4.4), in the order of the sort
maildir: many
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: A02 UID SORT RETURN (PARTIAL 1:3) (REVERSE ARRIVAL) UTF-8 ALL
S: * ESEARCH (TAG "A02") UID PARTIAL (1:3 200,199,198)
S: A02 OK {any}
C: A03 UID SORT RETURN (PARTIAL 199:300) (REVERSE ARRIVAL) UTF-8 ALL
S: * ESEARCH (TAG "A03") UID PARTIAL (199:300 2,1)
S: A03 OK {any}
C: A04 UID SORT RETURN (PARTIAL 201:300 COUNT) (ARRIVAL) UTF-8 ALL
S: * ESEARCH (TAG "A04") UID PARTIAL (201:300 NIL) COUNT 200
S: A04 OK {any}
C: A05 UID SORT RETURN (PARTIAL 3:1 UPDATE) (ARRIVAL) UTF-8 ALL
S: * ESEARCH (TAG "A05") UID PARTIAL (3:1 1:3)
S: A05 OK {any}
C: A06 UID SORT RETURN (PARTIAL 1:3 ALL) (ARRIVAL) UTF-8 ALL
S: A06 BAD {any}
C: A07 UID SORT RETURN (PARTIAL 1:3 PARTIAL 4:5) (ARRIVAL) UTF-8 ALL
S: A07 BAD {any}
C: A08 UID SORT RETURN (PARTIAL 0:3) (ARRIVAL) UTF-8 ALL
S: A08 BAD {any}
C: A09 UID SORT RETURN (PARTIAL 1:*) (ARRIVAL) UTF-8 ALL
S: A09 BAD {any}
