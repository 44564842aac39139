checkpassword/swap.o: checkpassword/swap.c checkpassword/swap.h \
 base/alloc.h base/timedio.h
checkpassword/swap.h:
base/alloc.h:
base/timedio.h:
