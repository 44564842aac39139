/* ISC licence; see LICENSE. */
#include "sslserver/rules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <skalibs/cdbmake.h>

#include "login/t/test.h"

char const *PROG = "rules";

static char dir[] = "/tmp/roost-rules.XXXXXX", path[64];
static char got[256];

static void set(const char *name, const char *value)
{
  size_t n = strlen(got);

  snprintf(got + n, sizeof got - n, "%s=%s;", name, value);
}

/* one rule for each key, that sets K to it; the last ones are special */
static void make(const char *key, ...)
{
  cdbmaker c = CDBMAKER_ZERO;
  char data[128];
  va_list ap;
  size_t n;
  int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

  if (fd == -1 || !cdbmake_start(&c, fd)) exit(111);
  va_start(ap, key);
  for (; key; key = va_arg(ap, const char *)) {
    n = (size_t)snprintf(data, sizeof data, "+K=%s", key) + 1;
    if (!strcmp(key, "10.0.0.9")) {
      memcpy(data, "D", 2);
      n = 2;
    } else if (!strcmp(key, "10.0.0.8")) {
      memcpy(data, "+A=1\0+B=x=y\0+=z\0?\0+C", 21);
      n = 20;                           /* C is not ended, so it is not set */
    } else if (!strcmp(key, "10.0.0.7")) n = 0;
    if (!cdbmake_add(&c, key, (uint32_t)strlen(key), data, (uint32_t)n))
      exit(111);
  }
  va_end(ap);
  if (!cdbmake_finish(&c)) exit(111);
  close(fd);
}

static int apply(const char *ip, const char *host, const char *info)
{
  struct address a;

  got[0] = 0;
  if (address_scan(&a, ip) == -1) exit(111);
  return rules_apply(path, &a, host, info, set);
}

static int hits(const char *ip, const char *host, const char *info,
  const char *key)
{
  char want[64];

  snprintf(want, sizeof want, "K=%s;", key);
  return apply(ip, host, info) == 1 && !strcmp(got, want);
}

#define HOST "a.b.example"

/* facts first: what comes earlier in the list wins over all that is later */
static void test_order(void)
{
  static const char *const keys[] = { "joe@192.0.2.1", "joe@=" HOST,
    "192.0.2.1", "=" HOST, "192.0.2.", "192.0.", "192.",
    "_11000000000000000000001000000001", "_1100000000000000", "_1",
    "=.b.example", "=.example", "=", "" };
  size_t n = sizeof keys / sizeof *keys, i;

  for (i = 0; i < n; i++) {
    make(keys[i], i + 1 < n ? keys[i + 1] : 0, n > i + 2 ? keys[n - 1] : 0,
      (char *)0);
    CHECK(hits("192.0.2.1", HOST, "joe", keys[i]));
  }
  make("192.0.2.1", "", (char *)0);
  CHECK(hits("192.0.2.10", 0, 0, ""));
  CHECK(hits("192.0.2.11", HOST, 0, ""));
  make("192.0", "joe@192.0.2.", "=b.example", (char *)0);
  CHECK(apply("192.0.2.1", HOST, "joe") == 1 && !got[0]);
  make("=", (char *)0);
  CHECK(apply("192.0.2.1", 0, 0) == 1 && !got[0]);
}

static void test_ipv6(void)
{
  make("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:0db8:", "",
    (char *)0);
  CHECK(hits("2001:db8::1", 0, 0, "2001:0db8:0000:0000:0000:0000:0000:0001"));
  CHECK(hits("2001:db8::2", 0, 0, "2001:0db8:"));
  CHECK(hits("2001:db9::2", 0, 0, ""));
  make("^0010000000000001", "_0010", (char *)0);
  CHECK(hits("2001:db8::2", 0, 0, "^0010000000000001"));
  CHECK(apply("2002::", 0, 0) == 1 && !got[0]);
  CHECK(hits("::ffff:32.1.1.1", 0, 0, "_0010"));
}

static void test_data(void)
{
  make("10.0.0.9", "10.0.0.8", "10.0.0.7", (char *)0);
  CHECK(apply("10.0.0.9", 0, 0) == 0 && !got[0]);
  CHECK(apply("10.0.0.8", 0, 0) == 1 && !strcmp(got, "A=1;B=x=y;"));
  CHECK(apply("10.0.0.7", 0, 0) == 1 && !got[0]);
  CHECK(apply("10.0.0.6", 0, 0) == 1 && !got[0]);
}

static void test_broken(void)
{
  struct address a;
  int fd;

  address_scan(&a, "10.0.0.1");
  CHECK(rules_apply("/nonexistent/cdb", &a, 0, 0, set) == -1
    && errno == ENOENT);
  fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  CHECK(write(fd, "short", 5) == 5);
  close(fd);
  CHECK(rules_apply(path, &a, 0, 0, set) == -1);
}

int main(void)
{
  if (!mkdtemp(dir)) exit(111);
  snprintf(path, sizeof path, "%s/cdb", dir);
  test_order();
  test_ipv6();
  test_data();
  test_broken();
  unlink(path);
  rmdir(dir);
  return test_end("rules");
}
