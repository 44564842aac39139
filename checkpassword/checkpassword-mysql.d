checkpassword/checkpassword-mysql.o: checkpassword/checkpassword-mysql.c \
 /usr/include/mariadb/mysql.h /usr/include/mariadb/mariadb_com.h \
 /usr/include/mariadb/mariadb_version.h /usr/include/mariadb/ma_list.h \
 /usr/include/mariadb/mariadb_ctype.h /usr/include/mariadb/mariadb_stmt.h \
 base/alloc.h checkpassword/sql.h checkpassword/account.h \
 checkpassword/credentials.h checkpassword/user.h \
 checkpassword/placeholder.h checkpassword/sql_text.h
/usr/include/mariadb/mysql.h:
/usr/include/mariadb/mariadb_com.h:
/usr/include/mariadb/mariadb_version.h:
/usr/include/mariadb/ma_list.h:
/usr/include/mariadb/mariadb_ctype.h:
/usr/include/mariadb/mariadb_stmt.h:
base/alloc.h:
checkpassword/sql.h:
checkpassword/account.h:
checkpassword/credentials.h:
checkpassword/user.h:
checkpassword/placeholder.h:
checkpassword/sql_text.h:
