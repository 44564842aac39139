# SORT by each criterion (RFC 5256 section 3, RFC 5957)
maildir: bare
! file cur/1:2, Date: Mon, 6 Nov 2023 10:00:00 +0000{x0A}From: Zed <ann@a.org>{x0A}To: bob@b.org{x0A}Subject: beta{x0A}{x0A}xxxxxxxxx{x0A}
! file cur/2:2,S Date: Mon, 6 Nov 2023 11:30:00 +0200{x0A}From: carl@c.org{x0A}To: "Ann" <zoe@b.org>{x0A}Cc: x@y{x0A}Subject: Re: Alpha{x0A}{x0A}xx{x0A}
! file cur/3:2, From: Bea <Bob@a.org>, zzz@b.org{x0A}To: {x0A}Subject: [list] alpha{x0A}{x0A}{x0A}
! file cur/4:2,S Date: Sun, 5 Nov 2023 23:00:00 -0800{x0A}From: =?utf-8?q?=C3=A4da?= <dora@d.org>{x0A}To: g: a@b, c@d;{x0A}Cc: b@c{x0A}{x0A}xxxx{x0A}
! sh touch -d @1699260000 cur/1*; touch -d @1699230000 cur/2*; touch -d @1699220000 cur/3*; touch -d @1699250000 cur/4*
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b SORT (ARRIVAL) UTF-8 ALL
S: * SORT 3 2 4 1
S: b OK {any}
# sent date in UTC; without a Date it is INTERNALDATE (section 2.2)
C: b SORT (DATE) UTF-8 ALL
S: * SORT 3 4 2 1
S: b OK {any}
C: b SORT (SIZE) UTF-8 ALL
S: * SORT 3 1 2 4
S: b OK {any}
# base subjects; i;unicode-casemap; one that is missing is empty and first
C: b SORT (SUBJECT) UTF-8 ALL
S: * SORT 4 2 3 1
S: b OK {any}
# the mailbox of the first address
C: b SORT (FROM) UTF-8 ALL
S: * SORT 1 3 2 4
S: b OK {any}
C: b SORT (TO) US-ASCII ALL
S: * SORT 3 1 4 2
S: b OK {any}
C: b SORT (CC) UTF-8 ALL
S: * SORT 1 3 4 2
S: b OK {any}
# the display name, else mailbox@host (RFC 5957 section 3)
C: b SORT (DISPLAYFROM) UTF-8 ALL
S: * SORT 4 3 2 1
S: b OK {any}
C: b SORT (DISPLAYTO) UTF-8 ALL
S: * SORT 3 2 1 4
S: b OK {any}
# REVERSE turns one criterion; ties stay in the order of the mailbox
C: b SORT (REVERSE ARRIVAL) UTF-8 ALL
S: * SORT 1 4 2 3
S: b OK {any}
C: b SORT (REVERSE SUBJECT) UTF-8 ALL
S: * SORT 1 2 3 4
S: b OK {any}
C: b SORT (SUBJECT REVERSE DATE) UTF-8 ALL
S: * SORT 4 2 3 1
S: b OK {any}
C: b SORT (subject arrival) utf-8 all
S: * SORT 4 3 2 1
S: b OK {any}
C: b SORT (DATE REVERSE DATE) UTF-8 ALL
S: * SORT 3 4 2 1
S: b OK {any}
# only what is found; by UID; keys in a charset
C: b UID SORT (DATE) UTF-8 SEEN
S: * SORT 4 2
S: b OK {any}
C: b SORT (SUBJECT) US-ASCII TEXT "not in mailbox"
S: * SORT
S: b OK {any}
C: b SORT (DATE) ISO-8859-1 FROM {3+}
C: {xE4}da
S: * SORT 4
S: b OK {any}
----
# the same once more, from the index, and after it is gone
C: a SELECT INBOX
S>: a OK {any}
C: b SORT (SUBJECT) UTF-8 ALL
S: * SORT {v=any}
S: b OK {any}
C2: a SELECT INBOX
S2>: a OK {any}
C2: b SORT (SUBJECT) UTF-8 ALL
S2: * SORT {$v}
S2: b OK {any}
! rm roost.index
C3: a SELECT INBOX
S3>: a OK {any}
C3: b SORT (SUBJECT) UTF-8 ALL
S3: * SORT {$v}
S3: b OK {any}
----
# messages that are never opened twice: their files may be unreadable
C: a SELECT INBOX
S>: a OK {any}
C: b SORT (SUBJECT DATE FROM) UTF-8 ALL
S: * SORT {v=any}
S: b OK {any}
! sh chmod 0 cur/*
C: c SORT (SUBJECT DATE FROM) UTF-8 ALL
S: * SORT {$v}
S: c OK {any}
C: d THREAD REFERENCES UTF-8 ALL
S: * THREAD {any}
S: d OK {any}
----
# a message that is gone is in no answer; new ones are
maildir: few
C: a SELECT INBOX
S>: a OK {any}
C: b SORT (REVERSE ARRIVAL) UTF-8 ALL
S: * SORT 4 3 2 1
S: b OK {any}
! rm cur/1700000002*
C: b SORT (REVERSE ARRIVAL) UTF-8 ALL
S: * SORT 4 3 {any}
S: b OK {any}
C: b UID SORT (REVERSE ARRIVAL) UTF-8 ALL
S: * SORT 4 3 1
S*: * {any}
S>: b OK {any}
! deliver INBOX reply 1700000009.M1.x
C: c NOOP
S>: c OK {any}
C: d UID SORT (REVERSE ARRIVAL) UTF-8 ALL
S: * SORT 5 4 3 1
S: d OK {any}
----
# bad input (RFC 5256 section 3: BAD, and NO for a charset)
C: a SELECT INBOX
S>: a OK {any}
C: b SORT
S: b BAD {any}
C: b SORT DATE UTF-8 ALL
S: b BAD {any}
C: b SORT () UTF-8 ALL
S: b BAD {any}
C: b SORT (DATE UTF-8 ALL
S: b BAD {any}
C: b SORT (FOO) UTF-8 ALL
S: b BAD sort criterion expected
C: b SORT (REVERSE) UTF-8 ALL
S: b BAD {any}
C: b SORT (REVERSE REVERSE DATE) UTF-8 ALL
S: b BAD {any}
C: b SORT (DATE)
S: b BAD {any}
C: b SORT (DATE) UTF-8
S: b BAD {any}
C: b SORT (DATE) UTF-8 FOO
S: b BAD {any}
C: b SORT (DATE) UTF-8 ALL x
S: b BAD {any}
C: b SORT (DATE) X-UNKNOWN ALL
S: b NO [BADCHARSET (UTF-8 US-ASCII {any})] {any}
C: b SORT (DATE) UTF-8 ALL
S: * SORT 1 2 3 4
S: b OK {any}
C: c UNSELECT
S: c OK {any}
C: d SORT (DATE) UTF-8 ALL
S: d BAD {any}
