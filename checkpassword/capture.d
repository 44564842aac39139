checkpassword/capture.o: checkpassword/capture.c checkpassword/capture.h \
 base/alloc.h base/log.h base/timedio.h checkpassword/become.h \
 checkpassword/user.h
checkpassword/capture.h:
base/alloc.h:
base/log.h:
base/timedio.h:
checkpassword/become.h:
checkpassword/user.h:
