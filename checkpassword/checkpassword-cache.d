checkpassword/checkpassword-cache.o: checkpassword/checkpassword-cache.c \
 checkpassword/auth.h checkpassword/credentials.h checkpassword/user.h \
 checkpassword/auth_cache.h checkpassword/capture.h base/alloc.h \
 base/env.h base/log.h checkpassword/become.h
checkpassword/auth.h:
checkpassword/credentials.h:
checkpassword/user.h:
checkpassword/auth_cache.h:
checkpassword/capture.h:
base/alloc.h:
base/env.h:
base/log.h:
checkpassword/become.h:
