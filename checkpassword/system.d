checkpassword/system.o: checkpassword/system.c checkpassword/system.h \
 checkpassword/user.h checkpassword/dummy.h
checkpassword/system.h:
checkpassword/user.h:
checkpassword/dummy.h:
