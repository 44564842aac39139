checkpassword/oauth_http.o: checkpassword/oauth_http.c \
 checkpassword/oauth_http.h base/alloc.h
checkpassword/oauth_http.h:
base/alloc.h:
