/* ISC licence; see LICENSE. */
#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static int by_octets(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void names_sort(stralloc *names, size_t start)
{
  stralloc old = STRALLOC_ZERO;
  const char **p, *s;
  size_t n = 0, i;

  if (names->len == start) return;
  stralloc_catb(&old, names->s + start, names->len - start);
  for (i = 0; i < old.len; i++) n += !old.s[i];
  p = xalloc(n * sizeof *p);
  for (i = 0, s = old.s; i < n; i++, s += strlen(s) + 1) p[i] = s;
  qsort(p, n, sizeof *p, by_octets);
  names->len = start;
  for (i = 0; i < n; i++)
    if (!i || strcmp(p[i], p[i - 1]))
      stralloc_catb(names, p[i], strlen(p[i]) + 1);
  free(p);
  stralloc_free(&old);
}
