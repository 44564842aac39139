# the mailboxes of RFC 9051 section 6.3.9.8, example 8
S: * PREAUTH {any}
! folder .foo2
! folder .foo2.bar1
! folder .foo2.bar2
! folder .baz2
! folder .baz2.bar2
! folder .baz2.bar22
! folder .baz2.bar222
! folder .eps2
! folder .eps2.mamba
! folder .qux2.bar2
! file subscriptions foo2.bar1{x0A}foo2.bar2{x0A}baz2.bar2{x0A}baz2.bar22{x0A}baz2.bar222{x0A}eps2{x0A}eps2.mamba{x0A}qux2.bar2{x0A}gone{x0A}
C: a ENABLE IMAP4rev2
S>: a OK {any}
# SUBSCRIBED: exactly the names that are subscribed, also those that do not exist, each marked (6.3.9.1)
C: b LIST (SUBSCRIBED) "" "*"
S&: * LIST (\Subscribed \HasNoChildren) "." foo2.bar1
S&: * LIST (\Subscribed \HasNoChildren) "." foo2.bar2
S&: * LIST (\Subscribed \HasNoChildren) "." baz2.bar2
S&: * LIST (\Subscribed \HasNoChildren) "." baz2.bar22
S&: * LIST (\Subscribed \HasNoChildren) "." baz2.bar222
S&: * LIST (\Subscribed \HasChildren) "." eps2
S&: * LIST (\Subscribed \HasNoChildren) "." eps2.mamba
S&: * LIST (\Subscribed \HasNoChildren) "." qux2.bar2
S&: * LIST (\Subscribed \NonExistent \HasNoChildren) "." gone
S: b OK {any}
# an option given twice counts once; the order is nothing (6.3.9); a CHILDINFO
# that tells nothing new, for baz2 and qux2, is not sent (6.3.9.6)
C: c LIST (RECURSIVEMATCH SUBSCRIBED SUBSCRIBED RECURSIVEMATCH) "" "*2"
S&: * LIST (\HasChildren) "." foo2 ("CHILDINFO" ("SUBSCRIBED"))
S&: * LIST (\Subscribed \HasNoChildren) "." foo2.bar2
S&: * LIST (\Subscribed \HasNoChildren) "." baz2.bar2
S&: * LIST (\Subscribed \HasNoChildren) "." baz2.bar22
S&: * LIST (\Subscribed \HasNoChildren) "." baz2.bar222
S&: * LIST (\Subscribed \HasChildren) "." eps2 ("CHILDINFO" ("SUBSCRIBED"))
S&: * LIST (\Subscribed \HasNoChildren) "." qux2.bar2
S: c OK {any}
C: d LIST (SUBSCRIBED RECURSIVEMATCH) "" %
S&: * LIST (\HasChildren) "." foo2 ("CHILDINFO" ("SUBSCRIBED"))
S&: * LIST (\HasChildren) "." baz2 ("CHILDINFO" ("SUBSCRIBED"))
S&: * LIST (\Subscribed \HasChildren) "." eps2 ("CHILDINFO" ("SUBSCRIBED"))
S&: * LIST (\NonExistent \HasChildren) "." qux2 ("CHILDINFO" ("SUBSCRIBED"))
S&: * LIST (\Subscribed \NonExistent \HasNoChildren) "." gone
S: d OK {any}
# without RECURSIVEMATCH no CHILDINFO (6.3.9.6), and no names but those that match (6.3.9)
C: e LIST (SUBSCRIBED) "" %
S&: * LIST (\Subscribed \HasChildren) "." eps2
S&: * LIST (\Subscribed \NonExistent \HasNoChildren) "." gone
S: e OK {any}
C: f LIST "" (foo2 eps2 "") RETURN (SUBSCRIBED CHILDREN)
S&: * LIST (\HasChildren) "." foo2
S&: * LIST (\Subscribed \HasChildren) "." eps2
S: f OK {any}
C: g LIST () "" qux%
S: * LIST (\NonExistent \HasChildren) "." qux2
S: g OK {any}
# STATUS behind each LIST that can be selected and meets the criteria (6.3.9.2)
C: h LIST (SUBSCRIBED RECURSIVEMATCH) "" (foo2 eps2 gone) RETURN (STATUS (MESSAGES DELETED SIZE))
S&: * LIST (\HasChildren) "." foo2 ("CHILDINFO" ("SUBSCRIBED"))
S&: * LIST (\Subscribed \HasChildren) "." eps2 ("CHILDINFO" ("SUBSCRIBED"))
S&: * STATUS eps2 (MESSAGES 0 DELETED 0 SIZE 0)
S&: * LIST (\Subscribed \NonExistent \HasNoChildren) "." gone
S: h OK {any}
! chmod 0 .eps2.mamba/cur
C: i LIST "" eps2.mamba RETURN (STATUS (MESSAGES))
S: * LIST (\Noselect \HasNoChildren) "." eps2.mamba
S: i OK {any}
! chmod 755 .eps2.mamba/cur
# options that are not known are BAD; RECURSIVEMATCH needs another one (6.3.9, 6.3.9.1)
C: j LIST (FOO) "" *
S: j BAD {any}
C: j1 LIST "" * RETURN (FOO)
S: j1 BAD {any}
C: j2 LIST (RECURSIVEMATCH) "" *
S: j2 BAD {any}
C: j3 LIST (REMOTE RECURSIVEMATCH) "" *
S: j3 BAD {any}
C: j4 LIST (REMOTE) "" foo2
S: * LIST (\HasChildren) "." foo2
S: j4 OK {any}
# a name that LIST gave is good for SELECT, and as a reference (7.3.1)
C: k LIST foo2. %
S&: * LIST (\HasNoChildren) "." foo2.bar1
S&: * LIST (\HasNoChildren) "." foo2.bar2
S: k OK {any}
C: l LIST "" ""
S: * LIST (\Noselect) "." ""
S: l OK {any}
----
# more patterns than we take: a limit, not a fault (RFC 9051 section 7.1, LIMIT)
S: * PREAUTH {any}
C: a LIST "" (a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a INBOX)
S: * LIST {any} "." INBOX
S: a OK {any}
C: b LIST "" (a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a INBOX)
S: b NO [LIMIT] {any}
C: c LIST "" (a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a INBOX
S: c BAD {any}
