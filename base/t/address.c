/* ISC licence; see LICENSE. */
#include "base/address.h"

#include <string.h>

#include "login/t/test.h"

char const *PROG = "address";

static struct nets l;

static int in(const char *ip)
{
  struct address a;

  return address_scan(&a, ip) == 0 && nets_match(&l, &a);
}

static void test_text(void)
{
  struct address a;
  char s[ADDRESS_TEXT];

  CHECK(address_scan(&a, "192.0.2.1") == 0 && address_is4(&a));
  address_text(&a, s);
  CHECK(!strcmp(s, "192.0.2.1"));
  CHECK(address_scan(&a, "::ffff:192.0.2.1") == 0 && address_is4(&a));
  CHECK(address_scan(&a, "2001:db8::1") == 0 && !address_is4(&a));
  address_text(&a, s);
  CHECK(!strcmp(s, "2001:db8::1"));
  address_expanded(&a, s);
  CHECK(!strcmp(s, "2001:0db8:0000:0000:0000:0000:0000:0001"));
  CHECK(address_scan(&a, "192.0.2") == -1);
  CHECK(address_scan(&a, "") == -1);
}

static void test_nets(void)
{
  CHECK(nets_scan(&l, "") == 0 && l.n == 0 && !in("127.0.0.1"));
  CHECK(nets_scan(&l, "10.0.0.0/8, 192.0.2.1\n fd00::/8 ::1") == 0);
  CHECK(l.n == 4);
  CHECK(in("10.255.0.1") && !in("11.0.0.0") && in("192.0.2.1")
    && !in("192.0.2.0") && in("fd12::1") && !in("fc00::1") && in("::1")
    && !in("::2") && in("::ffff:10.1.1.1"));
  CHECK(nets_scan(&l, "0.0.0.0/0") == 0 && in("1.2.3.4") && !in("::1"));
  CHECK(nets_scan(&l, "::/0") == 0 && in("1.2.3.4") && in("::1"));
}

static void test_bad(void)
{
  static const char *const bad[] = { "10.0.0.1/8", "10.0.0.0/33", "fd00::/129",
    "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "host", "10.", "/8",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "fd00::1/64", 0 };
  char many[65 * 4 + 1];
  int i;

  for (i = 0; bad[i]; i++) CHECK(nets_scan(&l, bad[i]) == -1);
  for (i = 0; i < 65; i++) memcpy(many + 4 * i, "::1 ", 4);
  many[65 * 4] = 0;
  CHECK(nets_scan(&l, many) == -1);
  many[64 * 4] = 0;
  CHECK(nets_scan(&l, many) == 0);
}

int main(void)
{
  test_text();
  test_nets();
  test_bad();
  return test_end("address");
}
