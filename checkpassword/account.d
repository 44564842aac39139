checkpassword/account.o: checkpassword/account.c checkpassword/account.h \
 checkpassword/credentials.h checkpassword/user.h base/address.h \
 base/alloc.h base/env.h base/log.h checkpassword/auth.h \
 checkpassword/pwhash.h
checkpassword/account.h:
checkpassword/credentials.h:
checkpassword/user.h:
base/address.h:
base/alloc.h:
base/env.h:
base/log.h:
checkpassword/auth.h:
checkpassword/pwhash.h:
