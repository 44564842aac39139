checkpassword/password_input.o: checkpassword/password_input.c \
 checkpassword/password_input.h base/alloc.h
checkpassword/password_input.h:
base/alloc.h:
