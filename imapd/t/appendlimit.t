# APPENDLIMIT: one limit for all mailboxes, in CAPABILITY, STATUS and LIST-STATUS (RFC 7889 sections 2 to 4)
maildir: folders
env: IMAP_MESSAGE_MAX=2000
S: re: \* PREAUTH \[CAPABILITY .* APPENDLIMIT=2000( .*)?\] .*
C: a CAPABILITY
S: re: \* CAPABILITY .* APPENDLIMIT=2000( .*)?
S: a OK {any}
C: b STATUS INBOX (APPENDLIMIT MESSAGES)
S: * STATUS INBOX (MESSAGES 4 APPENDLIMIT 2000)
S: b OK {any}
C: c LIST "" Sent RETURN (STATUS (APPENDLIMIT))
S: * LIST ({any}) "." Sent
S: * STATUS Sent (APPENDLIMIT 2000)
S: c OK {any}
C: d APPEND Sent {2001}
S: d NO [TOOBIG] {any}
C: e APPEND Sent {2001+}
C: {x61*1999}{x0D}
S: e NO [TOOBIG] {any}
C: f APPEND Sent {2000+}
C: {x61*2000}
S: f OK {any}
----
# a limit beyond 32 bits is told as the highest that can be (section 5, number)
maildir: few
env: IMAP_MESSAGE_MAX=1099511627776
S: re: \* PREAUTH .* APPENDLIMIT=4294967295( .*)?\] .*
C: a STATUS INBOX (APPENDLIMIT)
S: * STATUS INBOX (APPENDLIMIT 4294967295)
S: a OK {any}
