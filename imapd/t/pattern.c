/* ISC licence; see LICENSE. */
#include "imapd/pattern.h"

#include <stdlib.h>
#include <string.h>
#include <skalibs/strerr.h>

#include "maildir/t/check.h"

char const *PROG = "pattern";

static int match(const char *pattern, const char *name, size_t nocase)
{
  struct pattern p;
  int r;

  pattern_init(&p, pattern, strlen(pattern), '.');
  r = pattern_match(&p, name, strlen(name), nocase);
  pattern_free(&p);
  return r;
}

/* The rule itself, without a care for time. */
static int slow(const char *p, const char *n)
{
  if (!*p) return !*n;
  if (*p == '*' || *p == '%') {
    if (slow(p + 1, n)) return 1;
    return *n && (*p == '*' || *n != '.') && slow(p, n + 1);
  }
  return *p == *n && slow(p + 1, n + 1);
}

static void test_rules(void)
{
  CHECK(match("", "", 0));
  CHECK(!match("", "a", 0));
  CHECK(match("*", "", 0));
  CHECK(match("*", "a.b.c", 0));
  CHECK(match("%", "abc", 0));
  CHECK(!match("%", "a.b", 0));
  CHECK(match("%.%", "a.b", 0));
  CHECK(!match("%.%", "a.b.c", 0));
  CHECK(match("a*c", "a.b.c", 0));
  CHECK(!match("a%c", "a.b.c", 0));
  CHECK(match("*%", "a.b", 0));
  CHECK(match("%*", "a.b", 0));
  CHECK(match("a.%", "a.", 0));
  CHECK(!match("A", "a", 0));
  CHECK(match("inbox", "INBOX", 5));
  CHECK(match("iNb%", "INBOX", 5));
  CHECK(match("Inbox.a", "INBOX.a", 5));
  CHECK(!match("Inbox.A", "INBOX.a", 5));
  CHECK(!match("inbo", "INBOX", 5));
}

static uint32_t rng = 1;

static uint32_t rnd(uint32_t n)
{
  rng = rng * 1664525u + 1013904223u;
  return (rng >> 8) % n;
}

static void word(char *s, const char *octets, size_t max)
{
  size_t n = rnd((uint32_t)max + 1);

  for (; n; n--) *s++ = octets[rnd((uint32_t)strlen(octets))];
  *s = 0;
}

static void test_model(void)
{
  char p[12], n[12];
  int i;

  for (i = 0; i < 50000; i++) {
    word(p, "ab.*%", 8);
    word(n, "ab.", 9);
    if (!CHECK(match(p, n, 0) == slow(p, n))) printf("%s %s\n", p, n);
  }
}

/* longer than a word of bits, and longer than any name */
static void test_long(void)
{
  static char p[9000], n[2000];
  size_t i;

  memset(n, 'a', 1000);
  for (i = 0; i < 1000; i += 2) memcpy(p + i, "a*", 2);
  CHECK(match(p, n, 0));
  n[999] = 'b';
  CHECK(match(p, n, 0));
  p[1000] = 'c';
  CHECK(!match(p, n, 0));
  memset(p, 'a', 8000);
  CHECK(!match(p, n, 0));
  memset(p, '*', 8000);
  CHECK(match(p, n, 0));
  for (i = 0; i < 8000; i++) p[i] = "*%"[i % 2];
  CHECK(match(p, n, 0));
}

int main(void)
{
  test_rules();
  test_model();
  test_long();
  return check_done("pattern");
}
