checkpassword/jwks.o: checkpassword/jwks.c checkpassword/jwks.h \
 checkpassword/oauth_http.h base/alloc.h base/log.h base/timedio.h
checkpassword/jwks.h:
checkpassword/oauth_http.h:
base/alloc.h:
base/log.h:
base/timedio.h:
