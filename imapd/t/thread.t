# THREAD (RFC 5256 section 3)
maildir: bare
! file cur/1:2, Date: Mon, 6 Nov 2023 10:00:00 +0000{x0A}Message-ID: <1@x>{x0A}Subject: one{x0A}{x0A}
! file cur/2:2, Date: Mon, 6 Nov 2023 11:00:00 +0000{x0A}Message-ID: <2@x>{x0A}References: <1@x>{x0A}Subject: Re: one{x0A}{x0A}
! file cur/3:2, Date: Mon, 6 Nov 2023 12:00:00 +0000{x0A}Message-ID: <3@x>{x0A}In-Reply-To: Your <"1"@x> of <2@x>{x0A}Subject: Re: one{x0A}{x0A}
! file cur/4:2, Date: Mon, 6 Nov 2023 13:00:00 +0000{x0A}Message-ID: <4@x>{x0A}References: <1@x>{x0A} <2@x>{x0A}Subject: other{x0A}{x0A}
! file cur/5:2,S Date: Mon, 6 Nov 2023 09:00:00 +0000{x0A}Message-ID: <5@x>{x0A}References: <lost@x>{x0A}Subject: Re: lost{x0A}{x0A}
! file cur/6:2,S Date: Mon, 6 Nov 2023 08:00:00 +0000{x0A}Message-ID: <6@x>{x0A}References: <lost@x>{x0A}Subject: Re: lost{x0A}{x0A}
! file cur/7:2, Date: Mon, 6 Nov 2023 14:00:00 +0000{x0A}Message-ID: <7@x>{x0A}Subject: Fwd: One{x0A}{x0A}
! sh n=0; for f in 7 1 2 3 4 6 5; do n=$((n+1)); touch -d @169922000$n cur/$f:*; done
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
# answers below what they answer, siblings by sent date, a lost parent's
# children together, a reply without references below its subject
C: b THREAD REFERENCES UTF-8 ALL
S: * THREAD ((6)(5))(1 (2 4)(3)(7))
S: b OK {any}
# the first of each subject and its children; no grandchildren
C: b THREAD ORDEREDSUBJECT UTF-8 ALL
S: * THREAD (6 5)(1 (2)(3)(7))(4)
S: b OK {any}
# REFS knows no subjects; the thread with the newest arrival is the last
C: b THREAD REFS UTF-8 ALL
S: * THREAD (7)(1 (2 4)(3))((6)(5))
S: b OK {any}
# threads of what is found only: the parent of 2 is not among it
C: b UID THREAD REFERENCES US-ASCII 2:4
S: * THREAD ((2 4)(3))
S: b OK {any}
C: b THREAD REFERENCES UTF-8 SEEN SUBJECT "lost"
S: * THREAD ((6)(5))
S: b OK {any}
C: b THREAD REFERENCES US-ASCII TEXT "gewp"
S: * THREAD
S: b OK {any}
----
# ids, once more: duplicates, loops, ids that are none (RFC 5256 section 3)
maildir: bare
! file cur/1:2, Date: Mon, 6 Nov 2023 10:00:00 +0000{x0A}Message-ID: <1@x>{x0A}References: <2@x>{x0A}Subject: a{x0A}{x0A}
! file cur/2:2, Date: Mon, 6 Nov 2023 11:00:00 +0000{x0A}Message-ID: <2@x>{x0A}References: <1@x>{x0A}Subject: b{x0A}{x0A}
! file cur/3:2, Date: Mon, 6 Nov 2023 12:00:00 +0000{x0A}Message-ID: <2@x>{x0A}Subject: c{x0A}{x0A}
! file cur/4:2, Date: Mon, 6 Nov 2023 13:00:00 +0000{x0A}Message-ID: <4@x>{x0A}References: <4@x>{x0A}Subject: d{x0A}{x0A}
! file cur/5:2, Date: Mon, 6 Nov 2023 14:00:00 +0000{x0A}Message-ID: <5>{x0A}References: <4>{x0A}In-Reply-To: <4@x>{x0A}Subject: e{x0A}{x0A}
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b THREAD REFS UTF-8 ALL
S: * THREAD {any}
S: b OK {any}
# 2 is above 1 already, so 1 does not get above 2; the second <2@x> is alone
C: b THREAD REFERENCES UTF-8 ALL
S: * THREAD (2 1)(3)(4 5)
S: b OK {any}
----
# bad input
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b THREAD
S: b BAD {any}
C: b THREAD FOO UTF-8 ALL
S: b BAD unknown threading algorithm
C: b THREAD REFERENCES ALL
S: b {any}
C: b THREAD REFERENCES UTF-8
S: b BAD {any}
C: b THREAD REFERENCES UTF-8 ALL)
S: b BAD {any}
C: b THREAD REFERENCES X-UNKNOWN ALL
S: b NO [BADCHARSET (UTF-8 US-ASCII {any})] {any}
C: b THREAD REFERENCES UTF-8 ALL
S: * THREAD (1)(2)(3)(4)
S: b OK {any}
