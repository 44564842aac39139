checkpassword/auth.o: checkpassword/auth.c checkpassword/auth.h \
 checkpassword/credentials.h checkpassword/user.h base/alloc.h base/log.h \
 checkpassword/become.h checkpassword/pwhash.h checkpassword/rehash.h
checkpassword/auth.h:
checkpassword/credentials.h:
checkpassword/user.h:
base/alloc.h:
base/log.h:
checkpassword/become.h:
checkpassword/pwhash.h:
checkpassword/rehash.h:
