/* ISC licence; see LICENSE. */
#include "login_name.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "users_text.h"

void login_name(stralloc *out, const struct login_name_rules *r,
                const char *name)
{
  const char *at;
  size_t local, n;

  stralloc_copys(out, name);
  stralloc_0(out);
  local = strcspn(out->s, "@");
  if (!out->s[local]) {
    local = strcspn(out->s, r->separators);
    if (local && out->s[local]) out->s[local] = '@';
    else local = strlen(out->s);
  }
  if (r->lower) users_lower(out->s, out->len - 1);
  n = strcspn(out->s, r->extensions);
  if (n && n < local) {
    memmove(out->s + n, out->s + local, out->len - local);
    out->len -= local - n;
    local = n;
  }
  at = out->s + local;
  if (*at && *r->strip && local && !strcasecmp(at + 1, r->strip)) {
    out->s[local] = 0;
    out->len = local + 1;
    return;
  }
  if (!*at && *r->domain && local) {
    out->len--;
    stralloc_append(out, '@');
    stralloc_cats(out, r->domain);
    stralloc_0(out);
  }
}
