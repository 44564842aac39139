/* ISC licence; see LICENSE. */
#ifndef IMAPD_T_EXPECT_H
#define IMAPD_T_EXPECT_H

#include <stdio.h>
#include <string.h>

/* Counting checks of one test program; the last line is expect_done's. */
static unsigned passed, failed;

static inline int expect(int right, const char *what)
{
  if (right) passed++;
  else {
    failed++;
    printf("FAILED %s\n", what);
  }
  return right;
}

/* have and want as octets */
static inline int expect_text(const char *have, size_t len, const char *want,
                              size_t wantlen, const char *what)
{
  int right = len == wantlen && !memcmp(have, want, len);

  if (!right) {
    failed++;
    printf("FAILED %s\n  have: %.*s\n  want: %.*s\n", what, (int)len, have,
           (int)wantlen, want);
  } else {
    passed++;
  }
  return right;
}

static inline int expect_done(const char *name)
{
  printf("%s: %u passed, %u failed\n", name, passed, failed);
  return failed != 0;
}

#endif
