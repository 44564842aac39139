checkpassword/placeholder.o: checkpassword/placeholder.c \
 checkpassword/placeholder.h base/alloc.h checkpassword/user.h
checkpassword/placeholder.h:
base/alloc.h:
checkpassword/user.h:
