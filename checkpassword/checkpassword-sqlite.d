checkpassword/checkpassword-sqlite.o: \
 checkpassword/checkpassword-sqlite.c checkpassword/sql.h \
 checkpassword/account.h checkpassword/credentials.h checkpassword/user.h \
 checkpassword/placeholder.h checkpassword/sql_text.h
checkpassword/sql.h:
checkpassword/account.h:
checkpassword/credentials.h:
checkpassword/user.h:
checkpassword/placeholder.h:
checkpassword/sql_text.h:
