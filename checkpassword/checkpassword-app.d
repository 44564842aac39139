checkpassword/checkpassword-app.o: checkpassword/checkpassword-app.c \
 checkpassword/app_passwords.h checkpassword/auth.h \
 checkpassword/credentials.h checkpassword/user.h base/alloc.h base/env.h \
 base/log.h
checkpassword/app_passwords.h:
checkpassword/auth.h:
checkpassword/credentials.h:
checkpassword/user.h:
base/alloc.h:
base/env.h:
base/log.h:
