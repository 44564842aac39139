/* ISC licence; see LICENSE. */
#include "charset.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "message/charset_impl.h"
#include "message/utf8.h"

/* name, upper case, ends with NUL: how it is read; 0 if it is not known */
static const struct charset_how *find(const char *name)
{
  size_t lo = 0, hi = charset_nnames, mid;
  int r;

  while (lo < hi) {
    mid = lo + (hi - lo) / 2;
    r = strcmp(name, charset_text + charset_names[mid].text);
    if (!r) return charset_hows + charset_names[mid].how;
    if (r < 0) hi = mid;
    else lo = mid + 1;
  }
  return 0;
}

int charset_begin(struct charset *c, struct lstr name)
{
  static const struct charset empty;
  char upper[CHARSET_NAME_MAX + 1];
  const struct charset_how *how;
  size_t i;

  *c = empty;
  c->how = CHARSET_ASCII;
  if (!name.s || !name.len || name.len > CHARSET_NAME_MAX) return 0;
  for (i = 0; i < name.len; i++) {
    upper[i] = name.s[i];
    if (upper[i] >= 'a' && upper[i] <= 'z') upper[i] -= 'a' - 'A';
    if (!upper[i]) return 0;
  }
  upper[i] = 0;
  how = find(upper);
  if (!how) return 0;
  c->how = how->kind;
  c->row = how->row;
  c->ascii = how->ascii;
  return 1;
}

int charset_known(struct lstr name)
{
  struct charset c;

  return charset_begin(&c, name);
}

void charset_bad(struct charset *c, stralloc *out)
{
  c->wrong++;
  stralloc_catb(out, "\xEF\xBF\xBD", 3);
}

void charset_put(struct charset *c, stralloc *out, uint32_t cp)
{
  char x[4];

  if (cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000)) charset_bad(c, out);
  else stralloc_catb(out, x, utf8_put(x, cp));
}

/* an octet above 0x7F; those that windows-1252 lacks are controls */
static void put_1252(stralloc *out, unsigned char c)
{
  static const unsigned short high[32] = {
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
    0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178
  };
  char x[4];

  stralloc_catb(out, x, utf8_put(x, c < 0xA0 ? high[c - 0x80] : c));
}

static void put_wrong(struct charset *c, stralloc *out, char octet)
{
  if (c->how != CHARSET_ASCII) charset_bad(c, out);
  else {
    c->wrong++;
    put_1252(out, (unsigned char)octet);
  }
}

/* octets that go on with a sequence begun in an earlier piece */
static size_t held_more(struct charset *c, const char *s, size_t len,
                        stralloc *out)
{
  char *held = (char *)c->held;
  uint32_t cp;
  size_t used = 0;
  int n;

  while (c->nheld) {
    n = utf8_get(held, c->nheld, &cp);
    if (n == 0) {
      if (used == len) return used;
      held[c->nheld++] = s[used++];
      continue;
    }
    if (n > 0) stralloc_catb(out, held, (size_t)n);
    else {
      put_wrong(c, out, *held);
      n = 1;
    }
    c->nheld -= (size_t)n;
    memmove(held, held + n, c->nheld);
  }
  return used;
}

static void feed_utf8(struct charset *c, const char *s, size_t len,
                      stralloc *out)
{
  size_t used = held_more(c, s, len, out), k;
  const char *p = s + used, *end = s + len, *run;
  uint32_t cp;
  int n = 0;

  while (p < end) {
    for (run = p; p < end; p += n) {    /* all that is valid, at once */
      k = utf8_ascii(p, (size_t)(end - p));
      p += k;
      if (p == end) break;
      n = utf8_get(p, (size_t)(end - p), &cp);
      if (n <= 0) break;
    }
    stralloc_catb(out, run, (size_t)(p - run));
    if (p == end) return;
    if (n == 0) {
      c->nheld = (size_t)(end - p);
      memcpy(c->held, p, c->nheld);
      return;
    }
    put_wrong(c, out, *p++);
  }
}

static void feed_1252(const char *s, size_t len, stralloc *out)
{
  const char *end = s + len;
  size_t k;

  stralloc_readyplus(out, len);
  while (s < end) {
    k = utf8_ascii(s, (size_t)(end - s));
    stralloc_catb(out, s, k);
    s += k;
    for (; s < end && (unsigned char)*s >= 0x80; s++)
      put_1252(out, (unsigned char)*s);
  }
}

static charset_reader *reader(const struct charset *c)
{
  if (c->how == CHARSET_UTF7 || c->how == CHARSET_UTF7IMAP)
    return charset_read_utf7;
  if (c->how >= CHARSET_JP) return charset_read_2022;
  if (c->how >= CHARSET_UTF16) return charset_read_wide;
  return charset_read_table;
}

static void feed_other(struct charset *c, const unsigned char *s, size_t len,
                       stralloc *out)
{
  charset_reader *read = reader(c);
  unsigned char few[2 * sizeof c->held];
  size_t n, left, k, used;

  while (c->nheld && len) {     /* a held start and some octets more */
    n = c->nheld;
    k = sizeof c->held < len ? sizeof c->held : len;
    memcpy(few, c->held, n);
    memcpy(few + n, s, k);
    used = read(c, few, n + k, out);
    c->nheld = used < n ? n + k - used : 0;
    if (c->nheld > sizeof c->held) {    /* no sequence is that long */
      charset_bad(c, out);
      c->nheld = 0;
    }
    memcpy(c->held, few + used, c->nheld);
    k = used < n ? k : used - n;
    s += k;
    len -= k;
  }
  if (!len) return;
  left = len - read(c, s, len, out);
  memcpy(c->held, s + len - left, left);
  c->nheld = left;
}

void charset_feed(struct charset *c, const char *s, size_t len, stralloc *out)
{
  if (!len) return;
  if (c->how == CHARSET_1252) feed_1252(s, len, out);
  else if (c->how <= CHARSET_UTF8) feed_utf8(c, s, len, out);
  else feed_other(c, (const unsigned char *)s, len, out);
}

void charset_end(struct charset *c, stralloc *out)
{
  size_t i;

  if (c->how <= CHARSET_1252)
    for (i = 0; i < c->nheld; i++) put_wrong(c, out, (char)c->held[i]);
  else if (c->nheld) {
    c->last = 1;
    if (reader(c)(c, c->held, c->nheld, out) < c->nheld) charset_bad(c, out);
  }
  c->nheld = 0;
  c->how = CHARSET_ASCII;
}

int charset_convert(struct lstr name, const char *s, size_t len,
                    stralloc *out)
{
  struct charset c;
  size_t from = out->len;

  if (!charset_begin(&c, name)) return 0;
  if (c.how == CHARSET_ASCII && utf8_ascii(s, len) < len) return -1;
  charset_feed(&c, s, len, out);
  charset_end(&c, out);
  if (!c.wrong) return 1;
  out->len = from;
  return -1;
}
