checkpassword/ldap_text.o: checkpassword/ldap_text.c \
 checkpassword/ldap_text.h checkpassword/account.h \
 checkpassword/credentials.h checkpassword/user.h base/alloc.h
checkpassword/ldap_text.h:
checkpassword/account.h:
checkpassword/credentials.h:
checkpassword/user.h:
base/alloc.h:
