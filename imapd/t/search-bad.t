# each bad SEARCH is BAD and names the key; the session goes on
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b SEARCH
S: b BAD missing argument
C: b SEARCH FOO
S: b BAD FOO: unknown search key
C: b SEARCH SEEN (NOT BAR)
S: b BAD BAR: unknown search key
C: b SEARCH SUBJECT
S: b BAD SUBJECT: missing argument
C: b SEARCH OR SEEN
S: b BAD OR: missing argument
C: b SEARCH ON 31-Feb-2023
S: b BAD ON: bad date
C: b SEARCH LARGER x
S: b BAD LARGER: number expected
C: b SEARCH (SEEN
S: b BAD missing ")"
C: b SEARCH ()
S: b BAD {any}
C: b SEARCH SEEN)
S: b BAD {any}
C: b SEARCH RETURN (FOO) ALL
# numbers beyond the last one are no error (RFC 7377 section 2)
S: b BAD FOO: unknown result option
C: b SEARCH 9
S: * SEARCH
S: b OK {any}
C: b SEARCH NOT 5:6
S: * SEARCH 1 2 3 4
S: b OK {any}
C: b SEARCH 0
S: b BAD bad sequence set
C: b UID SEARCH UID 0
S: b BAD UID: bad sequence set
C: c UID SEARCH UID 99
S: * SEARCH
S: c OK {any}
C: d SEARCH KEYWORD \Seen
S: d BAD KEYWORD: atom expected
----
# nesting has a bound
S>: * PREAUTH {any}
C: a SELECT INBOX
S>: a OK {any}
C: b SEARCH {x28*490}SEEN{x29*490}
S: * SEARCH 1 2
S: b OK {any}
C: c SEARCH {x28*600}SEEN{x29*600}
S: c BAD {any}nested too deep
C: d SEARCH {x28*3000}
S: d BAD {any}
----
# SEARCH needs a selected folder
S>: * PREAUTH {any}
C: a SEARCH ALL
S: a BAD {any}
C: b UID SEARCH ALL
S: b BAD {any}
