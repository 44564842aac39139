/* ISC licence; see LICENSE. */
#ifndef LOGIN_T_TEST_H
#define LOGIN_T_TEST_H

#include <stdio.h>

/* Counts; main ends with return test_end("NAME"). Included by tests alone. */
static int test_passed, test_failed;

#define CHECK(cond) \
  ((cond) ? (void)test_passed++ \
   : (void)(test_failed++, printf("%s:%d: not so: %s\n", __FILE__, __LINE__, \
                                  #cond)))

static inline int test_end(const char *name)
{
  printf("%s: %d passed, %d failed\n", name, test_passed, test_failed);
  return test_failed ? 1 : 0;
}

#endif
