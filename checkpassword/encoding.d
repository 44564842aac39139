checkpassword/encoding.o: checkpassword/encoding.c \
 checkpassword/encoding.h base/alloc.h
checkpassword/encoding.h:
base/alloc.h:
