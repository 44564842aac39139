checkpassword/login-allow.o: checkpassword/login-allow.c \
 checkpassword/auth.h checkpassword/credentials.h checkpassword/user.h \
 base/address.h base/env.h base/log.h checkpassword/become.h
checkpassword/auth.h:
checkpassword/credentials.h:
checkpassword/user.h:
base/address.h:
base/env.h:
base/log.h:
checkpassword/become.h:
