checkpassword/checkpassword-pgsql.o: checkpassword/checkpassword-pgsql.c \
 /usr/include/postgresql/libpq-fe.h \
 /usr/include/postgresql/postgres_ext.h \
 /usr/include/postgresql/pg_config_ext.h checkpassword/sql.h \
 checkpassword/account.h checkpassword/credentials.h checkpassword/user.h \
 checkpassword/placeholder.h checkpassword/sql_text.h
/usr/include/postgresql/libpq-fe.h:
/usr/include/postgresql/postgres_ext.h:
/usr/include/postgresql/pg_config_ext.h:
checkpassword/sql.h:
checkpassword/account.h:
checkpassword/credentials.h:
checkpassword/user.h:
checkpassword/placeholder.h:
checkpassword/sql_text.h:
