checkpassword/app_passwords.o: checkpassword/app_passwords.c \
 checkpassword/app_passwords.h base/alloc.h checkpassword/hash_file.h \
 checkpassword/pwhash.h checkpassword/user.h
checkpassword/app_passwords.h:
base/alloc.h:
checkpassword/hash_file.h:
checkpassword/pwhash.h:
checkpassword/user.h:
