checkpassword/hash_file.o: checkpassword/hash_file.c \
 checkpassword/hash_file.h checkpassword/auth.h \
 checkpassword/credentials.h checkpassword/user.h base/alloc.h \
 checkpassword/dummy.h
checkpassword/hash_file.h:
checkpassword/auth.h:
checkpassword/credentials.h:
checkpassword/user.h:
base/alloc.h:
checkpassword/dummy.h:
