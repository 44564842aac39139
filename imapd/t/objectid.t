# object ids of mailboxes: SELECT, EXAMINE, STATUS, LIST-STATUS, CREATE, kept by RENAME, not by another CREATE (RFC 8474 section 4)
maildir: folders
S: * PREAUTH [CAPABILITY {any} OBJECTID{any}
C: a CREATE foo
S: a OK [MAILBOXID (F{foo=hex})] CREATE done
C: b CREATE bar
S: b OK [MAILBOXID (F{bar=hex})] CREATE done
C: c CREATE foo
S: c NO [ALREADYEXISTS] {any}
C: d SELECT foo
S*: re: \* (FLAGS|\d|OK \[[PU]).*
S: * OK [MAILBOXID (F{$foo})] {any}
S*: re: \* OK \[[^M].*
S: d OK [READ-WRITE] {any}
C: e EXAMINE INBOX
S: * OK [CLOSED] {any}
S*: re: \* (FLAGS|\d|OK \[[PU]).*
S: * OK [MAILBOXID (F0123456789abcdef0123456789abcdef)] {any}
S*: re: \* OK \[[^M].*
S: e OK [READ-ONLY] {any}
C: f STATUS foo (mailboxid)
S: * STATUS foo (MAILBOXID (F{$foo}))
S: f OK {any}
C: g RENAME foo renamed
S: g OK {any}
C: h STATUS renamed (MAILBOXID MESSAGES)
S: * STATUS renamed (MESSAGES 0 MAILBOXID (F{$foo}))
S: h OK {any}
C: i LIST "" (bar renamed) RETURN (STATUS (MAILBOXID))
S: * LIST ({any}) "." bar
S: * STATUS bar (MAILBOXID (F{$bar}))
S: * LIST ({any}) "." renamed
S: * STATUS renamed (MAILBOXID (F{$foo}))
S: i OK {any}
! sh rm -rf roost.index
C: j STATUS bar (MAILBOXID)
S: * STATUS bar (MAILBOXID (F{$bar}))
S>: j OK {any}
C: k DELETE bar
S: k OK {any}
C: l CREATE bar
S: l OK [MAILBOXID (F{new=hex})] {any}
! sh test "$new" != "$bar"
C: m RENAME INBOX old
S>: m OK {any}
C: n STATUS INBOX (MAILBOXID)
S: * STATUS INBOX (MAILBOXID (F0123456789abcdef0123456789abcdef))
S: n OK {any}
C: o STATUS old (MAILBOXID)
S: * STATUS old (MAILBOXID (F{old=hex}))
S: o OK {any}
! sh test "$old" != 0123456789abcdef0123456789abcdef
----
# EMAILID and THREADID: unlike each other, alike in one thread, kept by COPY and MOVE and without the index (section 5)
maildir: folders
! put cur/1700000009.a:2, reply
S: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b FETCH 1:5 (EMAILID THREADID)
S: * 1 FETCH (EMAILID (M{m1=hex}) THREADID (T{t1=hex}))
S: * 2 FETCH (EMAILID (M{m2=hex}) THREADID (T{t2=hex}))
S: * 3 FETCH (EMAILID (M{m3=hex}) THREADID (T{any}))
S: * 4 FETCH (EMAILID (M{m4=hex}) THREADID (T{any}))
S: * 5 FETCH (EMAILID (M{m5=hex}) THREADID (T{$t1}))
S: b OK {any}
! sh test "$m1" != "$t1" -a "$m1" != "$m5" -a "$m1" != "$m2" -a "$t1" != "$t2"
C: c SEARCH EMAILID M{$m1}
S: * SEARCH 1
S: c OK {any}
C: d SEARCH THREADID T{$t1}
S: * SEARCH 1 5
S: d OK {any}
C: e SEARCH NOT THREADID T{$t1} EMAILID M{$m2}
S: * SEARCH 2
S: e OK {any}
C: f SEARCH OR EMAILID T{$t1} THREADID M{$m1}
S: * SEARCH
S: f OK {any}
C: g SEARCH EMAILID m{$m1}
S: * SEARCH
S: g OK {any}
C: h SEARCH EMAILID "x"
S: h BAD {any}
C: h SEARCH THREADID a.b
S: h BAD {any}
C: i UID COPY 1 Sent
S: i OK {any}
C: j UID MOVE 5 Sent
S: * OK [COPYUID {any}
S: * 5 EXPUNGE
S: j OK {any}
! sh rm -rf roost.index
C: k SELECT Sent
S>: k OK {any}
C: l UID FETCH 2:3 (THREADID EMAILID)
S: * 2 FETCH (UID 2 EMAILID (M{$m1}) THREADID (T{$t1}))
S: * 3 FETCH (UID 3 EMAILID (M{$m5}) THREADID (T{$t1}))
S: l OK {any}
C: m COPY 2 Archive
S>: m OK {any}
C: n EXAMINE Archive
S>: n OK {any}
C: o FETCH * (EMAILID)
S: * {num} FETCH (EMAILID (M{$m1}))
S: o OK {any}
----
# a message that names no thread is one of its own
maildir: few
! file cur/1700000009.a:2, Subject: x{x0A}{x0A}
! file cur/1700000010.a:2, Subject: x{x0A}References: none{x0A}In-Reply-To: <a@b>{x0A}Message-ID: <c@d>{x0A}{x0A}
! file cur/1700000011.a:2, Subject: x{x0A}References: <"a"@{x0A} b> <c@d>{x0A}{x0A}
! file cur/1700000012.a:2, Message-ID: <a@b>{x0A}{x0A}
S: * PREAUTH {any}
C: a EXAMINE INBOX
S>: a OK {any}
C: b FETCH 5:8 (THREADID)
S: * 5 FETCH (THREADID (T{x=hex}))
S: * 6 FETCH (THREADID (T{t=hex}))
S: * 7 FETCH (THREADID (T{$t}))
S: * 8 FETCH (THREADID (T{$t}))
S: b OK {any}
! sh test "$x" != "$t"
C: c SEARCH THREADID T{$x}
S: * SEARCH 5
S: c OK {any}
