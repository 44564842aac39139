checkpassword/oauth_settings.o: checkpassword/oauth_settings.c \
 base/alloc.h base/env.h base/log.h checkpassword/digest.h \
 checkpassword/encoding.h checkpassword/jwks.h checkpassword/oauth_http.h \
 checkpassword/oauth.h checkpassword/claims.h checkpassword/user.h
base/alloc.h:
base/env.h:
base/log.h:
checkpassword/digest.h:
checkpassword/encoding.h:
checkpassword/jwks.h:
checkpassword/oauth_http.h:
checkpassword/oauth.h:
checkpassword/claims.h:
checkpassword/user.h:
