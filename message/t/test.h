/* ISC licence; see LICENSE. */
#ifndef MESSAGE_T_TEST_H
#define MESSAGE_T_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <skalibs/stralloc.h>

#include "message/lstr.h"

/* What the test programs of this folder share: counting and showing. */

static int test_passed, test_failed;

static inline void test_show(const char *s, size_t n)
{
  size_t i;

  for (i = 0; i < n && i < 300; i++) {
    unsigned char c = (unsigned char)s[i];

    if (c >= ' ' && c < 0x7F) putchar(c);
    else printf("\\x%02x", c);
  }
}

#define CHECK(cond, ...) \
  do { \
    if (cond) test_passed++; \
    else { \
      test_failed++; \
      printf("%s:%d: %s: ", __FILE__, __LINE__, #cond); \
      printf(__VA_ARGS__); \
      putchar('\n'); \
    } \
  } while (0)

#define EQ_NUM(got, want) \
  do { \
    long long g_ = (long long)(got), w_ = (long long)(want); \
    CHECK(g_ == w_, "%s is %lld, not %lld", #got, g_, w_); \
  } while (0)

static inline void test_eq(const char *file, int line, const char *what,
                           const char *s, size_t n, const char *want,
                           size_t wn)
{
  if (n == wn && (!n || !memcmp(s, want, n))) {
    test_passed++;
    return;
  }
  test_failed++;
  printf("%s:%d: %s is \"", file, line, what);
  test_show(s, n);
  printf("\", not \"");
  test_show(want, wn);
  printf("\"\n");
}

/* a stralloc or struct lstr against a string literal, or 0 for NIL */
#define EQ_STR(got, want) \
  test_eq(__FILE__, __LINE__, #got, (got).s, (got).len, want, sizeof(want) - 1)

static inline void test_lstr(const char *file, int line, const char *what,
                             struct lstr got, const char *want)
{
  if (!want || !got.s)
    test_eq(file, line, what, got.s ? "there" : "NIL", got.s ? 5 : 3,
            want ? "there" : "NIL", want ? 5 : 3);
  if (want && got.s)
    test_eq(file, line, what, got.s, got.len, want, strlen(want));
}

#define EQ_LSTR(got, want) test_lstr(__FILE__, __LINE__, #got, (got), (want))

/* a file without a name that holds n octets of s */
static inline int test_file(const char *s, size_t n)
{
  char name[] = "/tmp/message-test-XXXXXX";
  int fd = mkstemp(name);
  size_t done = 0;

  if (fd == -1) abort();
  unlink(name);
  while (done < n) {
    ssize_t w = write(fd, s + done, n - done);

    if (w < 1) abort();
    done += (size_t)w;
  }
  return fd;
}

/* numbers that are the same in each run */
static inline unsigned int test_random(void)
{
  static unsigned long long state = 88172645463325252ULL;

  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (unsigned int)(state >> 16);
}

static inline int test_end(const char *name)
{
  printf("%s: %d passed, %d failed\n", name, test_passed, test_failed);
  return test_failed ? 1 : 0;
}

#endif
