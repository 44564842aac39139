/* ISC licence; see LICENSE. */
#include "checkpassword/dummy.h"

#include <errno.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "checkpassword/pwhash.h"
#include "test.h"

char const *PROG = "dummy";

#define SHA "$5$8a9rj7Ylfvsu1cfP$G2rQXrbWhrJ50o5bW.AhJbOPMLcthqg/R.FMEdUdAq8"
#define TAIL "G2rQXrbWhrJ50o5bW.AhJbOPMLcthqg/R.FMEdUdAq8"
#define MD5 "$1$.q6Vpox1$WS9gg2gaEQxPM1egfeiK2."

static stralloc out = STRALLOC_ZERO;

/* How many of 1000 names are given a stand-in that begins so. */
static int share(const struct dummies *d, const char *prefix)
{
  char name[32];
  int i, n = 0;

  for (i = 0; i < 1000; i++) {
    snprintf(name, sizeof name, "user%d@example.org", i);
    if (dummies_pick(d, name, &out) == 0
        && !strncmp(out.s, prefix, strlen(prefix))) n++;
  }
  return n;
}

static void proportions(void)
{
  struct dummies d = DUMMIES_ZERO;
  stralloc first = STRALLOC_ZERO;
  int i, n;

  memcpy(d.key, "0123456789abcdef0123456789abcdef", DUMMY_KEY);
  for (i = 0; i < 30; i++) dummies_add(&d, SHA);
  for (i = 0; i < 10; i++) dummies_add(&d, MD5);
  dummies_add(&d, "!");
  dummies_add(&d, "*");
  CHECK(d.n == 2 && d.c[0].count == 30 && d.c[1].count == 10);
  n = share(&d, "$5$");
  CHECK(n > 680 && n < 820);
  CHECK(share(&d, "$1$") == 1000 - n);
  CHECK(share(&d, "$5$") == n);                 /* always the same */

  CHECK(dummies_pick(&d, "joe", &first) == 0);
  CHECK(dummies_pick(&d, "joe", &out) == 0);
  SAME(out.s, first.s);
  memset(d.key, 'x', DUMMY_KEY);                /* others with another key */
  CHECK(share(&d, "$5$") != n || share(&d, "$5$") < 1000);
  stralloc_free(&first);
  dummies_free(&d);
}

static void none(void)
{
  struct dummies d = DUMMIES_ZERO;

  CHECK(dummies_pick(&d, "joe", &out) == 0);
  CHECK(!strncmp(out.s, "$y$", 3));
  CHECK(pwhash_check(out.s, "x") == 0);         /* works, and fits nothing */
}

static void classes(void)
{
  struct dummies d = DUMMIES_ZERO;
  char hash[100];
  int i;

  for (i = 0; i < 100; i++) {
    snprintf(hash, sizeof hash, "$5$rounds=%d$salt$" TAIL, 1000 + i);
    dummies_add(&d, hash);
  }
  CHECK(d.n == DUMMY_CLASSES);
  dummies_add(&d, "$5$rounds=1003$other$" TAIL);
  CHECK(d.c[3].count == 2);
  dummies_free(&d);
}

/* Every kind of scheme: those of the same cost together, salts apart. */
static void schemes(void)
{
  static const char *const same[][2] = {
    { "{SSHA}Fkb7V0D0aEErJAaxMW6Va0t1Ly4srXVw",
      "{SSHA.HEX}26de7508b057b4a81ee8138fb87494ac51f3c52e4980f56c" },
    { "{PBKDF2}$1$qvL7I36L4oOAeg3U$5000$520a2f60e61c1fab45f0ac253b588e3a3db5e88"
      "a", "{PBKDF2}$1$other$5000$620a2f60e61c1fab45f0ac253b588e3a3db5e88a" },
    { "$argon2id$v=19$m=64,t=3,p=1$6PKm49WB67NKpENLeoAsww$BMsOsK2y1TQL92ZuI+qq/"
      "W6PDoUiuj1ue02pOwL8Dss",
      "{ARGON2ID}$argon2id$v=19$m=64,t=3,p=1$7PKm49WB67NKpENLeoAsww$BMsOsK2y1TQ"
      "L92ZuI+qq/W6PDoUiuj1ue02pOwL8Dss" },
    { "{PLAIN}pw", "{CLEARTEXT}other" },
    { SHA, "{SHA256-CRYPT}" SHA }
  };
  struct dummies d = DUMMIES_ZERO;
  unsigned i;

  memcpy(d.key, "0123456789abcdef0123456789abcdef", DUMMY_KEY);
  for (i = 0; i < 5; i++) {
    dummies_add(&d, same[i][0]);
    dummies_add(&d, same[i][1]);
    CHECK(d.n == i + 1 && d.c[i].count == 2);
  }
  dummies_add(&d, "{PBKDF2}$1$qvL7I36L4oOAeg3U$5001$520a2f60e61c1fab45f0ac253b5"
              "88e3a3db5e88a");
  CHECK(d.n == 6);
  dummies_add(&d, "{NONE}x");
  dummies_add(&d, "{CRYPT}!");
  CHECK(d.n == 6);
  CHECK(share(&d, "{SSHA}") > 100 && share(&d, "$argon2id$") > 100);
  dummies_free(&d);
}

static int load(struct dummies *d, const char *s, size_t len)
{
  int r;

  memset(d, 0, sizeof *d);
  errno = 0;
  r = dummies_load(d, s, len);
  return r == -1 ? errno : 0;
}

static void saving(void)
{
  struct dummies d = DUMMIES_ZERO, e;
  stralloc s = STRALLOC_ZERO;
  size_t i;

  memset(d.key, 'k', DUMMY_KEY);
  dummies_add(&d, SHA);
  dummies_add(&d, SHA);
  dummies_add(&d, MD5);
  dummies_save(&d, &s);
  CHECK(load(&e, s.s, s.len) == 0);
  CHECK(e.n == 2 && e.c[0].count == 2 && e.c[1].count == 1);
  SAME(e.c[0].hash.s, SHA);
  SAME(e.c[1].hash.s, MD5);
  CHECK(!memcmp(e.key, d.key, DUMMY_KEY));
  dummies_free(&e);
  for (i = 0; i < s.len; i++) {                 /* cut anywhere */
    int whole = i == DUMMY_KEY || (i > DUMMY_KEY && !s.s[i - 1]);

    CHECK(load(&e, s.s, i) == (whole ? 0 : EPROTO));
    dummies_free(&e);
  }
  s.len = DUMMY_KEY;
  stralloc_catb(&s, "x " MD5, sizeof MD5 + 2);
  CHECK(load(&e, s.s, s.len) == EPROTO);
  s.len = DUMMY_KEY;
  stralloc_catb(&s, "1 *", 4);
  CHECK(load(&e, s.s, s.len) == EPROTO);
  s.len = DUMMY_KEY;
  stralloc_catb(&s, "99999999999999999999 " MD5, sizeof MD5 + 21);
  CHECK(load(&e, s.s, s.len) == EPROTO);
  dummies_free(&d);
  stralloc_free(&s);
}

int main(void)
{
  proportions();
  none();
  classes();
  schemes();
  saving();
  stralloc_free(&out);
  return test_end(PROG);
}
