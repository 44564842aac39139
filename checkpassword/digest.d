checkpassword/digest.o: checkpassword/digest.c checkpassword/digest.h
checkpassword/digest.h:
