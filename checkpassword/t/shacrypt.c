/* ISC licence; see LICENSE. */
/* The specification's passwords, as `openssl passwd` has them too, and any password and salt beside libcrypt. */
#include "checkpassword/shacrypt.h"

#include <crypt.h>
#include <stdlib.h>
#include <time.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "test.h"

char const *PROG = "shacrypt";

static const char *of(const char *password, const char *setting)
{
  static stralloc out = STRALLOC_ZERO;

  out.len = 0;
  if (!shacrypt(&out, password, setting)) return out.len ? "(appended)" : 0;
  stralloc_0(&out);
  return out.s;
}

static void examples(void)
{
  SAME(of("Hello world!", "$5$saltstring"), "$5$saltstring$"
    "5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5");
  SAME(of("Hello world!", "$6$saltstring"), "$6$saltstring$"
    "svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJu"
    "esI68u4OTLiBFdcbYEdFCoEOfaS35inz1");
  SAME(of("we have a short salt string but not a short password",
    "$5$rounds=77777$short"), "$5$rounds=77777$short$"
    "JiO1O3ZpDAxGJeaDIuqCoEFysAe1mZNJRs3pw0KQRd/");
}

static void not_ours(void)
{
  static const char *const settings[] = {
    "", "$", "$5", "$5$", "$6$", "$5$$", "$1$salt$", "$y$j9T$x$", "$5$a:b$",
    "$5$rounds=999$salt$", "$5$rounds=01000$salt$", "$5$rounds=$salt$",
    "$5$rounds=1000", "$5$rounds=+1000$salt$", "$5$rounds=1000000000$salt$",
    "$5$rounds=99999999999999999999$salt$", "$6$12345678901234567$", 0
  };
  char longer[600];
  size_t i;

  for (i = 0; settings[i]; i++) SAME(of("pw", settings[i]), 0);
  memset(longer, 'x', sizeof longer);
  longer[513] = 0;
  SAME(of(longer, "$5$salt$"), 0);
}

static void beside_libcrypt(void)
{
  static const char set[] = "./ABCXYZabcxyz0189";
  static struct crypt_data d;
  char password[400], setting[80], *p;
  size_t len, i;
  int n;

  srand(5);
  for (n = 0; n < 400; n++) {
    len = (size_t)rand() % (n & 1 ? 20 : 390);
    for (i = 0; i < len; i++) password[i] = (char)(1 + rand() % 255);
    password[len] = 0;
    p = setting;
    p += sprintf(p, "$%c$", n & 2 ? '5' : '6');
    if (n & 4) p += sprintf(p, "rounds=%d$", 1000 + rand() % 30);
    len = 1 + (size_t)rand() % 16;
    for (i = 0; i < len; i++) *p++ = set[(size_t)rand() % (sizeof set - 1)];
    if (n & 8) *p++ = '$';
    *p = 0;
    SAME(of(password, setting), crypt_rn(password, setting, &d, sizeof d));
  }
}

/* not checked, only told: how long both take for 5,000 rounds */
static void times(void)
{
  static struct crypt_data d;
  clock_t t[4];
  int i;

  t[0] = clock();
  for (i = 0; i < 20; i++) of("password", "$5$saltsaltsalt$");
  t[1] = clock();
  for (i = 0; i < 20; i++)
    crypt_rn("password", "$5$saltsaltsalt$", &d, sizeof d);
  t[2] = clock();
  printf("$5$: %.2f ms, libcrypt's %.2f\n",
    (double)(t[1] - t[0]) * 1e3 / CLOCKS_PER_SEC / 20,
    (double)(t[2] - t[1]) * 1e3 / CLOCKS_PER_SEC / 20);
  t[0] = clock();
  for (i = 0; i < 20; i++) of("password", "$6$saltsaltsalt$");
  t[1] = clock();
  for (i = 0; i < 20; i++)
    crypt_rn("password", "$6$saltsaltsalt$", &d, sizeof d);
  t[2] = clock();
  printf("$6$: %.2f ms, libcrypt's %.2f\n",
    (double)(t[1] - t[0]) * 1e3 / CLOCKS_PER_SEC / 20,
    (double)(t[2] - t[1]) * 1e3 / CLOCKS_PER_SEC / 20);
}

int main(int argc, char **argv)
{
  (void)argv;
  if (argc > 1) times();
  examples();
  not_ours();
  beside_libcrypt();
  return test_end("shacrypt");
}
