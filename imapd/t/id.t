# ID tells who we are and notes who they are (RFC 2971 section 3.1)
S: * PREAUTH {any}
C: a ID NIL
S: * ID ("name" "Roost")
S: a OK {any}
C: b ID ("name" "sodr" "version" "19.34" "vendor" NIL)
S: * ID {any}
S: b OK {any}
C: c ID ()
S: * ID {any}
S: c OK {any}
C: d ID ("name" {4+}
C: a=b{x0A})
S: * ID {any}
S: d OK {any}
L: imapd: id {any}name=sodr version=19.34
L: imapd: id {any}name=a\x3db\x0a
----
# malformed ID (RFC 2971 section 4)
S: * PREAUTH {any}
C: a ID
S: a BAD {any}
C: a ID ("name")
S: a BAD {any}
C: a ID ("name" "x"
S: a BAD {any}
C: a ID (name "x")
S: a BAD {any}
C: a ID ("name" "x") x
S: a BAD {any}
C: a ID ("0123456789012345678901234567890" "x")
S: a BAD {any}
C: a ID ("name" "{x61*1025}")
S: a BAD {any}
L!: imapd: id {any}
----
# the ID from before the login is logged
env: ROOST_IMAP_ID=("name" "x")
S: * PREAUTH {any}
L: imapd: start {any}id=(\x22name\x22\x20\x22x\x22)
----
# ENABLE passes over what needs no enabling (RFC 5161 section 3.1)
S: * PREAUTH {any}
C: a ENABLE X-UNKNOWN
S: * ENABLED
S: a OK {any}
C: b ENABLE IDLE UIDPLUS
S: * ENABLED
S: b OK {any}
C: c ENABLE
S: c BAD {any}
C: d ENABLE (X)
S: d BAD {any}
----
# NAMESPACE (RFC 2342 section 5)
S: * PREAUTH {any}
C: a NAMESPACE
S: * NAMESPACE (("" ".")) NIL NIL
S: a OK {any}
C: b NAMESPACE x
S: b BAD {any}
----
# NAMESPACE with Courier's prefix
env: NAMESPACE_PREFIX=INBOX.
S: * PREAUTH {any}
C: a NAMESPACE
S: * NAMESPACE (("INBOX." ".")) NIL NIL
S: a OK {any}
----
# a phone's work in the background is sent away when the machine is busy, nothing else is (Apple TN3189, RFC 5530 UNAVAILABLE)
env: SHED_LOAD=0
S: * PREAUTH {any}
C: a ID ("name" "com.apple.email.SearchIndexer" "version" "1" "event" "launch,indexer")
S: a NO [UNAVAILABLE] {any}
C: b ID ("name" "com.apple.mobilemail" "event" "back-fill")
S: b NO [UNAVAILABLE] {any}
C: c ID ("name" "com.apple.mobilemail" "event" "userInitiated, reindexer")
S: * ID {any}
S: c OK {any}
C: d ID ("name" "com.apple.mobilemail" "event" NIL)
S: * ID {any}
S: d OK {any}
C: e ID ("name" "Thunderbird" "event" "indexer")
S: * ID {any}
S: e OK {any}
C: f NOOP
S: f OK {any}
L: imapd: id {any}name=com.apple.email.SearchIndexer version=1 event=launch,indexer result=unavailable
----
# and never while there is no such load
env: SHED_LOAD=100000
S: * PREAUTH {any}
C: a ID ("name" "com.apple.email.SearchIndexer" "event" "indexer")
S: * ID {any}
S: a OK {any}
----
# unless asked to, nobody is
S: * PREAUTH {any}
C: a ID ("name" "com.apple.email.SearchIndexer" "event" "indexer")
S: * ID {any}
S: a OK {any}
