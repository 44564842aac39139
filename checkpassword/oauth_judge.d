checkpassword/oauth_judge.o: checkpassword/oauth_judge.c base/alloc.h \
 base/confine.h base/log.h checkpassword/jwks.h \
 checkpassword/oauth_http.h checkpassword/jwt.h checkpassword/oauth.h \
 checkpassword/claims.h checkpassword/user.h
base/alloc.h:
base/confine.h:
base/log.h:
checkpassword/jwks.h:
checkpassword/oauth_http.h:
checkpassword/jwt.h:
checkpassword/oauth.h:
checkpassword/claims.h:
checkpassword/user.h:
