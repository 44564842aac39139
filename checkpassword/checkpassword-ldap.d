checkpassword/checkpassword-ldap.o: checkpassword/checkpassword-ldap.c \
 base/alloc.h base/env.h base/log.h checkpassword/account.h \
 checkpassword/credentials.h checkpassword/user.h checkpassword/auth.h \
 checkpassword/deadline.h checkpassword/ldap_text.h \
 checkpassword/placeholder.h checkpassword/pwhash.h \
 checkpassword/secret_file.h
base/alloc.h:
base/env.h:
base/log.h:
checkpassword/account.h:
checkpassword/credentials.h:
checkpassword/user.h:
checkpassword/auth.h:
checkpassword/deadline.h:
checkpassword/ldap_text.h:
checkpassword/placeholder.h:
checkpassword/pwhash.h:
checkpassword/secret_file.h:
