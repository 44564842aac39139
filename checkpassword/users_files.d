checkpassword/users_files.o: checkpassword/users_files.c \
 checkpassword/users_files.h base/alloc.h base/log.h checkpassword/swap.h \
 checkpassword/users_cdb.h checkpassword/dummy.h checkpassword/user.h \
 checkpassword/users_text.h
checkpassword/users_files.h:
base/alloc.h:
base/log.h:
checkpassword/swap.h:
checkpassword/users_cdb.h:
checkpassword/dummy.h:
checkpassword/user.h:
checkpassword/users_text.h:
