checkpassword/login_name.o: checkpassword/login_name.c \
 checkpassword/login_name.h base/alloc.h checkpassword/users_text.h \
 checkpassword/user.h
checkpassword/login_name.h:
base/alloc.h:
checkpassword/users_text.h:
checkpassword/user.h:
