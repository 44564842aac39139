checkpassword/sasl_peek.o: checkpassword/sasl_peek.c \
 checkpassword/sasl_peek.h checkpassword/capture.h base/alloc.h \
 base/timedio.h
checkpassword/sasl_peek.h:
checkpassword/capture.h:
base/alloc.h:
base/timedio.h:
