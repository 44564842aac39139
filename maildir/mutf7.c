/* ISC licence; see LICENSE. */
#include "mutf7.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"

static const char digits[] =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static int printable(uint32_t c)
{
  return c >= 0x20 && c <= 0x7e;
}

static int control(uint32_t c)
{
  return c < 0x20 || c == 0x7f;
}

/*
 * One character of UTF-8 at s, RFC 3629 section 4: no overlong form, no
 * surrogate, nothing above U+10FFFF. Returns its octets, 0 if it is none.
 */
static size_t utf8_next(const char *s, size_t len, uint32_t *c)
{
  static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
  unsigned char a = (unsigned char)*s;
  size_t n = a < 0x80 ? 1 : a < 0xc2 ? 0 : a < 0xe0 ? 2 : a < 0xf0 ? 3
    : a < 0xf5 ? 4 : 0, i;

  if (!n || n > len) return 0;
  *c = n == 1 ? a : a & (0x7fu >> n);
  for (i = 1; i < n; i++) {
    a = (unsigned char)s[i];
    if ((a & 0xc0) != 0x80) return 0;
    *c = *c << 6 | (a & 0x3f);
  }
  if (*c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff))
    return 0;
  return n;
}

static void utf8_cat(stralloc *out, uint32_t c)
{
  char s[4];
  size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, i;

  for (i = n - 1; i; i--, c >>= 6) s[i] = (char)(0x80 | (c & 0x3f));
  s[0] = (char)(n == 1 ? c : (0xf00u >> n & 0xff) | c);
  stralloc_catb(out, s, n);
}

int utf8_valid(const char *s, size_t len)
{
  uint32_t c;
  size_t n;

  for (; len; s += n, len -= n) {
    n = utf8_next(s, len, &c);
    if (!n || !c) return 0;
  }
  return 1;
}

/* UTF-16 from a shifted part; high is a surrogate that waits for its pair. */
static int take_unit(stralloc *out, uint32_t unit, uint32_t *high)
{
  if (*high) {
    if (unit < 0xdc00 || unit > 0xdfff) return 0;
    utf8_cat(out, 0x10000 + ((*high - 0xd800) << 10) + (unit - 0xdc00));
    *high = 0;
    return 1;
  }
  if (unit >= 0xd800 && unit <= 0xdbff) {
    *high = unit;
    return 1;
  }
  if (unit >= 0xdc00 && unit <= 0xdfff) return 0;
  if (printable(unit) || control(unit)) return 0;
  utf8_cat(out, unit);
  return 1;
}

/*
 * The shifted part behind '&', up to and with its '-': base64 with ',' for
 * '/', of UTF-16 in network order, padding bits 0. Octets used, 0 if invalid.
 */
static size_t unshift(stralloc *out, const char *s, size_t len)
{
  uint32_t bits = 0, high = 0;
  unsigned int n = 0;
  const char *d;
  size_t i;

  for (i = 0; i < len && s[i] != '-'; i++) {
    d = s[i] ? strchr(digits, s[i]) : 0;
    if (!d) return 0;
    bits = bits << 6 | (uint32_t)(d - digits);
    n += 6;
    if (n < 16) continue;
    n -= 16;
    if (!take_unit(out, bits >> n & 0xffff, &high)) return 0;
    bits &= (1u << n) - 1;
  }
  return i < len && i && n < 6 && !bits && !high ? i + 1 : 0;
}

static int decode(stralloc *out, const char *s, size_t len)
{
  int shifted = 0;      /* just after a shift: another would be superfluous */
  size_t n;

  for (; len; s += n, len -= n) {
    n = 1;
    if (!printable((unsigned char)*s)) return 0;
    if (*s != '&') {
      stralloc_append(out, *s);
      shifted = 0;
    } else if (len > 1 && s[1] == '-') {
      stralloc_append(out, '&');
      n = 2;
      shifted = 0;
    } else {
      n = unshift(out, s + 1, len - 1);
      if (!n++ || shifted) return 0;
      shifted = 1;
    }
  }
  return 1;
}

int mutf7_to_utf8(stralloc *out, const char *s, size_t len)
{
  size_t start = out->len;

  if (decode(out, s, len)) return 0;
  out->len = start;
  errno = EILSEQ;
  return -1;
}

int mutf7_valid(const char *s, size_t len)
{
  stralloc sa = STRALLOC_ZERO;
  int ok = decode(&sa, s, len);

  stralloc_free(&sa);
  return ok;
}

/* Bits that do not yet make a digit. */
struct shift { uint32_t bits; unsigned int n; int on; };

static void put_unit(stralloc *out, struct shift *h, uint32_t unit)
{
  if (!h->on) stralloc_append(out, '&');
  h->on = 1;
  h->bits = h->bits << 16 | unit;
  for (h->n += 16; h->n >= 6; h->n -= 6)
    stralloc_append(out, digits[h->bits >> (h->n - 6) & 0x3f]);
  h->bits &= (1u << h->n) - 1;
}

static void end_shift(stralloc *out, struct shift *h)
{
  if (!h->on) return;
  if (h->n) stralloc_append(out, digits[h->bits << (6 - h->n) & 0x3f]);
  stralloc_append(out, '-');
  h->bits = 0;
  h->n = 0;
  h->on = 0;
}

static void put(stralloc *out, struct shift *h, uint32_t c)
{
  if (printable(c)) {
    end_shift(out, h);
    stralloc_append(out, (char)c);
    if (c == '&') stralloc_append(out, '-');
  } else if (c < 0x10000) put_unit(out, h, c);
  else {
    put_unit(out, h, 0xd800 + ((c - 0x10000) >> 10));
    put_unit(out, h, 0xdc00 + ((c - 0x10000) & 0x3ff));
  }
}

int utf8_to_mutf7(stralloc *out, const char *s, size_t len)
{
  struct shift h = { 0, 0, 0 };
  size_t start = out->len, n;
  uint32_t c;

  for (; len; s += n, len -= n) {
    n = utf8_next(s, len, &c);
    if (!n || control(c)) {
      out->len = start;
      errno = EILSEQ;
      return -1;
    }
    put(out, &h, c);
  }
  end_shift(out, &h);
  return 0;
}
