checkpassword/checkpassword.o: checkpassword/checkpassword.c \
 checkpassword/auth.h checkpassword/credentials.h checkpassword/user.h \
 checkpassword/system.h
checkpassword/auth.h:
checkpassword/credentials.h:
checkpassword/user.h:
checkpassword/system.h:
