checkpassword/login-ok.o: checkpassword/login-ok.c base/log.h \
 checkpassword/become.h checkpassword/user.h login/sign.h
base/log.h:
checkpassword/become.h:
checkpassword/user.h:
login/sign.h:
