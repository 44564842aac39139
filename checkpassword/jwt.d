checkpassword/jwt.o: checkpassword/jwt.c checkpassword/jwt.h base/alloc.h \
 checkpassword/encoding.h checkpassword/jwk.h
checkpassword/jwt.h:
base/alloc.h:
checkpassword/encoding.h:
checkpassword/jwk.h:
