/* ISC licence; see LICENSE. */
/* Names of folders as they come from elsewhere. */
#include "import.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"

void import_prefix(const struct tree *t, stralloc *name)
{
  stralloc_copy(name, &t->ns.prefix);
}

void import_part(const struct tree *t, stralloc *name, const char *part,
                 size_t len)
{
  size_t i, start;
  unsigned char c;

  if (name->len > t->ns.prefix.len) stralloc_append(name, t->ns.separator);
  start = name->len;
  for (i = 0; i < len; i++) {
    c = (unsigned char)part[i];
    stralloc_append(name, c < 32 || c == 127 || c == '.' || c == '/'
                    || (c == '~' && name->len == start) ? '_' : (char)c);
  }
}

/* the last '*' is the only one worth going back to */
int import_matches(const char *pattern, const char *name)
{
  const char *star = 0, *from = 0;

  while (*name)
    if (*pattern == '*') {
      star = ++pattern;
      from = name;
    }
    else if (*pattern == '?' || (*pattern
             && !strncasecmp(pattern, name, 1))) {
      pattern++;
      name++;
    }
    else if (star) {
      pattern = star;
      name = ++from;
    }
    else
      return 0;
  while (*pattern == '*') pattern++;
  return !*pattern;
}

int import_chosen(const struct import_patterns *p, const char *name)
{
  size_t i;

  for (i = 0; i < p->nout; i++)
    if (import_matches(p->out[i], name)) return 0;
  for (i = 0; i < p->nonly; i++)
    if (import_matches(p->only[i], name)) return 1;
  return !p->nonly;
}
