/* ISC licence; see LICENSE. */
#include "checkpassword/system.h"

#include <skalibs/strerr.h>

#include "checkpassword/pwhash.h"
#include "test.h"

char const *PROG = "system";

#define TODAY 20000L

static const char *shadow(long changed, long max, long inact, long expire)
{
  struct spwd sp;

  memset(&sp, 0, sizeof sp);
  sp.sp_lstchg = changed;
  sp.sp_max = max;
  sp.sp_inact = inact;
  sp.sp_expire = expire;
  sp.sp_min = sp.sp_warn = -1;
  return shadow_refuses(&sp, TODAY);
}

/* shadow(5) */
static void ages(void)
{
  SAME(shadow(19000, 99999, -1, -1), 0);
  SAME(shadow(-1, -1, -1, -1), 0);
  SAME(shadow(19000, -1, -1, TODAY + 1), 0);
  SAME(shadow(19000, -1, -1, TODAY), "expired");
  SAME(shadow(19000, -1, -1, TODAY - 1), "expired");
  SAME(shadow(19000, -1, -1, 0), "expired");
  SAME(shadow(0, 99999, -1, -1), "aged");       /* must be changed first */
  SAME(shadow(TODAY - 90, 90, -1, -1), 0);
  SAME(shadow(TODAY - 91, 90, -1, -1), "aged");
  SAME(shadow(TODAY - 91, 90, 30, -1), "aged");
  SAME(shadow(TODAY + 5, 0, -1, -1), 0);        /* a clock once went wrong */
  SAME(shadow(TODAY, 0, -1, -1), 0);
  SAME(shadow(0, -1, -1, TODAY), "expired");
}

static void accounts(void)
{
  struct user u = USER_ZERO;
  stralloc dummy = STRALLOC_ZERO;
  const char *late = "x";

  CHECK(system_find("", &u, &late) == 0);
  CHECK(system_find("no such:account\n", &u, &late) == 0);
  SAME(late, 0);
  CHECK(system_dummy("nobody at all", &dummy) == 0);
  CHECK(pwhash_check(dummy.s, "x") == 0);
  stralloc_free(&dummy);
  user_free(&u);
}

int main(void)
{
  ages();
  accounts();
  return test_end(PROG);
}
