checkpassword/checkpassword-vpopmail.o: \
 checkpassword/checkpassword-vpopmail.c base/alloc.h base/env.h \
 checkpassword/account.h checkpassword/credentials.h checkpassword/user.h \
 checkpassword/auth.h checkpassword/become.h checkpassword/homes.h \
 checkpassword/vpopmail.h
base/alloc.h:
base/env.h:
checkpassword/account.h:
checkpassword/credentials.h:
checkpassword/user.h:
checkpassword/auth.h:
checkpassword/become.h:
checkpassword/homes.h:
checkpassword/vpopmail.h:
