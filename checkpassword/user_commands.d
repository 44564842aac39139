checkpassword/user_commands.o: checkpassword/user_commands.c \
 checkpassword/user_commands.h checkpassword/user.h \
 checkpassword/users_files.h checkpassword/users_text.h \
 checkpassword/auth.h checkpassword/credentials.h base/alloc.h base/log.h \
 checkpassword/become.h checkpassword/homes.h \
 checkpassword/password_input.h checkpassword/pwhash.h \
 checkpassword/users_cdb.h checkpassword/dummy.h \
 checkpassword/users_edit.h
checkpassword/user_commands.h:
checkpassword/user.h:
checkpassword/users_files.h:
checkpassword/users_text.h:
checkpassword/auth.h:
checkpassword/credentials.h:
base/alloc.h:
base/log.h:
checkpassword/become.h:
checkpassword/homes.h:
checkpassword/password_input.h:
checkpassword/pwhash.h:
checkpassword/users_cdb.h:
checkpassword/dummy.h:
checkpassword/users_edit.h:
