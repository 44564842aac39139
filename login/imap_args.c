/* ISC licence; see LICENSE. */
#include "imap_args.h"

#include <string.h>
#include <strings.h>

#include "frame.h"

static int bad(struct imap_args *a, const char *why)
{
  a->error = why;
  return -1;
}

/* ATOM-CHAR, RFC 9051 section 9: no specials, controls or 8-bit */
static int atom_char(unsigned char c)
{
  return c > ' ' && c < 0x7f && !strchr("(){%*\"\\]", c);
}

static int astring_char(unsigned char c)
{
  return atom_char(c) || c == ']';
}

static int word_char(unsigned char c)
{
  return c > ' ' && c != 0x7f;
}

static size_t span(const struct imap_args *a, int (*good)(unsigned char))
{
  const char *p = a->p;

  while (p < a->end && good((unsigned char)*p)) p++;
  return (size_t)(p - a->p);
}

static int take(struct imap_args *a, char *out, size_t max,
  int (*good)(unsigned char), const char *missing)
{
  size_t n = span(a, good);

  if (!n) return bad(a, missing);
  if (n > max) return bad(a, "argument too long");
  memcpy(out, a->p, n);
  out[n] = 0;
  a->p += n;
  return 0;
}

int imap_tag(struct imap_args *a, char *out, size_t max)
{
  return take(a, out, max, frame_tag_char, "invalid tag");
}

int imap_atom(struct imap_args *a, char *out, size_t max)
{
  return take(a, out, max, atom_char, "atom expected");
}

int imap_word(struct imap_args *a, const char **out, size_t *len)
{
  *out = a->p;
  *len = span(a, word_char);
  a->p += *len;
  return *len ? 0 : bad(a, "argument expected");
}

/* behind the opening quote */
static int quoted(struct imap_args *a, char *out, size_t max)
{
  size_t n = 0;
  char c;

  for (;; n++) {
    if (a->p == a->end) return bad(a, "quoted string without end");
    c = *a->p++;
    if (c == '"') break;
    if (c == '\\') {
      if (a->p == a->end || (*a->p != '"' && *a->p != '\\'))
        return bad(a, "only \\\" and \\\\ in a quoted string");
      c = *a->p++;
    }
    if (!c || c == '\r' || c == '\n')
      return bad(a, "NUL, CR or LF in a quoted string");
    if (n == max) return bad(a, "argument too long");
    out[n] = c;
  }
  out[n] = 0;
  return 0;
}

/* {n} or {n+} at p; returns where its CR LF or the line's end has to be */
static const char *literal_size(const char *p, const char *end, uint32_t *n,
  int *sync, int *overflow)
{
  const char *digits = ++p;
  uint64_t v = 0;

  *overflow = 0;
  for (; p < end && *p >= '0' && *p <= '9'; p++) {
    v = v * 10 + (uint64_t)(*p - '0');
    if (v > UINT32_MAX) {
      *overflow = 1;
      v = UINT32_MAX;
    }
  }
  if (p == digits) return 0;
  *sync = !(p < end && *p == '+');
  if (!*sync) p++;
  if (p == end || *p != '}') return 0;
  *n = (uint32_t)v;
  return p + 1;
}

static int literal(struct imap_args *a, char *out, size_t max)
{
  int sync, overflow;
  uint32_t n;
  const char *p = literal_size(a->p, a->end, &n, &sync, &overflow);

  if (!p || overflow || a->end - p < 2 || p[0] != '\r' || p[1] != '\n'
      || (size_t)(a->end - p - 2) < n)
    return bad(a, "invalid literal");
  p += 2;
  if (n > max) return bad(a, "argument too long");
  if (memchr(p, 0, n)) return bad(a, "NUL in a literal");
  memcpy(out, p, n);
  out[n] = 0;
  a->p = p + n;
  return 0;
}

int imap_string(struct imap_args *a, char *out, size_t max)
{
  if (imap_at(a, '"')) return quoted(a, out, max);
  if (a->p < a->end && *a->p == '{') return literal(a, out, max);
  return bad(a, "string expected");
}

int imap_astring(struct imap_args *a, char *out, size_t max)
{
  if (a->p < a->end && (*a->p == '"' || *a->p == '{'))
    return imap_string(a, out, max);
  return take(a, out, max, astring_char, "string or atom expected");
}

int imap_nstring(struct imap_args *a, char *out, size_t max)
{
  if (a->end - a->p >= 3 && !strncasecmp(a->p, "NIL", 3)) {
    a->p += 3;
    out[0] = 0;
    return 1;
  }
  return imap_string(a, out, max);
}

int imap_space(struct imap_args *a)
{
  return imap_at(a, ' ') ? 0 : bad(a, "space expected");
}

int imap_end(struct imap_args *a)
{
  return a->p == a->end ? 0 : bad(a, "too many arguments");
}

int imap_at(struct imap_args *a, char c)
{
  if (a->p == a->end || *a->p != c) return 0;
  a->p++;
  return 1;
}

enum imap_literal imap_literal_at_end(const char *line, size_t len,
  uint32_t *n)
{
  const char *end = line + len, *p;
  int sync, overflow;

  if (!len || end[-1] != '}') return IMAP_NO_LITERAL;
  p = end - 1;
  while (p > line && end - p < 24 && *p != '{') p--;
  if (*p != '{') return IMAP_NO_LITERAL;
  if (p == line || (p[-1] != ' ' && p[-1] != '(')) return IMAP_NO_LITERAL;
  if (literal_size(p, end, n, &sync, &overflow) != end)
    return IMAP_NO_LITERAL;
  if (overflow) return IMAP_LITERAL_BAD;
  return sync ? IMAP_SYNC : IMAP_NONSYNC;
}
