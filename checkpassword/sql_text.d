checkpassword/sql_text.o: checkpassword/sql_text.c \
 checkpassword/sql_text.h checkpassword/placeholder.h base/alloc.h
checkpassword/sql_text.h:
checkpassword/placeholder.h:
base/alloc.h:
