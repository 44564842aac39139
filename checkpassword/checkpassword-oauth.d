checkpassword/checkpassword-oauth.o: checkpassword/checkpassword-oauth.c \
 checkpassword/auth.h checkpassword/credentials.h checkpassword/user.h \
 base/alloc.h base/log.h checkpassword/exchange.h checkpassword/oauth.h \
 checkpassword/claims.h checkpassword/oauth_http.h \
 checkpassword/oauth_message.h checkpassword/pwhash.h \
 checkpassword/users_cdb.h checkpassword/dummy.h \
 checkpassword/users_text.h
checkpassword/auth.h:
checkpassword/credentials.h:
checkpassword/user.h:
base/alloc.h:
base/log.h:
checkpassword/exchange.h:
checkpassword/oauth.h:
checkpassword/claims.h:
checkpassword/oauth_http.h:
checkpassword/oauth_message.h:
checkpassword/pwhash.h:
checkpassword/users_cdb.h:
checkpassword/dummy.h:
checkpassword/users_text.h:
