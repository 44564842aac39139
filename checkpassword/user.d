checkpassword/user.o: checkpassword/user.c checkpassword/user.h \
 base/alloc.h checkpassword/pwhash.h
checkpassword/user.h:
base/alloc.h:
checkpassword/pwhash.h:
