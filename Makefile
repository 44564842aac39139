# Roost. make, make check, make install DESTDIR=...
#
# Every .c in a folder but the mains named in PROGRAMS goes into that folder's
# library FOLDER/lib.a; a main links with its own library and those below it.
# Every t/NAME.c is a test program. O= puts objects and programs elsewhere:
# make O=build/asan/ SAN='-fsanitize=address,undefined'

CC_LINE := $(shell head -n 1 conf-cc)
LD_LINE := $(shell head -n 1 conf-ld)
HOME_DIR := $(shell head -n 1 conf-home)
O =
SAN =
DESTDIR =

PROGRAMS = \
  login/imap-login login/pop3-login login/login-wait login/roost-who login/roost-kick \
  checkpassword/checkpassword checkpassword/checkpassword-cdb \
  checkpassword/checkpassword-sqlite checkpassword/checkpassword-pgsql \
  checkpassword/checkpassword-mysql checkpassword/checkpassword-ldap \
  checkpassword/checkpassword-pam checkpassword/checkpassword-vpopmail \
  checkpassword/checkpassword-oauth \
  checkpassword/roost-user checkpassword/login-ok \
  checkpassword/login-hold checkpassword/login-allow \
  checkpassword/roost-password checkpassword/checkpassword-cache \
  checkpassword/checkpassword-master checkpassword/checkpassword-app \
  checkpassword/checkpassword-name checkpassword/roost-app-password \
  checkpassword/checkpassword-any \
  imapd/imapd imapd/imap-idle pop3d/pop3d \
  sslserver/sslserver sslserver/proxy-in \
  tools/maildir-make tools/maildir-ls tools/maildir-deliver \
  tools/maildir-expire tools/maildir-quota tools/maildir-reindex \
  tools/maildir-check tools/maildir-import tools/maildir-convert

# what each folder may include and link, lowest last: arrows point one way
USES_base =
USES_message = base
USES_maildir = base
USES_login = base
USES_checkpassword = base
USES_pop3d = maildir message base
USES_imapd = maildir message base
USES_sslserver = login base
USES_tools = maildir base
FOLDERS = base message maildir login checkpassword pop3d imapd sslserver tools

# The front ends need nothing that a C library loads at run time, and one of
# them waits beside every session: with no shared library at all it is smaller
# and starts sooner. Where there is no libc.a, and with a sanitizer, as usual.
STATIC := $(if $(SAN),,$(shell d=$$(mktemp -d) && \
  echo 'int main(void) { return 0; }' >$$d/t.c && \
  $(LD_LINE) -static-pie -o $$d/t $$d/t.c >$$d/said 2>&1 && \
  echo -static-pie; rm -rf "$$d"))
LINK_login = $(STATIC)
# What only waits, beside every session, has no library at all (base/bare.h),
# and no sanitizer, which would be one.
BARE = login/login-wait imapd/imap-idle
BARE_CC = -ffreestanding -fno-stack-protector -fno-sanitize=all \
  -fno-asynchronous-unwind-tables -U_FORTIFY_SOURCE -fPIE \
  -fvisibility=hidden
BARE_LD = -static-pie -nostdlib -Wl,--build-id=none
$(foreach p,$(BARE),$(eval CFLAGS_$(p) = $(BARE_CC)))
# imapd and pop3d need nothing of that kind either.
LINK_pop3d = $(STATIC)
LINK_imapd = $(STATIC)
# So are those of checkpassword/ that ask no library of nsswitch or PAM: each
# is run at every login.
$(foreach p,checkpassword-cdb checkpassword-any checkpassword-app \
  checkpassword-cache checkpassword-master checkpassword-name checkpassword-vpopmail \
  login-allow login-hold login-ok,$(eval LINK_checkpassword/$(p) = $(STATIC)))

LIBS_base = -l:libskarnet.a
LIBS_message = -l:libutf8proc.a
LIBS_maildir = -l:liblmdb.a -lpthread
LIBS_login =
LIBS_checkpassword = -lcrypt -l:libargon2.a -l:libcrypto.a -l:libutf8proc.a \
  -l:libjansson.a
LIBS_pop3d =
LIBS_imapd = -l:libz.a
LIBS_sslserver = -lssl -lcrypto
LIBS_tools =

# Programs with a library of their own: LIBS_, CFLAGS_, the header to be there
# and the package that has it. Without the header such a program is left out,
# with a line that says so; in CI (CI is set) all have to be built.
C = checkpassword/checkpassword
LIBS_$(C)-sqlite = -lsqlite3
HEADER_$(C)-sqlite = sqlite3.h
PACKAGE_$(C)-sqlite = libsqlite3-dev
LIBS_$(C)-pgsql = -lpq
CFLAGS_$(C)-pgsql = -I/usr/include/postgresql
HEADER_$(C)-pgsql = libpq-fe.h
PACKAGE_$(C)-pgsql = libpq-dev
LIBS_$(C)-mysql = -lmariadb
CFLAGS_$(C)-mysql = -I/usr/include/mariadb
HEADER_$(C)-mysql = mysql.h
PACKAGE_$(C)-mysql = libmariadb-dev
LIBS_$(C)-ldap = -lldap -llber
HEADER_$(C)-ldap = ldap.h
PACKAGE_$(C)-ldap = libldap-dev
LIBS_$(C)-pam = -lpam
HEADER_$(C)-pam = security/pam_appl.h
PACKAGE_$(C)-pam = libpam0g-dev
LIBS_$(C)-oauth = -lcurl -lcrypto
LIBS_tools/maildir-import = -lssl -lcrypto
LIBS_tools/maildir-convert = -lssl -lcrypto

header_is_there = $(shell $(CC_LINE) $(CFLAGS_$(1)) -E -include $(HEADER_$(1)) \
  -x c /dev/null >/dev/null 2>&1 && echo yes)
usable = $(if $(HEADER_$(1)),$(if $(CI),yes,$(call header_is_there,$(1))),yes)
MAINS := $(foreach p,$(PROGRAMS),$(if $(wildcard $(p).c),$(if \
  $(call usable,$(p)),$(p),$(warning left out: $(p), for want of \
  $(HEADER_$(p)) (package $(PACKAGE_$(p)))))))
COMPILE = $(CC_LINE) $(SAN) -I. -MMD -MP
LINK = $(LD_LINE) $(SAN)

all: $(MAINS:%=$(O)%)

# libs_of FOLDER: its archive, those below it, and their libraries
libs_of = $(O)$(1)/lib.a $(foreach u,$(USES_$(1)),$(O)$(u)/lib.a)
ext_of = $(LIBS_$(1)) $(foreach u,$(USES_$(1)),$(LIBS_$(u)))

define folder
SRC_$(1) := $$(filter-out $$(PROGRAMS:%=%.c),$$(wildcard $(1)/*.c)) \
  $$(MADE_$(1))
TESTS_$(1) := $$(patsubst %.c,%,$$(wildcard $(1)/t/*.c))
$(O)$(1)/lib.a: $$(SRC_$(1):%.c=$(O)%.o)
	rm -f $$@ && ar rcs $$@ $$^
$$(TESTS_$(1):%=$(O)%): $(O)%: $(O)%.o $$(call libs_of,$(1))
	$$(LINK) -o $$@ $$< $$(call libs_of,$(1)) $$(call ext_of,$(1))
$$(patsubst %,$(O)%,$$(filter-out $(BARE),$$(filter $(1)/%,$$(MAINS)))): $(O)%: $(O)%.o $$(call libs_of,$(1))
	$$(LINK) $$(LINK_$(1)) $$(LINK_$$*) -o $$@ $$< $$(call libs_of,$(1)) $$(LIBS_$$*) $$(call ext_of,$(1))
TESTS += $$(TESTS_$(1))
endef
# message's tables of charsets, by a program that asks this system's iconv
GEN = $(O)message/gen/charset_tables
MADE_message = message/gen/charset_data.c
$(foreach f,$(FOLDERS),$(eval $(call folder,$(f))))

$(BARE:%=$(O)%): $(O)%: $(O)%.o
	$(LD_LINE) $(BARE_LD) -o $@ $<

$(GEN): message/gen/charset_tables.c message/charset_impl.h
	@mkdir -p $(@D)
	$(CC_LINE) -I. -o $@ $<
$(O)message/gen/charset_data.c: $(GEN) message/gen/charsets
	$(GEN) message/gen/charsets >$@.new
	mv $@.new $@
$(O)message/gen/charset_data.o: $(O)message/gen/charset_data.c
	$(COMPILE) -c -o $@ $<

$(O)%.o: %.c
	@mkdir -p $(@D)
	$(COMPILE) $(CFLAGS_$*) -c -o $@ $<

-include $(patsubst %.c,$(O)%.d,$(wildcard $(foreach f,$(FOLDERS) fuzz,$(f)/*.c $(f)/t/*.c) tests/faults/*.c))

# fuzz/fuzz_NAME.c: a fuzz entry, with a main that reads files; fuzz/run
# builds them with libFuzzer in its place
FUZZ := $(patsubst %.c,%,$(wildcard fuzz/fuzz_*.c))
FUZZ_MAIN = $(O)fuzz/driver.o
UPWARD = tools sslserver imapd pop3d checkpassword login maildir message base
$(FUZZ:%=$(O)%): $(O)%: $(O)%.o $(FUZZ_MAIN) $(UPWARD:%=$(O)%/lib.a)
	$(LINK) -o $@ $^ $(foreach f,$(UPWARD),$(LIBS_$(f)))

# tests/faults/faults: the store with every system call failing in turn
FAULTS = $(O)tests/faults/faults
$(FAULTS): $(patsubst %.c,$(O)%.o,$(wildcard tests/faults/*.c)) \
  $(call libs_of,maildir)
	$(LINK) -o $@ $^ $(call ext_of,maildir)

# imapd with a C library that lets its calls be taken over
FAULTS_IMAPD = $(O)tests/faults/imapd
$(FAULTS_IMAPD): $(O)imapd/imapd.o $(call libs_of,imapd)
	@mkdir -p $(@D)
	$(LINK) -o $@ $< $(call libs_of,imapd) $(call ext_of,imapd)

unit-tests: $(TESTS:%=$(O)%) $(FUZZ:%=$(O)%) $(FAULTS) $(FAULTS_IMAPD)

# check: all that needs no network, root or clock; then the same under
# AddressSanitizer and UndefinedBehaviorSanitizer
check: all unit-tests
	O=$(O) sh tests/check

check-asan:
	$(MAKE) O=build/asan/ SAN='-fsanitize=address,undefined -fno-sanitize-recover=undefined' check

PAGES := $(foreach f,$(FOLDERS),$(wildcard $(f)/*.1 $(f)/*.5 $(f)/*.7 $(f)/*.8))

# install: every owner and mode is set, whatever the umask and whatever an
# earlier install left; directories that others share are only made. Not by
# root (a packager's DESTDIR): the owner is the caller. Samples name
# /usr/local, which becomes the prefix of conf-home.
SCRIPTS = run-scripts/roost-conf
SAMPLES := $(foreach d,daemontools fail2ban systemd xinetd, \
  $(wildcard $(addprefix run-scripts/$(d)/,*.* */* */*/*)) \
  $(wildcard run-scripts/$(d)/roost-*))
TO = $(DESTDIR)$(HOME_DIR)

install: all
	umask 022; mkdir -p $(TO)/bin $(TO)/share/man; \
	own=; [ "$$(id -u)" != 0 ] || own='-o 0 -g 0'; \
	put() { install -D $$own -m "$$1" "$$2" "$$3" || exit 1; }; \
	for p in $(MAINS:%=$(O)%) $(SCRIPTS); do \
	  put 0755 $$p $(TO)/bin/$${p##*/}; done; \
	for p in $(PAGES) $(SCRIPTS:%=%.8); do \
	  put 0644 $$p $(TO)/share/man/man$${p##*.}/$${p##*/}; done; \
	for d in $(sort $(dir $(SAMPLES:run-scripts/%=%))); do \
	  install -d $$own -m 0755 $(TO)/share/roost $(TO)/share/roost/$$d || \
	    exit 1; done; \
	for f in $(sort $(SAMPLES)); do [ -f $$f ] || continue; \
	  case $$f in */run|*/roost-xinetd) m=0755 ;; *) m=0644 ;; esac; \
	  sed 's|/usr/local|$(HOME_DIR)|g' $$f | \
	    put $$m /dev/stdin $(TO)/share/roost/$${f#run-scripts/} || exit 1; done

list-programs:
	@echo $(PROGRAMS)

clean:
	rm -rf build
	find $(FOLDERS) -name '*.[oda]' -delete
	rm -f $(MAINS) $(TESTS) $(FUZZ) $(FAULTS) $(FAULTS_IMAPD) fuzz/*.[od] tests/faults/*.[od]
	rm -f message/gen/charset_data.* message/gen/charset_tables

.PHONY: all check check-asan unit-tests install list-programs clean
