/* ISC licence; see LICENSE. */
#include "namespace.h"

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"

static int prefix_ok(const char *s, char separator)
{
  char last = separator;        /* a part may not be empty */

  if (!*s) return 1;
  for (; *s; s++) {
    if (*s < 0x20 || *s > 0x7e || strchr("&*%\"\\", *s)) return 0;
    if (*s == separator && last == separator) return 0;
    last = *s;
  }
  return last == separator;
}

void namespace_init(struct namespace *ns)
{
  const char *separator = env_str("NAMESPACE_SEPARATOR", ".");
  const char *prefix = env_str("NAMESPACE_PREFIX", "");

  if ((*separator != '.' && *separator != '/') || separator[1])
    die_text(100, "invalid value of $", "NAMESPACE_SEPARATOR");
  if (!prefix_ok(prefix, *separator))
    die_text(100, "invalid value of $", "NAMESPACE_PREFIX");
  ns->separator = *separator;
  stralloc_copys(&ns->prefix, prefix);
}
