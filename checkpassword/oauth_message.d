checkpassword/oauth_message.o: checkpassword/oauth_message.c \
 checkpassword/oauth_message.h base/alloc.h
checkpassword/oauth_message.h:
base/alloc.h:
