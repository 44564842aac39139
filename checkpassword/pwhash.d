checkpassword/pwhash.o: checkpassword/pwhash.c checkpassword/pwhash.h \
 base/alloc.h checkpassword/pwscheme.h checkpassword/digest.h
checkpassword/pwhash.h:
base/alloc.h:
checkpassword/pwscheme.h:
checkpassword/digest.h:
