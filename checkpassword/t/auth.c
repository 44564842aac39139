/* ISC licence; see LICENSE. */
#include "checkpassword/auth.h"

#include <errno.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "checkpassword/become.h"
#include "checkpassword/pwhash.h"
#include "test.h"

char const *PROG = "auth";

#define HASH "$5$8a9rj7Ylfvsu1cfP$G2rQXrbWhrJ50o5bW.AhJbOPMLcthqg/R.FMEdUdAq8"
#define DUMMY "$5$xxxxxxxxxxxxxxxx$"

static unsigned long calls;     /* of crypt(3), in the last verdict */

static const char *verdict(const char *hash, const char *password)
{
  struct user u = USER_ZERO;
  const char *r;

  if (hash) user_set(&u.hash, hash, strlen(hash));
  calls = pwhash_calls;
  r = auth_verdict(hash ? &u : 0, DUMMY, password);
  calls = pwhash_calls - calls;
  user_free(&u);
  return r;
}

/* Every way to be refused costs the one call that a wrong password costs. */
static void verdicts(void)
{
  SAME(verdict(HASH, "pw"), 0);
  CHECK(calls == 1);
  SAME(verdict(HASH, "wrong"), "password");
  CHECK(calls == 1);
  SAME(verdict(0, "pw"), "unknown");
  CHECK(calls == 1);
  SAME(verdict(0, ""), "unknown");
  CHECK(calls == 1);
  SAME(verdict(HASH, ""), "empty");
  CHECK(calls == 1);
  SAME(verdict("!" HASH, "pw"), "locked");
  CHECK(calls == 1);
  SAME(verdict("*", "pw"), "locked");
  CHECK(calls == 1);
  SAME(verdict("", ""), "locked");
  CHECK(calls == 1);
  SAME(verdict("", "pw"), "locked");
  CHECK(calls == 1);
  SAME(verdict("{NONE}pw", "{NONE}pw"), "scheme");
  CHECK(calls == 1);
  SAME(verdict("x", "x"), "scheme");
  CHECK(calls == 1);
}

/* The stand-in is of the kind that was asked for, and never lets in. */
static void stand_in(void)
{
  struct user u = USER_ZERO;

  SAME(auth_verdict(0, HASH, "pw"), "unknown");
  user_set(&u.hash, "*", 1);
  SAME(auth_verdict(&u, HASH, "pw"), "locked");
  user_free(&u);
}

static const char *range(uid_t uid, gid_t gid, uint64_t umin, uint64_t umax,
                         uint64_t gmin, uint64_t gmax)
{
  struct id_range r = { umin, umax, gmin, gmax };
  struct user u = USER_ZERO;

  u.uid = uid;
  u.gid = gid;
  return id_range_refuses(&r, &u);
}

static void ranges(void)
{
  SAME(range(1000, 1000, 1, 4294967294u, 0, 4294967294u), 0);
  SAME(range(0, 1000, 1, 4294967294u, 0, 4294967294u), "root");
  SAME(range(0, 1000, 0, 4294967294u, 0, 4294967294u), "root");
  SAME(range((uid_t)-1, 1000, 1, 4294967294u, 0, 4294967294u), "uid");
  SAME(range(1000, (gid_t)-1, 1, 4294967294u, 0, 4294967294u), "gid");
  SAME(range((uid_t)-1, 1, 0, UINT32_MAX, 0, UINT32_MAX), "uid");
  SAME(range(1, (gid_t)-1, 0, UINT32_MAX, 0, UINT32_MAX), "gid");
  SAME(range(1000, 0, 1, 4294967294u, 0, 4294967294u), 0);
  SAME(range(999, 1000, 1000, 2000, 100, 200), "uid");
  SAME(range(2001, 100, 1000, 2000, 100, 200), "uid");
  SAME(range(1000, 99, 1000, 2000, 100, 200), "gid");
  SAME(range(1000, 201, 1000, 2000, 100, 200), "gid");
  SAME(range(2000, 200, 1000, 2000, 100, 200), 0);
}

/* Root is refused before anything else is tried. */
static void never_root(void)
{
  struct user u = USER_ZERO;
  const char *step = 0;

  user_set(&u.name, "root", 4);
  user_set(&u.home, "/", 1);
  u.uid = 0;
  u.gid = 0;
  errno = 0;
  CHECK(user_become(&u, &step) == -1 && errno == EPERM);
  SAME(step, "become");
  user_free(&u);
}

int main(void)
{
  verdicts();
  stand_in();
  ranges();
  never_root();
  return test_end(PROG);
}
