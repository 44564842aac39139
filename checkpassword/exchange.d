checkpassword/exchange.o: checkpassword/exchange.c \
 checkpassword/exchange.h checkpassword/auth.h \
 checkpassword/credentials.h checkpassword/user.h base/alloc.h base/env.h \
 base/log.h checkpassword/encoding.h
checkpassword/exchange.h:
checkpassword/auth.h:
checkpassword/credentials.h:
checkpassword/user.h:
base/alloc.h:
base/env.h:
base/log.h:
checkpassword/encoding.h:
