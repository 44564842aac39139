checkpassword/pwpbkdf2.o: checkpassword/pwpbkdf2.c \
 checkpassword/pwscheme.h checkpassword/digest.h base/alloc.h \
 checkpassword/encoding.h checkpassword/pwhash.h
checkpassword/pwscheme.h:
checkpassword/digest.h:
base/alloc.h:
checkpassword/encoding.h:
checkpassword/pwhash.h:
