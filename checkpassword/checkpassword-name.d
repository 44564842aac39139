checkpassword/checkpassword-name.o: checkpassword/checkpassword-name.c \
 checkpassword/auth.h checkpassword/credentials.h checkpassword/user.h \
 base/env.h checkpassword/login_name.h
checkpassword/auth.h:
checkpassword/credentials.h:
checkpassword/user.h:
base/env.h:
checkpassword/login_name.h:
