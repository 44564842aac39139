checkpassword/checkpassword-master.o: \
 checkpassword/checkpassword-master.c checkpassword/auth.h \
 checkpassword/credentials.h checkpassword/user.h base/alloc.h base/env.h \
 base/log.h checkpassword/become.h checkpassword/hash_file.h
checkpassword/auth.h:
checkpassword/credentials.h:
checkpassword/user.h:
base/alloc.h:
base/env.h:
base/log.h:
checkpassword/become.h:
checkpassword/hash_file.h:
