checkpassword/secret_file.o: checkpassword/secret_file.c \
 checkpassword/secret_file.h base/alloc.h base/log.h
checkpassword/secret_file.h:
base/alloc.h:
base/log.h:
