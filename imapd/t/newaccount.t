# the first session of a new account finds the folders that all clients want, so that none makes others
maildir: bare
S: * PREAUTH {any}
C: a LIST "" * RETURN (SPECIAL-USE SUBSCRIBED)
S: * LIST (\HasNoChildren) "." INBOX
S: * LIST (\Subscribed \HasNoChildren \Archive) "." Archive
S: * LIST (\Subscribed \HasNoChildren \Drafts) "." Drafts
S: * LIST (\Subscribed \HasNoChildren \Junk) "." Junk
S: * LIST (\Subscribed \HasNoChildren \Sent) "." Sent
S: * LIST (\Subscribed \HasNoChildren \Trash) "." Trash
S: a OK {any}
C: b DELETE Junk
S: b OK {any}
C2: a LIST "" Junk
S2>: a OK {any}
! absent .Junk
----
# other ones, or none, by a variable
maildir: bare
env: NEW_FOLDERS=Sent Items,Deleted Items
S: * PREAUTH {any}
C: a LIST "" * RETURN (SPECIAL-USE)
S: * LIST (\HasNoChildren) "." INBOX
S: * LIST (\HasNoChildren \Trash) "." "Deleted Items"
S: * LIST (\HasNoChildren \Sent) "." "Sent Items"
S: a OK {any}
----
# a comma alone: none
maildir: bare
env: NEW_FOLDERS=,
S: * PREAUTH {any}
C: a LIST "" *
S: * LIST (\HasNoChildren) "." INBOX
S: a OK {any}
----
# an account that was used before gets nothing, whoever served it
maildir: few
S: * PREAUTH {any}
C: a LIST "" *
S: * LIST (\HasNoChildren) "." INBOX
S: a OK {any}
----
# also not one that Courier served
maildir: raw
! file courierimapuiddb 1 1700000000 5{x0A}
S: * PREAUTH {any}
C: a LIST "" *
S: * LIST (\HasNoChildren) "." INBOX
S: a OK {any}
----
# a name that cannot be is said at the start
maildir: bare
env: NEW_FOLDERS=a/b
exit: 100
! end 1
L: imapd: fatal: invalid value of $NEW_FOLDERS{any}
