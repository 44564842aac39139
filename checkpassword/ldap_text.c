/* ISC licence; see LICENSE. */
#include "ldap_text.h"

#include <string.h>

#include "base/alloc.h"

static int plain(unsigned char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
    || (c >= '0' && c <= '9') || (c && strchr("._-@", c));
}

const char *ldap_put(stralloc *out, const char *value)
{
  static const char hex[] = "0123456789abcdef";
  unsigned char c;

  for (; (c = (unsigned char)*value); value++) {
    if (plain(c)) {
      stralloc_append(out, (char)c);
      continue;
    }
    stralloc_append(out, '\\');
    stralloc_append(out, hex[c >> 4]);
    stralloc_append(out, hex[c & 15]);
  }
  return 0;
}

/* RFC 4512 section 1.4, without the numeric form's rules: letters, digits,
 * '-', '.', and ';' for options */
static int attribute(const char *s)
{
  if (!*s) return 0;
  for (; *s; s++)
    if (!plain((unsigned char)*s) && *s != ';') return 0;
  return 1;
}

const char *ldap_fields_scan(struct ldap_fields *f, const char *text)
{
  char *s, *eq;
  const char *bad = 0;

  f->n = 0;
  stralloc_copys(&f->text, text);
  stralloc_0(&f->text);
  for (s = strtok(f->text.s, " \t\n"); s && !bad; s = strtok(0, " \t\n")) {
    eq = strchr(s, '=');
    if (!eq || !attribute(eq + 1)) bad = "not FIELD=ATTRIBUTE";
    else if (f->n == LDAP_FIELDS_MAX) bad = "more than 32 fields";
    else {
      *eq = 0;
      bad = account_bad_field(s);
      f->field[f->n] = s;
      f->attribute[f->n++] = eq + 1;
    }
  }
  f->attribute[f->n] = 0;
  return bad;
}

void ldap_fields_free(struct ldap_fields *f)
{
  stralloc_free(&f->text);
}
