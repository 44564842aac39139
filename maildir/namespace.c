/* ISC licence; see LICENSE. */
#include "namespace.h"

#include <string.h>
#include <strings.h>

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

/* INBOX.x and inbox.x are one */
static void init_alias(struct namespace *ns, const char *alias)
{
  ns->has_alias = *alias != 0;
  if (!strcmp(alias, "-")) alias = "";
  if (!prefix_ok(alias, ns->separator)
      || (ns->has_alias && strlen(alias) == ns->prefix.len
          && namespace_skip(ns, &ns->prefix, alias, ns->prefix.len) != -1))
    die_text(100, "invalid value of $", "NAMESPACE_ALIAS");
  stralloc_copys(&ns->alias, alias);
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
  init_alias(ns, env_str("NAMESPACE_ALIAS", ""));
}

void namespace_free(struct namespace *ns)
{
  stralloc_free(&ns->prefix);
  stralloc_free(&ns->alias);
}

/* octets at the start of a prefix in which case does not count: its INBOX */
static size_t nocase(const struct namespace *ns, const stralloc *prefix)
{
  return prefix->len > 5 && !strncasecmp(prefix->s, "INBOX", 5)
    && prefix->s[5] == ns->separator ? 5 : 0;
}

/* do the first n octets of a name agree with those of the prefix? */
static int agree(const struct namespace *ns, const stralloc *prefix,
                 const char *s, size_t n)
{
  size_t i = nocase(ns, prefix);

  if (i > n) i = n;
  return (!i || !strncasecmp(s, prefix->s, i))
    && (n == i || !memcmp(s + i, prefix->s + i, n - i));
}

ssize_t namespace_skip(const struct namespace *ns, const stralloc *prefix,
                       const char *s, size_t len)
{
  if (len < prefix->len || !agree(ns, prefix, s, prefix->len)) return -1;
  return (ssize_t)prefix->len;
}

/* Does what stands before a wildcard begin with the alias, or is it that but
 * for the separator? mbsync asks for INBOX* to see all that is below INBOX. */
static int begins(const struct namespace *ns, const stralloc *alias,
                  const char *lead, size_t n, int wildcard)
{
  if (n >= alias->len) return agree(ns, alias, lead, alias->len);
  return wildcard && n + 1 == alias->len && agree(ns, alias, lead, n);
}

int namespace_asks_alias(const struct namespace *ns, const char *pattern,
                         size_t len)
{
  size_t n = 0;

  while (n < len && pattern[n] != '*' && pattern[n] != '%') n++;
  if (!ns->has_alias || !n || !begins(ns, &ns->alias, pattern, n, n < len))
    return 0;
  if (ns->alias.len > ns->prefix.len) return 1;
  return !agree(ns, &ns->prefix, pattern,
                n < ns->prefix.len ? n : ns->prefix.len);
}
