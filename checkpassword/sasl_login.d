checkpassword/sasl_login.o: checkpassword/sasl_login.c \
 checkpassword/sasl_login.h checkpassword/credentials.h \
 checkpassword/user.h checkpassword/auth.h base/alloc.h base/env.h \
 base/log.h checkpassword/encoding.h checkpassword/exchange.h \
 checkpassword/pwhash.h checkpassword/pwkeys.h checkpassword/digest.h \
 checkpassword/scram.h
checkpassword/sasl_login.h:
checkpassword/credentials.h:
checkpassword/user.h:
checkpassword/auth.h:
base/alloc.h:
base/env.h:
base/log.h:
checkpassword/encoding.h:
checkpassword/exchange.h:
checkpassword/pwhash.h:
checkpassword/pwkeys.h:
checkpassword/digest.h:
checkpassword/scram.h:
