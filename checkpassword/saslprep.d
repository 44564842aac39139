checkpassword/saslprep.o: checkpassword/saslprep.c \
 checkpassword/saslprep.h base/alloc.h
checkpassword/saslprep.h:
base/alloc.h:
