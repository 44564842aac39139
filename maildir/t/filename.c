/* ISC licence; see LICENSE. */
#include "maildir/filename.h"

#include <string.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "check.h"

const char *PROG = "filename";

static int with(const char *name, uint32_t flags, uint32_t keywords,
                uint32_t known, const char *wanted)
{
  stralloc sa = STRALLOC_ZERO;
  int ok;

  filename_with(&sa, name, strlen(name), flags, keywords, known);
  ok = stralloc_eqs(&sa, wanted);
  if (!ok) printf("got %.*s, wanted %s\n", (int)sa.len, sa.s, wanted);
  stralloc_free(&sa);
  return ok;
}

static int flags(const char *name, uint32_t f, uint32_t k)
{
  uint32_t gf = 77, gk = 77;

  filename_flags(name, strlen(name), &gf, &gk);
  return gf == f && gk == k;
}

static int64_t size(const char *name, char key)
{
  return filename_size(name, strlen(name), key);
}

static int times(const char *name, int64_t t, uint32_t m)
{
  uint32_t gm = 77;

  return filename_time(name, strlen(name), &gm) == t && gm == m;
}

static int cmp(const char *a, const char *b)
{
  int r = filename_cmp_arrival(a, strlen(a), b, strlen(b));
  int s = filename_cmp_arrival(b, strlen(b), a, strlen(a));

  return (r < 0 && s > 0) || (r > 0 && s < 0) || (!r && !s) ? r : 99;
}

static void check_flags(void)
{
  CHECK(filename_base("a,S=1:2,S", 9) == 5);
  CHECK(filename_base("a:b:c", 5) == 1);
  CHECK(filename_base("abc", 3) == 3);
  CHECK(filename_base("", 0) == 0);
  CHECK(flags("a", 0, 0));
  CHECK(flags("a:2,", 0, 0));
  CHECK(flags("a:2", 0, 0));
  CHECK(flags("a:1,S", 0, 0));
  CHECK(flags("a:2,DFPRST", MF_ALL, 0));
  CHECK(flags("a:2,TS", MF_DELETED | MF_SEEN, 0));
  CHECK(flags("a:2,Sacz", MF_SEEN, 1u | 4u | 1u << 25));
  CHECK(flags("a:2,SXQ1", MF_SEEN, 0));
  CHECK(flags("a:2,S,T", MF_SEEN, 0));
  CHECK(flags("a:2,:S", MF_SEEN, 0));
}

static void check_with(void)
{
  CHECK(with("u", 0, 0, 0, "u:2,"));
  CHECK(with("u", MF_SEEN | MF_DRAFT, 0, 0, "u:2,DS"));
  CHECK(with("u:2,Fa", MF_FLAGGED | MF_SEEN, 0, 0, "u:2,FSa"));
  CHECK(with("u:2,Fab", 0, 2, 3, "u:2,b"));
  CHECK(with("u:2,Fab", 0, 0, 1, "u:2,b"));
  CHECK(with("u:2,SXA", MF_FLAGGED, 4, 4, "u:2,AFXc"));
  CHECK(with("u:2,S,extra:T", 0, 0, 0, "u:2,,extra:T"));
  CHECK(with("u:1,S,x", MF_SEEN, 0, 0, "u:2,S"));
  CHECK(with("u:", MF_SEEN, 0, 0, "u:2,S"));
  CHECK(with("u,S=5,U=7:2,", MF_SEEN, 0, 0, "u,S=5,U=7:2,S"));
  CHECK(with("u:2,SSSaa", 0, 0, 0, "u:2,a"));
  CHECK(with("u:2,\xff", MF_SEEN, 0, 0, "u:2,S\xff"));
}

static void check_sizes(void)
{
  CHECK(size("a,S=12,W=34:2,", 'S') == 12);
  CHECK(size("a,S=12,W=34:2,", 'W') == 34);
  CHECK(size("a,W=34", 'S') == -1);
  CHECK(size("a,S=12x", 'S') == -1);
  CHECK(size("a,S=", 'S') == -1);
  CHECK(size("a,S=,W=3", 'S') == -1);
  CHECK(size("a,S=-1", 'S') == -1);
  CHECK(size("a:2,S=5", 'S') == -1);
  CHECK(size("a:2,,S=5", 'S') == -1);
  CHECK(size("a,S=0", 'S') == 0);
  CHECK(size("a,S=9223372036854775807", 'S') == INT64_MAX);
  CHECK(size("a,S=9223372036854775808", 'S') == -1);
  CHECK(size("a,S=99999999999999999999999", 'S') == -1);
  CHECK(size(",S=7", 'S') == 7);
  CHECK(size("", 'S') == -1);
}

static void check_order(void)
{
  CHECK(times("1700000000.M123P4.host", 1700000000, 123));
  CHECK(times("1700000000.R12AFM7P4.host", 1700000000, 7));
  CHECK(times("1700000000.4_1.M9", 1700000000, 0));
  CHECK(times("1700000000", 1700000000, 0));
  CHECK(times("1700000000,S=4:2,S", 1700000000, 0));
  CHECK(times("nine.M5", 0, 0));
  CHECK(times("", 0, 0));
  CHECK(times("99999999999999999999.M5", 0, 0));
  CHECK(times("1.M99999999999999", 1, 0));
  CHECK(times("1.M", 1, 0));
  CHECK(cmp("9.x", "10.x") < 0);
  CHECK(cmp("10.M9P1.x", "10.M10P1.x") < 0);
  CHECK(cmp("10.M9P1.x", "10.M9P2.x") < 0);
  CHECK(cmp("10.a", "10.ab") < 0);
  CHECK(cmp("10.a", "10.a") == 0);
  CHECK(cmp("x", "1.x") < 0);
}

static void check_unique(void)
{
  stralloc a = STRALLOC_ZERO, b = STRALLOC_ZERO;
  uint32_t micro;

  filename_unique(&a);
  filename_unique(&b);
  CHECK(a.len != b.len || memcmp(a.s, b.s, a.len));
  CHECK(filename_ok(a.s, a.len) && a.len < FILENAME_LIMIT - 80);
  CHECK(filename_base(a.s, a.len) == a.len);
  CHECK(filename_time(a.s, a.len, &micro) > 1600000000);
  CHECK(filename_size(a.s, a.len, 'S') == -1);
  filename_add_sizes(&a, 10, UINT32_MAX);
  CHECK(filename_size(a.s, a.len, 'S') == 10);
  CHECK(filename_size(a.s, a.len, 'W') == UINT32_MAX);
  stralloc_free(&a);
  stralloc_free(&b);
}

static void check_ok(void)
{
  char n[257];

  memset(n, 'a', sizeof n);
  CHECK(filename_ok(n, 255) && !filename_ok(n, 256));
  CHECK(!filename_ok("", 0));
  CHECK(!filename_ok(".nfs0001", 8));
  CHECK(!filename_ok(":2,S", 4));
  CHECK(!filename_ok("a\nb", 3));
  CHECK(!filename_ok("a/b", 3));
  CHECK(!filename_ok("a\0b", 3));
  CHECK(filename_ok("a b\r\xff", 5));
}

static uint32_t kept(const char *name, uint32_t wanted)
{
  uint32_t v = 0, uid = filename_kept(name, strlen(name), &v);

  return v == wanted ? uid : 0;
}

static void check_kept(void)
{
  CHECK(kept("1.a,K=77.8", 77) == 8);
  CHECK(kept("1.a,I=00,K=4294967295.4026531839,S=3,W=4:2,S", UINT32_MAX)
        == FILENAME_KEPT_MAX);
  CHECK(kept("1.a,K=77.4026531840", 0) == 0);
  CHECK(kept("1.a,K=4294967296.8", 0) == 0);
  CHECK(kept("1.a,K=77.8x", 0) == 0);
  CHECK(kept("1.a,K=77.", 0) == 0);
  CHECK(kept("1.a,K=77", 0) == 0);
  CHECK(kept("1.a,K=0.8", 0) == 0);
  CHECK(kept("1.a,K=8.0", 0) == 0);
  CHECK(kept("1.a,K=.8", 0) == 0);
  CHECK(kept("1.a:2,K=77.8", 0) == 0);
  CHECK(kept("1.a", 0) == 0);
}

int main(void)
{
  check_flags();
  check_with();
  check_sizes();
  check_order();
  check_unique();
  check_ok();
  check_kept();
  return check_done(PROG);
}
