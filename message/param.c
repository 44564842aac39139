/* ISC licence; see LICENSE. */
#include "param.h"

#include <string.h>

#include "base/alloc.h"
#include "message/charset.h"

const struct mime_param *param_find(struct mime_params p, const char *name)
{
  size_t i;

  for (i = 0; i < p.n; i++) if (lstr_is(p.v[i].name, name)) return &p.v[i];
  return 0;
}

static const struct mime_param *find_extended(struct mime_params p,
                                              const char *name)
{
  size_t i, n = strlen(name);

  for (i = 0; i < p.n; i++) {
    struct lstr v = p.v[i].name;

    if (v.len == n + 1 && v.s[n] == '*') {
      v.len = n;
      if (lstr_is(v, name)) return &p.v[i];
    }
  }
  return 0;
}

static int hex(char c)
{
  if (c >= '0' && c <= '9') return c - '0';
  c = (char)(c | 32);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* charset'language'text with %XX (RFC 2231 section 4) */
static void extended(struct lstr v, stralloc *out)
{
  struct lstr name = LSTR_ZERO;
  struct charset cs;
  const char *q = memchr(v.s, '\'', v.len), *r, *end = v.s + v.len;
  char c;

  r = q ? memchr(q + 1, '\'', (size_t)(end - (q + 1))) : 0;
  if (r) {
    name.s = v.s;
    name.len = (size_t)(q - v.s);
    v.s = r + 1;
  }
  charset_begin(&cs, name);
  for (; v.s < end; v.s++) {
    c = *v.s;
    if (c == '%' && end - v.s > 2 && hex(v.s[1]) >= 0 && hex(v.s[2]) >= 0) {
      c = (char)(hex(v.s[1]) << 4 | hex(v.s[2]));
      v.s += 2;
    }
    charset_feed(&cs, &c, 1, out);
  }
  charset_end(&cs, out);
}

int param_text(struct mime_params p, const char *name, stralloc *out)
{
  const struct mime_param *m = find_extended(p, name);

  if (m) {
    extended(m->value, out);
    return 1;
  }
  m = param_find(p, name);
  if (!m) return 0;
  rfc2047_decode(m->value.s, m->value.len, out);
  return 1;
}
