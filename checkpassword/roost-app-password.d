checkpassword/roost-app-password.o: checkpassword/roost-app-password.c \
 checkpassword/app_passwords.h base/alloc.h base/env.h base/log.h \
 checkpassword/hash_file.h checkpassword/pwhash.h checkpassword/user.h
checkpassword/app_passwords.h:
base/alloc.h:
base/env.h:
base/log.h:
checkpassword/hash_file.h:
checkpassword/pwhash.h:
checkpassword/user.h:
