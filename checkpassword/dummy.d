checkpassword/dummy.o: checkpassword/dummy.c checkpassword/dummy.h \
 base/alloc.h checkpassword/pwhash.h
checkpassword/dummy.h:
base/alloc.h:
checkpassword/pwhash.h:
