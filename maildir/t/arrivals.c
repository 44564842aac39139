/* ISC licence; see LICENSE. */
#include "maildir/arrivals.h"

#include <stdlib.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "check.h"
#include "maildir/filename.h"

const char *PROG = "arrivals";

/* the order is that of filename_cmp_arrival, whatever names there are */
static uint32_t rng = 1;

static uint32_t rnd(uint32_t n)
{
  rng = rng * 1664525u + 1013904223u;
  return (rng >> 8) % n;
}

static size_t random_name(char *s, size_t size, unsigned int i)
{
  static const char *const times[] = {
    "0", "5", "1500000000", "1500000001", "9223372036854775807", "x",
    "9223372036854775808", "4294967296", "1700000000"
  };

  if (rnd(3)) return (size_t)snprintf(s, size, "%u.M%uP%u.h", 1500000000 +
                                      rnd(5), rnd(3) * 70000 + rnd(2), i);
  return (size_t)snprintf(s, size, "%s.%u.h:2,%s", times[rnd(9)], i,
                          rnd(2) ? "S" : "");
}

static void sorts(size_t n)
{
  struct namemap m = NAMEMAP_ZERO;
  struct arrival *a = xalloc(n * sizeof *a);
  char s[80];
  size_t i, len;
  int ok = 1;

  for (i = 0; i < n; i++) {
    len = random_name(s, sizeof s, (unsigned int)i);
    a[i].entry = (uint32_t)namemap_add(&m, s, len, filename_base(s, len));
    a[i].time = filename_time(s, len, &a[i].micro);
  }
  arrivals_sort(a, n, &m);
  for (i = 1; i < n; i++)
    if (filename_cmp_arrival(namemap_text(&m, a[i - 1].entry),
                             m.e[a[i - 1].entry].len,
                             namemap_text(&m, a[i].entry),
                             m.e[a[i].entry].len) >= 0) ok = 0;
  CHECK(ok);
  namemap_free(&m);
  free(a);
}

int main(void)
{
  size_t n;

  for (n = 0; n < 40; n++) sorts(n);
  sorts(3000);
  return check_done("arrivals");
}
