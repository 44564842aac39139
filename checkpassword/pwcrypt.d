checkpassword/pwcrypt.o: checkpassword/pwcrypt.c checkpassword/pwscheme.h \
 checkpassword/digest.h base/alloc.h checkpassword/pwhash.h
checkpassword/pwscheme.h:
checkpassword/digest.h:
base/alloc.h:
checkpassword/pwhash.h:
