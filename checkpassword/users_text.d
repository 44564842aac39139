checkpassword/users_text.o: checkpassword/users_text.c \
 checkpassword/users_text.h checkpassword/user.h base/alloc.h
checkpassword/users_text.h:
checkpassword/user.h:
base/alloc.h:
