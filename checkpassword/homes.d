checkpassword/homes.o: checkpassword/homes.c checkpassword/homes.h \
 checkpassword/user.h checkpassword/become.h
checkpassword/homes.h:
checkpassword/user.h:
checkpassword/become.h:
