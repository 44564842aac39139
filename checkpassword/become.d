checkpassword/become.o: checkpassword/become.c checkpassword/become.h \
 checkpassword/user.h base/alloc.h base/env.h base/log.h
checkpassword/become.h:
checkpassword/user.h:
base/alloc.h:
base/env.h:
base/log.h:
