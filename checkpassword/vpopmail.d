checkpassword/vpopmail.o: checkpassword/vpopmail.c \
 checkpassword/vpopmail.h base/alloc.h checkpassword/cdb_file.h \
 checkpassword/user.h checkpassword/users_text.h
checkpassword/vpopmail.h:
base/alloc.h:
checkpassword/cdb_file.h:
checkpassword/user.h:
checkpassword/users_text.h:
