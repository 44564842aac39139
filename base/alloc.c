/* ISC licence; see LICENSE. */
#include "alloc.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <skalibs/strerr.h>

void (*nomem_last_words)(void);

void die_nomem(void)
{
  static const char text[] = ": fatal: out of memory\n";

  if (nomem_last_words) nomem_last_words();
  if (write(2, PROG, strlen(PROG)) == -1
      || write(2, text, sizeof text - 1) == -1)
    _exit(111);
  _exit(111);
}

void *xalloc(size_t n)
{
  return xrealloc(0, n);
}

void *xrealloc(void *p, size_t n)
{
  p = realloc(p, n ? n : 1);
  if (!p) die_nomem();
  return p;
}

char *xstrdup(const char *s)
{
  size_t n = strlen(s) + 1;

  return memcpy(xalloc(n), s, n);
}

void stralloc_catu(stralloc *sa, uint64_t n)
{
  char fmt[20], *p = fmt + sizeof fmt;

  do *--p = (char)('0' + n % 10);
  while (n /= 10);
  stralloc_catb(sa, p, (size_t)(fmt + sizeof fmt - p));
}

int stralloc_eqs(const stralloc *sa, const char *s)
{
  size_t n = strlen(s);

  return sa->len == n && (!n || !memcmp(sa->s, s, n));
}
