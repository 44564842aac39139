checkpassword/auth_cache.o: checkpassword/auth_cache.c \
 checkpassword/auth_cache.h checkpassword/capture.h base/alloc.h \
 base/timedio.h checkpassword/digest.h
checkpassword/auth_cache.h:
checkpassword/capture.h:
base/alloc.h:
base/timedio.h:
checkpassword/digest.h:
