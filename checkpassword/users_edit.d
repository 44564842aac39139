checkpassword/users_edit.o: checkpassword/users_edit.c \
 checkpassword/users_edit.h checkpassword/users_text.h \
 checkpassword/user.h base/alloc.h
checkpassword/users_edit.h:
checkpassword/users_text.h:
checkpassword/user.h:
base/alloc.h:
