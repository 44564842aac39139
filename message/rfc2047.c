/* ISC licence; see LICENSE. */
#include <string.h>

#include "base/alloc.h"
#include "message/charset.h"
#include "message/decode.h"

/* one "=?charset*language?encoding?text?=" (RFC 2047 section 2) */
struct word {
  struct lstr charset, text;
  char encoding;                /* 'b' or 'q' */
  size_t len;                   /* of it all */
};

static int blank(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* a token that ends with '?'; its length, or 0 */
static size_t token(const char *s, size_t n, size_t max)
{
  size_t i;

  for (i = 0; i < n && i < max && !blank(s[i]); i++)
    if (s[i] == '?') return i;
  return 0;
}

/* an encoded word of any charset */
static int word_shape(const char *s, size_t n, struct word *w)
{
  size_t k, i;
  const char *star;

  if (n < 8 || s[0] != '=' || s[1] != '?') return 0;
  k = token(s + 2, n - 2, 2 * CHARSET_NAME_MAX);
  if (!k || n < k + 7) return 0;
  w->charset.s = s + 2;
  w->charset.len = k;
  star = memchr(s + 2, '*', k);
  /* RFC 2231 section 5 */
  if (star) w->charset.len = (size_t)(star - (s + 2));
  i = k + 3;
  w->encoding = (char)(s[i] | 32);
  if ((w->encoding != 'b' && w->encoding != 'q') || s[i + 1] != '?') return 0;
  i += 2;
  w->text.s = s + i;
  while (i < n && s[i] != '?' && !blank(s[i])) i++;
  if (i + 1 >= n || s[i] != '?' || s[i + 1] != '=') return 0;
  w->text.len = (size_t)(s + i - w->text.s);
  w->len = i + 2;
  return 1;
}

static int word_at(const char *s, size_t n, struct word *w)
{
  return word_shape(s, n, w) && charset_known(w->charset);
}

int rfc2047_known(const char *s, size_t len)
{
  const char *p = s, *end = s + len;
  struct word w;

  while (p < end && (p = memchr(p, '=', (size_t)(end - p)))) {
    if (!word_shape(p, (size_t)(end - p), &w)) p++;
    else if (!charset_known(w.charset)) return 0;
    else p += w.len;
  }
  return 1;
}

static int hex(char c)
{
  if (c >= '0' && c <= '9') return c - '0';
  c = (char)(c | 32);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 2047 section 4.2 */
static void word_q(const char *s, size_t n, stralloc *out)
{
  size_t i;

  for (i = 0; i < n; i++) {
    if (s[i] == '_') stralloc_append(out, ' ');
    else if (s[i] == '=' && n - i > 2 && hex(s[i + 1]) >= 0
             && hex(s[i + 2]) >= 0) {
      stralloc_append(out, (char)(hex(s[i + 1]) << 4 | hex(s[i + 2])));
      i += 2;
    }
    else stralloc_append(out, s[i]);
  }
}

static void word_b(const char *s, size_t n, stralloc *out)
{
  struct decoder d;

  decode_begin(&d, MIME_BASE64);
  stralloc_readyplus(out, DECODE_ROOM(n));
  out->len += decode_feed(&d, s, n, out->s + out->len);
  out->len += decode_end(&d, out->s + out->len);
}

/* text outside of words */
static void plain(const char *s, size_t n, stralloc *out)
{
  static const struct lstr none = LSTR_ZERO;
  struct charset c;

  charset_begin(&c, none);
  charset_feed(&c, s, n, out);
  charset_end(&c, out);
}

/* a line break and the white space around it become one space */
static void join_lines(const char *s, size_t n, stralloc *out)
{
  const char *end = s + n, *lf, *stop;

  while (s < end) {
    lf = memchr(s, '\n', (size_t)(end - s));
    stop = lf ? lf : end;
    while (stop > s && blank(stop[-1])) stop--;
    stralloc_catb(out, s, (size_t)(stop - s));
    if (!lf) return;
    for (s = lf; s < end && blank(*s); s++)
      ;
    stralloc_append(out, ' ');
  }
}

/*
 * The decoder of the last word stays open while words of its charset follow,
 * for a character may be split between them (not allowed, but common).
 */
struct run {
  struct charset cs;
  struct lstr name;
  int open;
};

static void run_end(struct run *r, stralloc *out)
{
  if (r->open) charset_end(&r->cs, out);
  r->open = 0;
}

static void run_word(struct run *r, const struct word *w, stralloc *octets,
                     stralloc *out)
{
  if (r->open && !lstr_case_eq(r->name, w->charset)) run_end(r, out);
  if (!r->open) {
    charset_begin(&r->cs, w->charset);
    r->name = w->charset;
    r->open = 1;
  }
  octets->len = 0;
  if (w->encoding == 'q') word_q(w->text.s, w->text.len, octets);
  else word_b(w->text.s, w->text.len, octets);
  charset_feed(&r->cs, octets->s, octets->len, out);
}

static void words(const char *s, size_t n, stralloc *out)
{
  stralloc octets = STRALLOC_ZERO;
  struct run r = { .open = 0 };
  const char *end = s + n, *p = s, *from = s, *q;
  struct word w;

  while (p < end && (p = memchr(p, '=', (size_t)(end - p)))) {
    if (!word_at(p, (size_t)(end - p), &w)) {
      p++;
      continue;
    }
    for (q = from; q < p && blank(*q); q++)
      ;
    if (q < p || !r.open) {     /* not only white space since the last word */
      run_end(&r, out);
      plain(from, (size_t)(p - from), out);
    }
    run_word(&r, &w, &octets, out);
    from = p += w.len;
  }
  run_end(&r, out);
  plain(from, (size_t)(end - from), out);
  stralloc_free(&octets);
}

void rfc2047_decode(const char *s, size_t len, stralloc *out)
{
  stralloc joined = STRALLOC_ZERO;

  while (len && blank(*s)) s++, len--;
  while (len && blank(s[len - 1])) len--;
  if (!len) return;
  if (memchr(s, '\n', len)) {
    join_lines(s, len, &joined);
    s = joined.s;
    len = joined.len;
  }
  if (memmem(s, len, "=?", 2)) words(s, len, out);
  else plain(s, len, out);
  stralloc_free(&joined);
}
