checkpassword/jwk.o: checkpassword/jwk.c checkpassword/jwk.h base/alloc.h \
 checkpassword/encoding.h
checkpassword/jwk.h:
base/alloc.h:
checkpassword/encoding.h:
