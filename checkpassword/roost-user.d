checkpassword/roost-user.o: checkpassword/roost-user.c base/log.h \
 checkpassword/user_commands.h checkpassword/user.h \
 checkpassword/users_files.h checkpassword/users_text.h
base/log.h:
checkpassword/user_commands.h:
checkpassword/user.h:
checkpassword/users_files.h:
checkpassword/users_text.h:
