checkpassword/users_make.o: checkpassword/users_make.c \
 checkpassword/users_cdb.h checkpassword/dummy.h checkpassword/user.h \
 checkpassword/users_text.h base/alloc.h
checkpassword/users_cdb.h:
checkpassword/dummy.h:
checkpassword/user.h:
checkpassword/users_text.h:
base/alloc.h:
