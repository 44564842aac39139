checkpassword/sql.o: checkpassword/sql.c checkpassword/sql.h \
 checkpassword/account.h checkpassword/credentials.h checkpassword/user.h \
 checkpassword/placeholder.h checkpassword/sql_text.h base/alloc.h \
 base/env.h base/log.h checkpassword/auth.h checkpassword/deadline.h \
 checkpassword/secret_file.h
checkpassword/sql.h:
checkpassword/account.h:
checkpassword/credentials.h:
checkpassword/user.h:
checkpassword/placeholder.h:
checkpassword/sql_text.h:
base/alloc.h:
base/env.h:
base/log.h:
checkpassword/auth.h:
checkpassword/deadline.h:
checkpassword/secret_file.h:
