checkpassword/rehash.o: checkpassword/rehash.c checkpassword/rehash.h \
 checkpassword/credentials.h base/alloc.h base/env.h base/log.h \
 checkpassword/become.h checkpassword/user.h checkpassword/pwhash.h
checkpassword/rehash.h:
checkpassword/credentials.h:
base/alloc.h:
base/env.h:
base/log.h:
checkpassword/become.h:
checkpassword/user.h:
checkpassword/pwhash.h:
