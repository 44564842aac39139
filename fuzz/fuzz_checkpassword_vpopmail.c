/* ISC licence; see LICENSE. */
/*
 * vpopmail's files with anything in them, as cdb and as text: a domain's
 * record in users/, a user's in vpasswd, limits, and a user for a sample.
 * Whatever is found may be used as a string and a path.
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "checkpassword/pwhash.h"
#include "checkpassword/user.h"
#include "checkpassword/vpopmail.h"

const char *PROG = "fuzz_checkpassword_vpopmail";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char *const names[] = {
  "users/cdb", "users/assign", "vpasswd.cdb", "vpasswd", ".qmailadmin-limits"
};
#define NAMES (sizeof names / sizeof names[0])
static char dir[] = "/tmp/roost-fuzz.XXXXXX";

static int top;               /* the paths of the corpus are relative */

static void remove_all(void)
{
  size_t i;

  for (i = 0; i < NAMES; i++) unlinkat(top, names[i], 0);
  unlinkat(top, "users", AT_REMOVEDIR);
  rmdir(dir);
}

static void lay_out(void)
{
  static int done;

  if (done++) return;
  if (!mkdtemp(dir) || (top = open(dir, O_RDONLY | O_CLOEXEC)) == -1
      || mkdirat(top, "users", 0700) == -1) abort();
  atexit(remove_all);
}

static void domain(void)
{
  struct vpop_domain d = VPOP_DOMAIN_ZERO;
  stralloc file = STRALLOC_ZERO;

  if (vpop_domain_find(&d, dir, "example.org", &file) == 1
      && (!d.uid || !d.gid || *d.dir.s != '/' || !*d.name.s)) abort();
  vpop_domain_free(&d);
  stralloc_free(&file);
}

static void user(void)
{
  struct vpop_domain d = VPOP_DOMAIN_ZERO;
  struct vpop_user u = VPOP_USER_ZERO;
  stralloc file = STRALLOC_ZERO;
  uint32_t flags;

  user_set(&d.dir, dir, strlen(dir));
  if (vpop_user_find(&u, &d, "joe", &file) == 1
      && (strlen(u.hash.s) + 1 != u.hash.len || strchr(u.hash.s, ':')
          || strlen(u.clear.s) + 1 != u.clear.len)) abort();
  if (vpop_sample(&u, &d) && !pwhash_known(u.hash.s)) abort();
  vpop_limits(&flags, &d, &file);
  vpop_user_free(&u);
  vpop_domain_free(&d);
  stralloc_free(&file);
}

/* The first octet says which file the rest is. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  const char *name;
  int fd;

  if (!len) return 0;
  lay_out();
  name = names[*data % NAMES];
  fd = openat(top, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd == -1 || write(fd, data + 1, len - 1) != (ssize_t)len - 1
      || close(fd) == -1) abort();
  domain();
  user();
  unlinkat(top, name, 0);
  return 0;
}
