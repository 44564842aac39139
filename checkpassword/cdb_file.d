checkpassword/cdb_file.o: checkpassword/cdb_file.c \
 checkpassword/cdb_file.h
checkpassword/cdb_file.h:
