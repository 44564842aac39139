/* ISC licence; see LICENSE. */
#include "checkpassword/users_text.h"

#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "test.h"

char const *PROG = "users_text";

static struct users_entry e = { .user = USER_ZERO };
static struct users_error err;

/* Reads to the end: number of users, or -1. */
static int all(const char *s, size_t len)
{
  struct users_text t = { .text = s, .len = len, .line = 1 };
  int r, n = 0;

  memset(&err, 0, sizeof err);
  while ((r = users_text_next(&t, &e, &err)) == 1) n++;
  return r == -1 ? -1 : n;
}

#define ALL(s) all((s), sizeof(s) - 1)

static void good(void)
{
  static const char text[] =
    "# users\n"
    "\n"
    "Joe@Example.ORG:$1$s$WS9gg2gaEQxPM1egfeiK2.:1000:100:/home/a b\n"
    "  # quota\n"
    "  QUOTA=10 MB:x\n"
    "\tLEER=\n"
    "\n"
    "# next\n"
    "ann:*:1:4294967294:/";
  struct users_text t = { .text = text, .len = sizeof text - 1, .line = 1 };

  CHECK(users_text_next(&t, &e, &err) == 1);
  SAME(e.user.name.s, "joe@example.org");
  SAME(e.user.hash.s, "$1$s$WS9gg2gaEQxPM1egfeiK2.");
  SAME(e.user.home.s, "/home/a b");
  SAME(e.user.shell.s, "/bin/false");
  CHECK(e.user.uid == 1000 && e.user.gid == 100 && !e.user.groups);
  CHECK(e.user.env.len == 20
        && !memcmp(e.user.env.s, "QUOTA=10 MB:x\0LEER=\0", 20));
  CHECK(e.line == 3);
  CHECK(!strncmp(text + e.start, "Joe@", 4));
  CHECK(!strncmp(text + e.body, "  # quota", 9));
  CHECK(!strncmp(text + e.end, "\n# next", 7));
  CHECK(users_text_next(&t, &e, &err) == 1);
  SAME(e.user.name.s, "ann");
  CHECK(e.user.uid == 1 && e.user.gid == 4294967294u && !e.user.env.len);
  CHECK(e.line == 9 && e.end == sizeof text - 1);
  CHECK(users_text_next(&t, &e, &err) == 0);
  CHECK(users_text_next(&t, &e, &err) == 0);
  CHECK(ALL("") == 0);
  CHECK(ALL("\n\n  \n# x\n  # y") == 0);
  CHECK(ALL("a:*:1:1:/\nb:*:1:1:/\n") == 2);
  CHECK(ALL("\xc3\xa9@x:*:1:1:/\n") == 1);
}

#define BAD(s, at, why) do { \
    CHECK(ALL(s) == -1); \
    CHECK(err.line == (at)); \
    SAME(err.reason, (why)); \
  } while (0)

#define NAME_BAD \
  "the name holds a space, a control character or one of : / \\"
#define UID_BAD "the uid is not a number from 1 to 4294967294"
#define GID_BAD "the gid is not a number from 1 to 4294967294"
#define CUT_BAD "the hash is of no kind that is known, or damaged, cut short," \
  " or asks for too much work"
#define FIELDS_BAD "not the five fields name:hash:uid:gid:home"

static void bad_users(void)
{
  BAD("joe\n", 1, FIELDS_BAD);
  BAD("# c\n\njoe:*:1:1\n", 3, FIELDS_BAD);
  BAD("joe:*:1:1:/:\n", 1, FIELDS_BAD);
  BAD("joe:*:1:1:x:/home:/bin/sh\n", 1, FIELDS_BAD);
  BAD(":*:1:1:/\n", 1, "the name is empty");
  BAD("a b:*:1:1:/\n", 1, NAME_BAD);
  BAD("a/b:*:1:1:/\n", 1, NAME_BAD);
  BAD("a\x7f:*:1:1:/\n", 1, NAME_BAD);
  BAD("-a:*:1:1:/\n", 1, "the name starts with one of # - .");
  BAD("a:*:0:1:/\n", 1, UID_BAD);
  BAD("a:*:4294967295:1:/\n", 1, UID_BAD);
  BAD("a:*:4294967296:1:/\n", 1, UID_BAD);
  BAD("a:*:99999999999999999999:1:/\n", 1, UID_BAD);
  BAD("a:*:-1:1:/\n", 1, UID_BAD);
  BAD("a:*: 1:1:/\n", 1, UID_BAD);
  BAD("a:*::1:/\n", 1, UID_BAD);
  BAD("a:*:mail:1:/\n", 1, UID_BAD);
  BAD("a:*:1:0:/\n", 1, GID_BAD);
  BAD("a:*:1:1x:/\n", 1, GID_BAD);
  BAD("a:*:1:1:home\n", 1, "the home is not an absolute path");
  BAD("a:*:1:1:\n", 1, "the home is not an absolute path");
  BAD("a::1:1:/\n", 1,
      "the hash is empty (write * for a user without password)");
  BAD("a:secret:1:1:/\n", 1, CUT_BAD);
  BAD("a:$1$s$WS9gg2gaEQxPM1egfeiK2:1:1:/\n", 1, CUT_BAD);
  BAD("a:{CRYPT}x:1:1:/\n", 1, CUT_BAD);
}

#define U "a:*:1:1:/\n"

static void bad_lines(void)
{
  BAD("a:*:1:1:/\r\n", 1, "the line holds a carriage return");
  BAD(U "b:*:1:1:/\0x\n", 2, "the line holds a NUL");
  BAD("  A=b\n" U, 1, "an indented line before the first user");
  BAD(U " A\n", 2, "a variable is written NAME=value");
  BAD(U "\n#\n =b\n", 4, "a variable's name is made of letters, digits and _");
  BAD(U " 1A=b\n", 2, "a variable's name is made of letters, digits and _");
  BAD(U " A B=b\n", 2, "a variable's name is made of letters, digits and _");
  BAD(U " A=b\x01\n", 2, "a variable's value holds a control character");
  BAD(U " A=b\tc\n", 2, "a variable's value holds a control character");
  BAD(U " A=1\n B=2\n A=3\n", 1, "a variable is there twice");
}

static void forbidden(void)
{
  static const char *const names[] = {
    "LD_PRELOAD", "LD_X", "PATH", "USER", "HOME", "SHELL", "GCONV_PATH",
    "GLIBC_TUNABLES", "ROOST_SIGN_FD", "IFS", "IMAPLOGINTAG"
  };
  static const char *const fine[] = {
    "MAILDIR", "INDEXDIR", "LD", "ld_x", "PATHS", "MIN_UID", "_"
  };
  char text[100];
  size_t i;

  for (i = 0; i < sizeof names / sizeof names[0]; i++) {
    int n = snprintf(text, sizeof text, U " %s=x\n", names[i]);

    CHECK(all(text, (size_t)n) == -1 && err.line == 2);
    SAME(err.reason, "this variable cannot be set for a user");
  }
  for (i = 0; i < sizeof fine / sizeof fine[0]; i++) {
    int n = snprintf(text, sizeof text, U " %s=x\n", fine[i]);

    CHECK(all(text, (size_t)n) == 1);
  }
}

static void fill(stralloc *s, char c, size_t n)
{
  for (; n; n--) stralloc_append(s, c);
}

/* A record whose name, home and variables are as long as asked for. */
static int sized(size_t name, size_t home, size_t value, int count)
{
  stralloc s = STRALLOC_ZERO;
  int i, r;

  fill(&s, 'n', name);
  stralloc_cats(&s, ":*:1:1:/");
  fill(&s, 'h', home - 1);
  stralloc_cats(&s, "\n");
  for (i = 0; i < count; i++) {
    stralloc_cats(&s, " V");
    stralloc_catu(&s, (uint64_t)i);
    stralloc_cats(&s, "=");
    fill(&s, 'v', value);
    stralloc_cats(&s, "\n");
  }
  r = all(s.s, s.len);
  stralloc_free(&s);
  return r;
}

static void limits(void)
{
  CHECK(sized(255, 1023, 100, 64) == 1);
  CHECK(sized(256, 1023, 100, 64) == -1);
  CHECK(sized(255, 1024, 100, 64) == -1);
  CHECK(sized(255, 1023, 100, 65) == -1);
  SAME(err.reason, "more than 64 variables");
  CHECK(sized(1, 1, 8000, 2) == 1);
  CHECK(sized(1, 1, 8000, 3) == -1);
  SAME(err.reason, "the variables take more than 16 kB");
  CHECK(sized(1, 1, 8200, 1) == -1);
  SAME(err.reason, "the line is longer than 8192 octets");
}

int main(void)
{
  good();
  bad_users();
  bad_lines();
  forbidden();
  limits();
  user_free(&e.user);
  return test_end(PROG);
}
