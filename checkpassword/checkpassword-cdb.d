checkpassword/checkpassword-cdb.o: checkpassword/checkpassword-cdb.c \
 checkpassword/auth.h checkpassword/credentials.h checkpassword/user.h \
 checkpassword/sasl_login.h checkpassword/users_cdb.h \
 checkpassword/dummy.h checkpassword/users_text.h
checkpassword/auth.h:
checkpassword/credentials.h:
checkpassword/user.h:
checkpassword/sasl_login.h:
checkpassword/users_cdb.h:
checkpassword/dummy.h:
checkpassword/users_text.h:
