checkpassword/claims.o: checkpassword/claims.c checkpassword/claims.h
checkpassword/claims.h:
