# I18NLEVEL=1: i;unicode-casemap in SEARCH, SORT, THREAD (RFC 5255 sections 4.2, 4.3, 4.6)
maildir: bare
! file cur/1:2, Subject: =?koi8-r?B?4czFy9PFyg==?={x0A}From: =?utf-8?q?=C3=89mile?= <a@x>{x0A}{x0A}
! file cur/2:2, Subject: =?utf-8?B?0YHQldCg0JPQldCZ?={x0A}From: emile@x{x0A}{x0A}
! file cur/3:2, Subject: =?utf-8?B?0JLQsNGB0LjQu9C4/7k=?={x0A}From: E <z@x>{x0A}{x0A}
! file cur/4:2, Subject: =?x-unknown?Q?abc?={x0A}From: =?utf-8?q?e=CC=81mile?= <c@x>{x0A}{x0A}
! file cur/5:2, Subject: zebra{x0A}From: =?utf-8?q?=EF=BC=A6ritz?= <d@x>{x0A}{x0A}gr{xC3}{xBC}n{x0A}
! file cur/6:2, Subject: ALEKS{x0A}From: fRITZ <e@x>{x0A}{x0A}GR{xC3}{x9C}N{x0A}
S: * PREAUTH [CAPABILITY {any} I18NLEVEL=1 {any}
C: a SELECT INBOX
S>: a OK {any}
# the RFC's own strings, and others: what cannot be converted comes last
C: b SORT (SUBJECT) UTF-8 ALL
S: * SORT 6 5 1 2 4 3
S: b OK {any}
# composed and decomposed, full width and case are the same
C: b SORT (DISPLAYFROM) UTF-8 ALL
S: * SORT 3 2 1 4 5 6
S: b OK {any}
C: b SEARCH CHARSET UTF-8 FROM {6+}
C: {xC3}{xA9}mile
S: * SEARCH 1 4
S: b OK {any}
C: b SEARCH FROM FRITZ
S: * SEARCH 5 6
S: b OK {any}
C: b SEARCH CHARSET UTF-8 BODY {5+}
C: Gr{xC3}{xBC}N
S: * SEARCH 5 6
S: b OK {any}
C: b SEARCH CHARSET UTF-8 SUBJECT {12+}
C: {xD0}{xB0}{xD0}{x9B}{xD0}{xB5}{xD0}{xBA}{xD1}{x81}{xD0}{xB5}
S: * SEARCH 1
S: b OK {any}
# THREAD compares subjects so, too
! file cur/7:2, Subject: =?utf-8?B?UmU6INCw0LvQtdC60YHQtdC5?={x0A}Date: Mon, 6 Nov 2090 10:00:00 +0000{x0A}{x0A}
C: c NOOP
S>: c OK {any}
C: b THREAD ORDEREDSUBJECT UTF-8 OR 1 7
S: * THREAD (1 7)
S: b OK {any}
C: b THREAD REFERENCES UTF-8 OR 1 7
S: * THREAD (1 7)
S: b OK {any}
