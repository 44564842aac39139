# LIST with its wildcards (RFC 3501 section 6.3.8, RFC 3348)
maildir: folders
S: * PREAUTH {any}
C: a LIST "" *
S: * LIST (\HasNoChildren) "." INBOX
S: * LIST (\HasChildren \Archive) "." Archive
S: * LIST (\HasNoChildren) "." Archive.2023
S: * LIST (\HasNoChildren) "." Archive.2024
S: * LIST (\HasNoChildren \Drafts) "." Drafts
S: * LIST (\HasNoChildren \Sent) "." Sent
S: * LIST (\HasNoChildren \Trash) "." Trash
S: a OK {any}
C: b LIST "" %
S: * LIST (\HasNoChildren) "." INBOX
S: * LIST (\HasChildren \Archive) "." Archive
S: * LIST (\HasNoChildren \Drafts) "." Drafts
S: * LIST (\HasNoChildren \Sent) "." Sent
S: * LIST (\HasNoChildren \Trash) "." Trash
S: b OK {any}
C: c LIST Archive. %
S: * LIST (\HasNoChildren) "." Archive.2023
S: * LIST (\HasNoChildren) "." Archive.2024
S: c OK {any}
C: d LIST "Arch" "%.%3"
S: * LIST (\HasNoChildren) "." Archive.2023
S: d OK {any}
C: e LIST "" inbox
S: * LIST (\HasNoChildren) "." INBOX
S: e OK {any}
C: f LIST "" sent
S: f OK {any}
C: g LIST "" ""
S: * LIST (\Noselect) "." ""
S: g OK {any}
C: h LIST "x" ""
S: * LIST (\Noselect) "." ""
S: h OK {any}
----
# names above others that are no folders themselves (RFC 3501 section 6.3.8)
S: * PREAUTH {any}
! folder .a.b.c
C: a LIST "" %
S: * LIST (\HasNoChildren) "." INBOX
S: * LIST (\Noselect \HasChildren) "." a
S: a OK {any}
C: b LIST "" *
S: * LIST (\HasNoChildren) "." INBOX
S: * LIST (\HasNoChildren) "." a.b.c
S: b OK {any}
C: c LIST () "" a.%
S: * LIST (\NonExistent \HasChildren) "." a.b
S: c OK {any}
C: d LIST "" a
S: * LIST (\Noselect \HasChildren) "." a
S: d OK {any}
C: e SELECT a
S: e NO [NONEXISTENT] {any}
----
# malformed LIST and LSUB
S: * PREAUTH {any}
C: a LIST
S: a BAD {any}
C: a LIST ""
S: a BAD {any}
C: a LIST "" * x
S: a BAD {any}
C: a LIST "" ()
S: a BAD {any}
C: a LIST "" (a  b)
S: a BAD {any}
C: a LIST (FOO) "" *
S: a BAD unknown LIST selection option
C: a LIST (RECURSIVEMATCH) "" *
S: a BAD {any}
C: a LIST (REMOTE RECURSIVEMATCH) "" *
S: a BAD {any}
C: a LIST "" * RETURN
S: a BAD {any}
C: a LIST "" * RETURN (FOO)
S: a BAD unknown LIST return option
C: a LIST "" * RETURN (STATUS)
S: a BAD {any}
C: a LIST "" * RETURN (STATUS ())
S: a BAD {any}
C: a LIST "" * RETURN (STATUS (FOO))
S: a BAD {any}
C: a LIST % *
S: a BAD {any}
C: a LSUB "" (a b)
S: a BAD {any}
C: a LSUB "" * RETURN ()
S: a BAD {any}
----
# subscribed names (RFC 3501 section 6.3.9); a folder need not exist any more
maildir: folders
S: * PREAUTH {any}
C: a LSUB "" *
S: * LSUB () "." Archive
S: * LSUB () "." Archive.2024
S: * LSUB () "." Drafts
S: * LSUB () "." Sent
S: a OK {any}
C: b UNSUBSCRIBE Archive
S: b OK {any}
C: c LSUB "" %
S: * LSUB (\Noselect) "." Archive
S: * LSUB () "." Drafts
S: * LSUB () "." Sent
S: c OK {any}
C: d LSUB "" *
S: * LSUB () "." Archive.2024
S: * LSUB () "." Drafts
S: * LSUB () "." Sent
S: d OK {any}
C: e DELETE Sent
S: e OK {any}
C: f LSUB "" S*
S: * LSUB () "." Sent
S: f OK {any}
C: g LIST (SUBSCRIBED) "" S*
S: * LIST (\Subscribed \NonExistent \HasNoChildren) "." Sent
S: g OK {any}
----
# LIST-EXTENDED: options and several patterns (RFC 5258 section 3)
maildir: folders
S: * PREAUTH {any}
C: a LIST (SUBSCRIBED) "" *
S: * LIST (\Subscribed \HasChildren \Archive) "." Archive
S: * LIST (\Subscribed \HasNoChildren) "." Archive.2024
S: * LIST (\Subscribed \HasNoChildren \Drafts) "." Drafts
S: * LIST (\Subscribed \HasNoChildren \Sent) "." Sent
S: a OK {any}
C: b LIST () "" (Sent Trash "" Archive.%) RETURN (SUBSCRIBED CHILDREN SUBSCRIBED)
S: * LIST (\HasNoChildren) "." Archive.2023
S: * LIST (\Subscribed \HasNoChildren) "." Archive.2024
S: * LIST (\Subscribed \HasNoChildren \Sent) "." Sent
S: * LIST (\HasNoChildren \Trash) "." Trash
S: b OK {any}
C: c LIST () "" ""
S: c OK {any}
C: d LIST (REMOTE) "" Trash
S: * LIST (\HasNoChildren \Trash) "." Trash
S: d OK {any}
C: e LIST (SPECIAL-USE) "" * RETURN (SPECIAL-USE)
S: * LIST (\HasChildren \Archive) "." Archive
S: * LIST (\HasNoChildren \Drafts) "." Drafts
S: * LIST (\HasNoChildren \Sent) "." Sent
S: * LIST (\HasNoChildren \Trash) "." Trash
S: e OK {any}
C: f LIST (SPECIAL-USE SUBSCRIBED) "" *
S: * LIST (\Subscribed \HasChildren \Archive) "." Archive
S: * LIST (\Subscribed \HasNoChildren \Drafts) "." Drafts
S: * LIST (\Subscribed \HasNoChildren \Sent) "." Sent
S: f OK {any}
----
# RECURSIVEMATCH and CHILDINFO: the example of RFC 5258 section 5, number 9
maildir: bare
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
! file subscriptions foo2.bar1{x0A}foo2.bar2{x0A}baz2.bar2{x0A}baz2.bar22{x0A}baz2.bar222{x0A}eps2{x0A}eps2.mamba{x0A}qux2.bar2{x0A}
C: d LIST (RECURSIVEMATCH SUBSCRIBED) "" *2
S: * LIST (\Subscribed \HasNoChildren) "." baz2.bar2
S: * LIST (\Subscribed \HasNoChildren) "." baz2.bar22
S: * LIST (\Subscribed \HasNoChildren) "." baz2.bar222
S: * LIST (\Subscribed \HasChildren) "." eps2 ("CHILDINFO" ("SUBSCRIBED"))
S: * LIST (\HasChildren) "." foo2 ("CHILDINFO" ("SUBSCRIBED"))
S: * LIST (\Subscribed \HasNoChildren) "." foo2.bar2
S: * LIST (\Subscribed \HasNoChildren) "." qux2.bar2
S: d OK {any}
C: e LIST (SUBSCRIBED RECURSIVEMATCH) "" %
S: * LIST (\HasChildren) "." baz2 ("CHILDINFO" ("SUBSCRIBED"))
S: * LIST (\Subscribed \HasChildren) "." eps2 ("CHILDINFO" ("SUBSCRIBED"))
S: * LIST (\HasChildren) "." foo2 ("CHILDINFO" ("SUBSCRIBED"))
S: * LIST (\NonExistent \HasChildren) "." qux2 ("CHILDINFO" ("SUBSCRIBED"))
S: e OK {any}
----
# a subscribed name below one that has no folders below it (RFC 5258 section 5, number 10)
maildir: bare
S: * PREAUTH {any}
! folder .foo
! file subscriptions foo.bar{x0A}
C: a LIST "" ("foo" "foo.*")
S: * LIST (\HasNoChildren) "." foo
S: a OK {any}
C: b LIST (SUBSCRIBED) "" "foo.*"
S: * LIST (\Subscribed \NonExistent \HasNoChildren) "." foo.bar
S: b OK {any}
C: c LIST (SUBSCRIBED RECURSIVEMATCH) "" foo RETURN (CHILDREN)
S: * LIST (\HasNoChildren) "." foo ("CHILDINFO" ("SUBSCRIBED"))
S: c OK {any}
----
# LIST-STATUS: STATUS behind each folder that is selected (RFC 5819 section 2)
maildir: folders
S: * PREAUTH {any}
C: a LIST "" % RETURN (STATUS (MESSAGES UNSEEN))
S: * LIST (\HasNoChildren) "." INBOX
S: * STATUS INBOX (MESSAGES 4 UNSEEN 2)
S: * LIST (\HasChildren \Archive) "." Archive
S: * STATUS Archive (MESSAGES 0 UNSEEN 0)
S: * LIST (\HasNoChildren \Drafts) "." Drafts
S: * STATUS Drafts (MESSAGES 0 UNSEEN 0)
S: * LIST (\HasNoChildren \Sent) "." Sent
S: * STATUS Sent (MESSAGES 1 UNSEEN 0)
S: * LIST (\HasNoChildren \Trash) "." Trash
S: * STATUS Trash (MESSAGES 0 UNSEEN 0)
S: a OK {any}
C: b UNSUBSCRIBE Archive
S: b OK {any}
C: c LIST (SUBSCRIBED RECURSIVEMATCH) "" Arch% RETURN (STATUS (MESSAGES))
S: * LIST (\HasChildren \Archive) "." Archive ("CHILDINFO" ("SUBSCRIBED"))
S: c OK {any}
----
# Courier's namespace: all below INBOX
maildir: folders
env: NAMESPACE_PREFIX=INBOX.
S: * PREAUTH {any}
C: a LIST "" %
S: * LIST (\HasChildren) "." INBOX
S: a OK {any}
C: b LIST "" "inbox.%"
S: * LIST (\HasChildren \Archive) "." INBOX.Archive
S: * LIST (\HasNoChildren \Drafts) "." INBOX.Drafts
S: * LIST (\HasNoChildren \Sent) "." INBOX.Sent
S: * LIST (\HasNoChildren \Trash) "." INBOX.Trash
S: b OK {any}
C: c LIST "INBOX." ""
S: * LIST (\Noselect) "." INBOX.
S: c OK {any}
C: d STATUS INBOX.Sent (MESSAGES)
S: * STATUS INBOX.Sent (MESSAGES 1)
S: d OK {any}
C: e SELECT Sent
S: e NO [{word}] {any}
C: f CREATE INBOX.new
S: f OK {any}
! exists .new/cur
----
# the separator "/"
maildir: folders
env: NAMESPACE_SEPARATOR=/
S: * PREAUTH {any}
C: a LIST "" Arch*
S: * LIST (\HasChildren \Archive) "/" Archive
S: * LIST (\HasNoChildren) "/" Archive/2023
S: * LIST (\HasNoChildren) "/" Archive/2024
S: a OK {any}
C: b CREATE a/b
S: b OK {any}
! exists .a.b/cur
C: c CREATE a.b
S: c NO [CANNOT] {any}
----
# names on disk in UTF-8 are shown in modified UTF-7 (RFC 3501 section 5.1.3)
maildir: bare
! sh d=$(printf '.Entw\303\274rfe'); mkdir "$d" "$d/cur" "$d/new" "$d/tmp"
S: * PREAUTH {any}
C: a LIST "" E*
S: * LIST (\HasNoChildren{any}) "." Entw&APw-rfe
S: a OK {any}
C: b STATUS Entw&APw-rfe (MESSAGES)
S: * STATUS Entw&APw-rfe (MESSAGES 0)
S: b OK {any}
