/* ISC licence; see LICENSE. */
#ifndef MAILDIR_T_CHECK_H
#define MAILDIR_T_CHECK_H

#include <stdio.h>

/*
 * What every test program here needs: CHECK counts and prints failures,
 * check_done prints the last line and gives the exit status.
 */
static unsigned long check_passed, check_failed;

#define CHECK(cond) check_one(!!(cond), __FILE__, __LINE__, #cond)

static inline int check_one(int ok, const char *file, int line,
                            const char *what)
{
  if (ok) check_passed++;
  else {
    check_failed++;
    printf("%s:%d: failed: %s\n", file, line, what);
  }
  return ok;
}

static inline int check_done(const char *name)
{
  printf("%s: %lu passed, %lu failed\n", name, check_passed, check_failed);
  return check_failed ? 1 : 0;
}

#endif
