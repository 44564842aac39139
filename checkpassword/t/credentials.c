/* ISC licence; see LICENSE. */
#include "checkpassword/credentials.h"

#include <errno.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "test.h"

char const *PROG = "credentials";

static struct credentials c;

/* Reads len octets through a pipe, in two writes; the result is errno or 0. */
static int feed(const char *data, size_t len)
{
  int p[2], r;

  if (pipe(p) == -1) return -1;
  if (write(p[1], data, len / 2) == -1
      || write(p[1], data + len / 2, len - len / 2) == -1) return -1;
  close(p[1]);
  errno = 0;
  r = credentials_read(&c, p[0]);
  r = r == -1 ? errno : 0;
  close(p[0]);
  return r;
}

#define FEED(s) feed((s), sizeof(s) - 1)

static int all_zero(void)
{
  size_t i;

  for (i = 0; i < sizeof c.octets; i++) if (c.octets[i]) return 0;
  return 1;
}

static void good(void)
{
  CHECK(FEED("joe\0secret\0<1.2@h>\0") == 0);
  SAME(c.name, "joe");
  SAME(c.password, "secret");
  SAME(c.timestamp, "<1.2@h>");
  CHECK(FEED("joe\0secret\0\0") == 0);
  SAME(c.timestamp, "");
  CHECK(FEED("joe\0secret\0") == 0);            /* no timestamp at all */
  SAME(c.password, "secret");
  SAME(c.timestamp, "");
  CHECK(FEED("joe\0secret\0t\0more \0 data") == 0);
  SAME(c.timestamp, "t");
  CHECK(FEED("\0\0\0") == 0);                   /* allowed by the interface */
  SAME(c.name, "");
  SAME(c.password, "");
}

static void bad(void)
{
  CHECK(FEED("") == EPROTO);
  CHECK(FEED("joe") == EPROTO);
  CHECK(FEED("joe\0") == EPROTO);
  CHECK(FEED("joe\0secret") == EPROTO);
  CHECK(all_zero());
  SAME(c.password, "");
  CHECK(FEED("joe\0secret\0cut off") == EPROTO);
  CHECK(all_zero());
  CHECK(credentials_read(&c, 999) == -1 && errno == EBADF);
}

static void length(void)
{
  char data[600];

  memset(data, 'a', sizeof data);
  data[3] = data[510] = data[511] = 0;
  CHECK(feed(data, 512) == 0);
  CHECK(strlen(c.password) == 506);
  CHECK(feed(data, 513) == EMSGSIZE);
  CHECK(all_zero());
  CHECK(feed(data, 600) == EMSGSIZE);
}

static void wiping(void)
{
  CHECK(FEED("joe\0secret\0stamp\0") == 0);
  credentials_forget(&c);
  SAME(c.name, "joe");
  SAME(c.password, "");
  CHECK(!memchr(c.octets + 3, 's', sizeof c.octets - 3));
  credentials_wipe(&c);
  CHECK(all_zero());
  SAME(c.name, "");
}

int main(void)
{
  good();
  bad();
  length();
  wiping();
  return test_end(PROG);
}
