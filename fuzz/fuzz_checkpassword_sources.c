/* ISC licence; see LICENSE. */
/*
 * What sources of users make of a client's name and of an administrator's
 * texts. A name is a value in a filter, a DN and a path and nothing else; of
 * a query's text only placeholders change, and lines stay lines; what
 * account_set takes may be used.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkpassword/account.h"
#include "checkpassword/ldap_text.h"
#include "checkpassword/placeholder.h"
#include "checkpassword/secret_file.h"
#include "checkpassword/sql_text.h"
#include "checkpassword/vpopmail.h"

const char *PROG = "fuzz_checkpassword_sources";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static size_t lines(const char *s)
{
  size_t n = 1;

  for (; *s; s++) n += *s == '\n';
  return n;
}

static void query(const char *text, enum sql_dialect d)
{
  struct sql_text t = SQL_TEXT_ZERO;
  unsigned long line = 0;
  size_t i;

  if (sql_text_scan(&t, text, d, 0, &line)) {
    if (!line || line > lines(text)) abort();
  } else {
    if (lines(t.text.s) != lines(text) || t.n > SQL_BIND_MAX) abort();
    for (i = 0; i < t.n; i++)
      if (t.bind[i] >= PLACEHOLDER_HASH) abort();
  }
  sql_text_free(&t);
}

static void name(const char *s)
{
  static const char syntax[] = "*()=,+<>;\"# ";
  struct login_values v = LOGIN_VALUES_ZERO;
  stralloc out = STRALLOC_ZERO, domain = STRALLOC_ZERO;

  login_values_set(&v, s);
  if (template_expand(&out, "{user}{local}{domain}", &v, ldap_put)) abort();
  stralloc_0(&out);
  if (strlen(out.s) + 1 != out.len || strpbrk(out.s, syntax)) abort();
  out.len = 0;
  if (!template_expand(&out, "/h/{domain}/{local}", &v, template_path)) {
    stralloc_0(&out);
    if (strstr(out.s, "/.") || strstr(out.s, "//")
        || strchr(strchr(out.s + 3, '/') + 1, '/')) abort();
  }
  out.len = 0;
  template_expand(&out, s, &v, 0);
  vpop_name(&out, &domain, s, "example.org");
  if (strlen(out.s) + strlen(domain.s) > strlen(s) + 12) abort();
  if (account_name_ok(s) && strpbrk(s, " :/\\\n")) abort();
  stralloc_free(&out);
  stralloc_free(&domain);
  login_values_free(&v);
}

/* Lines NAME=value, as fields of an account. */
static void fields(const char *s)
{
  struct account a = ACCOUNT_ZERO;
  struct ldap_fields f = LDAP_FIELDS_ZERO;
  char *text = xstrdup(s), *field, *value;
  struct settings_lines l = { text, 0 };
  int r;

  account_clear(&a, "joe");
  while ((r = settings_next(&l, &field, &value)))
    if (r == 1 && !account_set(&a, field, value, strlen(value))
        && account_bad_field(field)) abort();
  if (!account_bad(&a) && user_bad_record(&a.user)) abort();
  if (l.line > lines(s)) abort();
  ldap_fields_scan(&f, s);
  ldap_fields_free(&f);
  account_free(&a);
  free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  stralloc s = STRALLOC_ZERO;

  stralloc_catb(&s, (const char *)data, len);
  stralloc_0(&s);
  query(s.s, SQL_SQLITE);
  query(s.s, SQL_PGSQL);
  query(s.s, SQL_MYSQL);
  name(s.s);
  fields(s.s);
  stralloc_free(&s);
  return 0;
}
