checkpassword/checkpassword-any.o: checkpassword/checkpassword-any.c \
 checkpassword/auth.h checkpassword/credentials.h checkpassword/user.h \
 base/alloc.h base/log.h base/refusal.h checkpassword/become.h \
 checkpassword/capture.h checkpassword/sasl_peek.h
checkpassword/auth.h:
checkpassword/credentials.h:
checkpassword/user.h:
base/alloc.h:
base/log.h:
base/refusal.h:
checkpassword/become.h:
checkpassword/capture.h:
checkpassword/sasl_peek.h:
