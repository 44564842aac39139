checkpassword/checkpassword-pam.o: checkpassword/checkpassword-pam.c \
 base/alloc.h base/env.h base/log.h checkpassword/account.h \
 checkpassword/credentials.h checkpassword/user.h checkpassword/auth.h \
 checkpassword/become.h checkpassword/deadline.h \
 checkpassword/placeholder.h
base/alloc.h:
base/env.h:
base/log.h:
checkpassword/account.h:
checkpassword/credentials.h:
checkpassword/user.h:
checkpassword/auth.h:
checkpassword/become.h:
checkpassword/deadline.h:
checkpassword/placeholder.h:
