checkpassword/credentials.o: checkpassword/credentials.c \
 checkpassword/credentials.h
checkpassword/credentials.h:
