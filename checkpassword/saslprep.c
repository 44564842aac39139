/* ISC licence; see LICENSE. */
#include "saslprep.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/alloc.h"

static int ascii(const char *s, size_t len)
{
  size_t i;

  for (i = 0; i < len; i++)
    if ((unsigned char)s[i] < ' ' || (unsigned char)s[i] >= 0x7f) return 0;
  return 1;
}

/* RFC 3454 table B.1: what is mapped to nothing */
static int nothing(utf8proc_int32_t c)
{
  return c == 0xad || c == 0x34f || c == 0x1806
    || (c >= 0x180b && c <= 0x180d) || (c >= 0x200b && c <= 0x200d)
    || c == 0x2060 || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff;
}

/* RFC 4013 section 2.3: tables C.1.2 and C.2 to C.9 */
static int prohibited(utf8proc_int32_t c)
{
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return 1;
    case UTF8PROC_CATEGORY_ZS: return c != ' ';
    default: break;
  }
  return c == 0x340 || c == 0x341 || c == 0x6dd || c == 0x70f || c == 0x180e
    || (c >= 0x200c && c <= 0x200f) || (c >= 0x202a && c <= 0x202e)
    || (c >= 0x2060 && c <= 0x2063) || (c >= 0x206a && c <= 0x206f)
    || (c >= 0x2ff0 && c <= 0x2ffb) || (c >= 0xfdd0 && c <= 0xfdef)
    || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffd)
    || (c & 0xfffe) == 0xfffe || (c >= 0x1d173 && c <= 0x1d17a)
    || c == 0xe0001 || (c >= 0xe0020 && c <= 0xe007f);
}

static int right_to_left(utf8proc_int32_t c)
{
  utf8proc_propval_t class = utf8proc_get_property(c)->bidi_class;

  return class == UTF8PROC_BIDI_CLASS_R || class == UTF8PROC_BIDI_CLASS_AL;
}

static int left_to_right(utf8proc_int32_t c)
{
  return utf8proc_get_property(c)->bidi_class == UTF8PROC_BIDI_CLASS_L;
}

/* RFC 3454 section 6: 1 if the directions go together */
static int one_direction(const utf8proc_int32_t *c, size_t n)
{
  int r = 0, l = 0;
  size_t i;

  for (i = 0; i < n; i++) {
    r |= right_to_left(c[i]);
    l |= left_to_right(c[i]);
  }
  return !r || (!l && right_to_left(c[0]) && right_to_left(c[n - 1]));
}

/*
 * The code points of s, mapped (RFC 4013 section 2.1): other spaces become
 * spaces, some vanish. How many, or -1.
 */
static int map(utf8proc_int32_t *out, const char *s, size_t len)
{
  const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)s;
  utf8proc_ssize_t left = (utf8proc_ssize_t)len, step;
  utf8proc_int32_t c;
  int n = 0;

  for (; left; at += step, left -= step) {
    step = utf8proc_iterate(at, left, &c);
    if (step <= 0 || !c) return -1;
    if (nothing(c)) continue;
    out[n++] = utf8proc_category(c) == UTF8PROC_CATEGORY_ZS ? ' ' : c;
  }
  return n;
}

static int check(const utf8proc_int32_t *c, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++)
    if (prohibited(c[i])) return -1;
  return one_direction(c, n) ? 0 : -1;
}

static int check_text(const char *s)
{
  utf8proc_int32_t *c = xalloc((strlen(s) + 1) * sizeof *c);
  utf8proc_ssize_t n = utf8proc_decompose((const utf8proc_uint8_t *)s, 0, c,
    (utf8proc_ssize_t)strlen(s), UTF8PROC_NULLTERM);
  int r = n > 0 ? check(c, (size_t)n) : (int)n;

  if (n > 0) explicit_bzero(c, (size_t)n * sizeof *c);
  free(c);
  return r;
}

/* RFC 4013 section 2.2: form KC, of what map has left */
static int normalise(stralloc *out, const utf8proc_int32_t *c, size_t n)
{
  utf8proc_uint8_t octets[4], *kc;
  size_t i;

  for (i = 0; i < n; i++)
    stralloc_catb(out, (char *)octets,
      (size_t)utf8proc_encode_char(c[i], octets));
  stralloc_0(out);
  kc = utf8proc_NFKC((const utf8proc_uint8_t *)out->s);
  if (!kc) return -1;
  explicit_bzero(out->s, out->len);
  stralloc_copys(out, (char *)kc);
  stralloc_0(out);
  explicit_bzero(kc, strlen((char *)kc));
  free(kc);
  return 0;
}

int saslprep(stralloc *out, const char *s, size_t len)
{
  utf8proc_int32_t c[SASLPREP_MAX];
  int n, r = -1;

  out->len = 0;
  if (len > SASLPREP_MAX) return -1;
  if (ascii(s, len)) {
    stralloc_catb(out, s, len);
    stralloc_0(out);
    return 0;
  }
  n = map(c, s, len);
  if (n != -1 && normalise(out, c, (size_t)n) == 0) r = check_text(out->s);
  if (n > 0) explicit_bzero(c, (size_t)n * sizeof *c);
  if (r == -1) {
    if (out->s) explicit_bzero(out->s, out->len);
    out->len = 0;
  }
  return r;
}
