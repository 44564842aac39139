checkpassword/oauth_account.o: checkpassword/oauth_account.c base/alloc.h \
 checkpassword/oauth.h checkpassword/claims.h checkpassword/oauth_http.h \
 checkpassword/user.h checkpassword/users_text.h
base/alloc.h:
checkpassword/oauth.h:
checkpassword/claims.h:
checkpassword/oauth_http.h:
checkpassword/user.h:
checkpassword/users_text.h:
