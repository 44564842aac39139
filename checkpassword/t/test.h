/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_T_TEST_H
#define CHECKPASSWORD_T_TEST_H

#include <stdio.h>
#include <string.h>

/* Counts; main ends with return test_end("NAME"). Included by tests alone. */
static int test_passed, test_failed;

#define CHECK(cond) \
  ((cond) ? (void)test_passed++ \
   : (void)(test_failed++, printf("%s:%d: not so: %s\n", __FILE__, __LINE__, \
                                  #cond)))

/* Two C strings that should be the same; either may be 0. */
#define SAME(a, b) test_same((a), (b), __FILE__, __LINE__)

static inline void test_same(const char *a, const char *b, const char *file,
                             int line)
{
  if (a == b || (a && b && !strcmp(a, b))) {
    test_passed++;
    return;
  }
  test_failed++;
  printf("%s:%d: got \"%s\", expected \"%s\"\n", file, line,
         a ? a : "(none)", b ? b : "(none)");
}

static inline int test_end(const char *name)
{
  printf("%s: %d passed, %d failed\n", name, test_passed, test_failed);
  return test_failed ? 1 : 0;
}

#endif
