checkpassword/scram.o: checkpassword/scram.c checkpassword/scram.h \
 checkpassword/pwkeys.h checkpassword/digest.h base/alloc.h \
 checkpassword/encoding.h checkpassword/saslprep.h
checkpassword/scram.h:
checkpassword/pwkeys.h:
checkpassword/digest.h:
base/alloc.h:
checkpassword/encoding.h:
checkpassword/saslprep.h:
