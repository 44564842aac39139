/* ISC licence; see LICENSE. */
#include "header.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"

static int blank(char c)
{
  return c == ' ' || c == '\t';
}

/* the octets of a field name, RFC 5322 section 2.2 */
static int name_octet(char c)
{
  return (unsigned char)c > ' ' && c != 0x7F && c != ':';
}

/* length of the line at s with its LF, or all n */
static size_t line_len(const char *s, size_t n)
{
  const char *lf = memchr(s, '\n', n);

  return lf ? (size_t)(lf - s) + 1 : n;
}

static int empty_line(const char *s, size_t n)
{
  return (n >= 1 && s[0] == '\n') || (n >= 2 && s[0] == '\r' && s[1] == '\n');
}

/* split "name: body" of a field at whole; 0 if it is none */
static int split(struct header_field *f, const char *s, size_t n)
{
  size_t k = 0, end = n;

  while (k < n && name_octet(s[k])) k++;
  f->name.s = s;
  f->name.len = k;
  f->whole.s = s;
  f->whole.len = n;
  while (k < n && blank(s[k])) k++;
  if (!f->name.len || k == n || s[k] != ':') return 0;
  k++;
  if (end > k && s[end - 1] == '\n') {
    end--;
    if (end > k && s[end - 1] == '\r') end--;
  }
  f->body.s = s + k;
  f->body.len = end - k;
  return 1;
}

int header_next(const char *block, size_t len, size_t *pos,
                struct header_field *f)
{
  size_t from, at;

  while ((from = *pos) < len) {
    if (empty_line(block + from, len - from)) return 0;
    at = from + line_len(block + from, len - from);
    while (at < len && blank(block[at]))
      at += line_len(block + at, len - at);
    *pos = at;
    if (split(f, block + from, at - from)) return 1;
  }
  return 0;
}

int header_find(const char *block, size_t len, const char *name,
                struct header_field *f)
{
  size_t pos = 0;

  while (header_next(block, len, &pos, f))
    if (lstr_is(f->name, name)) return 1;
  return 0;
}

void header_unfold(stralloc *out, const char *body, size_t len)
{
  const char *end, *lf, *stop;
  size_t from = out->len;
  char *p;

  if (!len) return;
  end = body + len;
  while (body < end && (blank(*body) || *body == '\r' || *body == '\n'))
    body++;
  while (end > body && (blank(end[-1]) || end[-1] == '\r' || end[-1] == '\n'))
    end--;
  while (body < end) {
    lf = memchr(body, '\n', (size_t)(end - body));
    stop = lf ? lf : end;
    stralloc_catb(out, body, (size_t)(stop - body));
    if (lf && stop > body && stop[-1] == '\r') out->len--;
    body = lf ? lf + 1 : end;
  }
  if (out->len == from) return;
  p = out->s + from;
  end = out->s + out->len;
  while (p < end && (p = memchr(p, 0, (size_t)(end - p)))) *p++ = (char)0x80;
}
