/* ISC licence; see LICENSE. */
#include "checkpassword/pwhash.h"

#include <errno.h>
#include <stdlib.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "test.h"

char const *PROG = "pwhash";

/* Every scheme of libxcrypt 4.4; the password is "pw". */
static const struct {
  const char *hash;
  const char *scheme;
  const char *class;            /* the part that tells scheme and cost */
} known[] = {
  { "$y$j9T$ivFxWi7W.CeKk76O/X2I31$5q9v3NYmMdyIWQPdsdIROXn6ruHf6e8Z9F7DezvtLW6",
    "yescrypt", "yescrypt $y$j9T$" },
  { "$gy$j9T$gd4yVV2U0Eh096w45.1Gn0$Z3cBziddwiE6gk2NFwmUNg7a25FY8hQraD9JjA4nb0/",
    "gost-yescrypt", "gost-yescrypt $gy$j9T$" },
  { "$7$CU..../....GX6jsYg7vKCHfDncPc40Z.$T3quUcMHUGuMBlFzBGGLdQvoE2saV9r/f7wfhI0FIh.",
    "scrypt", "scrypt $7$CU..../...." },
  { "$2b$05$Xbg5RXAlDOmLi9EQi5WkXucNmY7Q42VBjDXGA0eqjEaArzd6r29we",
    "bcrypt", "bcrypt 05$" },
  { "$2a$05$R5amj1m962S5PpBbfSiiqONivkITumzVDQ6C2TVoJSnvGlk81u6TW",
    "bcrypt", "bcrypt 05$" },
  { "$2y$05$S0mSif8Y6dTKDdT9K0tPIOZSPk.p1Vxq6TArMMvCyeTJQzNGqVoF2",
    "bcrypt", "bcrypt 05$" },
  { "$6$KNeoDq/J0w0iBitV$ODv1U1Ok0hWydCae6DEo9qrGKWCLZhmGgCNLMIcPCLiZra.RCIQOQAY.Vqsc3i9/dio60T7kHLAf0L07crc241",
    "sha512", "sha512 $6$" },
  { "$5$8a9rj7Ylfvsu1cfP$G2rQXrbWhrJ50o5bW.AhJbOPMLcthqg/R.FMEdUdAq8",
    "sha256", "sha256 $5$" },
  { "$sha1$254631$JzOhpxKNOhf10eubCLUi$tV5emV3Ganp12miDs6dDF711cSqJ",
    "sha1-crypt", "sha1-crypt $sha1$254631$" },
  { "$md5,rounds=69855$1PZqx2Ig$$VqSa89umKB69DoeyoqIt91",
    "sunmd5", "sunmd5 $md5,rounds=69855$" },
  { "$1$.q6Vpox1$WS9gg2gaEQxPM1egfeiK2.", "md5", "md5 $1$" },
  { "_J9..XDTekkjUFrcZ4C.", "bsdi", "bsdi _J9.." },
  { "XJnWUX5/O9KOs", "des", "des " },
  { "$3$$8cc19b6a8cfeac299c2871c86b38de28", "nt", "nt $3$" },
};
#define KNOWN (sizeof known / sizeof known[0])

static const char *class_of(const char *hash)
{
  static stralloc class = STRALLOC_ZERO;

  pwhash_class(&class, hash);
  stralloc_0(&class);
  return class.s;
}

static void schemes(void)
{
  char damaged[PWHASH_MAX + 1];
  size_t i, n;

  for (i = 0; i < KNOWN; i++) {
    const char *h = known[i].hash;

    CHECK(pwhash_known(h));
    CHECK(!pwhash_locked(h));
    SAME(pwhash_scheme(h), known[i].scheme);
    SAME(class_of(h), known[i].class);
    CHECK(pwhash_check(h, "pw") == 1);
    CHECK(pwhash_check(h, "pW") == 0);
    CHECK(pwhash_check(h, "") == 0);
    n = strlen(h);
    memcpy(damaged, h, n + 1);
    damaged[n - 1] = damaged[n - 1] == '.' ? '/' : '.';
    CHECK(pwhash_check(damaged, "pw") != 1);
    damaged[n - 1] = 0;
    CHECK(!pwhash_known(damaged));
    strcat(damaged, "xx");
    CHECK(!pwhash_known(damaged));
    damaged[n - 1] = 0;
    CHECK(pwhash_check(damaged, "pw") != 1);
  }
}

static void rounds(void)
{
  SAME(class_of("$6$rounds=9000$salt$hash"), "sha512 $6$rounds=9000$");
  SAME(class_of("$5$rounds=9000$salt$hash"), "sha256 $5$rounds=9000$");
  SAME(class_of("$6$"), "sha512 $6$");
  SAME(class_of("$"), "des $");
  SAME(class_of("$2"), "des $2");
  SAME(class_of(""), "des ");
  SAME(class_of("_J"), "bsdi _J");
  SAME(class_of("$7$C"), "scrypt $7$C");
}

static void not_hashes(void)
{
  static const char *const locked[] = { "", "*", "!", "!!", "*LK*", "!$6$s$h" };
  static const char *const unknown[] = {
    "{NONE}$6$salt$hash", "{", "{}", "{PLAIN", "$99$x$y", "{PLAIN}", "plain password, in words"
  };
  size_t i;

  for (i = 0; i < sizeof locked / sizeof locked[0]; i++) {
    CHECK(pwhash_locked(locked[i]));
    CHECK(!pwhash_known(locked[i]));
    CHECK(pwhash_check(locked[i], "") != 1);
    CHECK(pwhash_check(locked[i], locked[i]) != 1);
  }
  for (i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
    CHECK(!pwhash_known(unknown[i]));
    errno = 0;
    CHECK(pwhash_check(unknown[i], "pw") == -1 && errno == EINVAL);
  }
}

static void odd_hashes(void)
{
  CHECK(!pwhash_known("secret"));
  CHECK(!pwhash_known("thirteenchars"
                      "x"));
  CHECK(pwhash_known("abYH7TYgEKz2QIUL60ExWmls"));      /* bigcrypt */
  CHECK(pwhash_check("abYH7TYgEKz2QIUL60ExWmls", "abcdefghij") == 1);
  CHECK(!pwhash_known("$2b$99$Xbg5RXAlDOmLi9EQi5WkXucNmY7Q42VBjDXGA0eqjEaArzd6r"
                      "29we"));
  CHECK(!pwhash_known("$2b$03$Xbg5RXAlDOmLi9EQi5WkXucNmY7Q42VBjDXGA0eqjEaArzd6r"
                      "29we"));
  CHECK(!pwhash_known("$6$salt$"));
  CHECK(!pwhash_known("$6$"));
  CHECK(!pwhash_known("$y$j9T$salt"));
}

static void making(void)
{
  static const struct { const char *name, *prefix; unsigned long cost; } m[] = {
    { 0, "$y$", 0 }, { "yescrypt", "$y$", 1 }, { "gost-yescrypt", "$gy$", 1 },
    { "scrypt", "$7$", 6 }, { "bcrypt", "$2b$04$", 4 },
    { "sha512", "$6$rounds=1000$", 1000 }, { "sha256", "$5$", 0 },
  };
  stralloc a = STRALLOC_ZERO, b = STRALLOC_ZERO;
  size_t i;

  for (i = 0; i < sizeof m / sizeof m[0]; i++) {
    a.len = b.len = 0;
    CHECK(pwhash_make(&a, "s3cret", m[i].name, m[i].cost) == 0);
    CHECK(pwhash_make(&b, "s3cret", m[i].name, m[i].cost) == 0);
    stralloc_0(&a);
    stralloc_0(&b);
    CHECK(!strncmp(a.s, m[i].prefix, strlen(m[i].prefix)));
    CHECK(strcmp(a.s, b.s) != 0);               /* a salt of its own */
    CHECK(pwhash_check(a.s, "s3cret") == 1);
    CHECK(pwhash_check(a.s, "s3creT") == 0);
  }
  a.len = 0;
  CHECK(pwhash_salt(&a, "bcrypt", 0) == 0 && !strncmp(a.s, "$2b$11$", 7));
  CHECK(pwhash_make(&a, "x", "md5", 0) == -1 && errno == EINVAL);
  CHECK(pwhash_make(&a, "x", "none", 0) == -1 && errno == EINVAL);
  CHECK(pwhash_make(&a, "x", "yescrypt", 999) == -1 && errno == EINVAL);
  stralloc_free(&a);
  stralloc_free(&b);
}

int main(void)
{
  schemes();
  rounds();
  not_hashes();
  odd_hashes();
  making();
  return test_end(PROG);
}
