checkpassword/deadline.o: checkpassword/deadline.c \
 checkpassword/deadline.h checkpassword/credentials.h base/alloc.h \
 base/log.h checkpassword/auth.h checkpassword/user.h
checkpassword/deadline.h:
checkpassword/credentials.h:
base/alloc.h:
base/log.h:
checkpassword/auth.h:
checkpassword/user.h:
