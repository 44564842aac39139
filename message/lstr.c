/* ISC licence; see LICENSE. */
#include "lstr.h"

#include <string.h>
#include <strings.h>

int lstr_case_eq(struct lstr a, struct lstr b)
{
  return a.s && b.s && a.len == b.len && !strncasecmp(a.s, b.s, a.len);
}

int lstr_is(struct lstr a, const char *b)
{
  return lstr_case_eq(a, (struct lstr){ b, strlen(b) });
}
