checkpassword/pwkeys.o: checkpassword/pwkeys.c checkpassword/pwkeys.h \
 checkpassword/digest.h base/alloc.h checkpassword/encoding.h \
 checkpassword/pwhash.h checkpassword/pwscheme.h checkpassword/saslprep.h
checkpassword/pwkeys.h:
checkpassword/digest.h:
base/alloc.h:
checkpassword/encoding.h:
checkpassword/pwhash.h:
checkpassword/pwscheme.h:
checkpassword/saslprep.h:
