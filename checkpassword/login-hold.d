checkpassword/login-hold.o: checkpassword/login-hold.c base/log.h
base/log.h:
