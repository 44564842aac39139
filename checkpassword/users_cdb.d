checkpassword/users_cdb.o: checkpassword/users_cdb.c \
 checkpassword/users_cdb.h checkpassword/dummy.h checkpassword/user.h \
 checkpassword/users_text.h base/alloc.h base/env.h \
 checkpassword/cdb_file.h
checkpassword/users_cdb.h:
checkpassword/dummy.h:
checkpassword/user.h:
checkpassword/users_text.h:
base/alloc.h:
base/env.h:
checkpassword/cdb_file.h:
