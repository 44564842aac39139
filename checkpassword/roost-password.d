checkpassword/roost-password.o: checkpassword/roost-password.c \
 base/alloc.h base/log.h checkpassword/password_input.h \
 checkpassword/pwhash.h checkpassword/pwscheme.h checkpassword/digest.h
base/alloc.h:
base/log.h:
checkpassword/password_input.h:
checkpassword/pwhash.h:
checkpassword/pwscheme.h:
checkpassword/digest.h:
