/* ISC licence; see LICENSE. */
#include "fold.h"

#include <string.h>
#include <utf8proc.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/alloc.h"
#include "message/utf8.h"

/*
 * Titlecase, then decomposition, code point by code point (RFC 5051 section
 * 2). Hangul syllables have no decomposition in UnicodeData.txt and stay.
 * Marks are not put in order, as the RFC has it.
 */

#define FOLD_MAX 80             /* 18 code points at most; 4 octets each */
#define SMALL 0x800             /* code points of two octets: remembered */

static size_t fold_slow(uint32_t cp, char out[FOLD_MAX])
{
  utf8proc_int32_t to[18], title = (utf8proc_int32_t)cp;
  utf8proc_ssize_t n, i;
  size_t len = 0;
  int last = 0;

  /* sharp s has no titlecase in UnicodeData.txt; utf8proc gives U+1E9E */
  if (cp != 0xDF) title = utf8proc_totitle(title);
  n = utf8proc_decompose_char(title, to, 18,
                              UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &last);
  if (n < 1 || n > 18) return utf8_put(out, cp);
  for (i = 0; i < n; i++) len += utf8_put(out + len, (uint32_t)to[i]);
  return len;
}

/* ideographs and Hangul: most text of three octets, and nothing to do */
static int is_plain(uint32_t cp)
{
  return (cp >= 0x3400 && cp <= 0x9FFF) || (cp >= 0xAC00 && cp <= 0xD7A3);
}

static size_t fold_one(uint32_t cp, char out[FOLD_MAX])
{
  static struct { unsigned char len; char text[15]; } known[SMALL];

  if (is_plain(cp)) return utf8_put(out, cp);
  if (cp >= SMALL) return fold_slow(cp, out);
  if (!known[cp].len) {
    size_t n = fold_slow(cp, out);

    if (n > sizeof known[cp].text) return n;
    memcpy(known[cp].text, out, n);
    known[cp].len = (unsigned char)n;
  }
  memcpy(out, known[cp].text, sizeof known[cp].text);
  return known[cp].len;
}

/* the ASCII at the start of s in upper case to out; returns how much */
static size_t upper_ascii(const char *s, size_t len, char *out)
{
  size_t i = 0;

#ifdef __SSE2__
  const __m128i before_a = _mm_set1_epi8('a' - 1);
  const __m128i after_z = _mm_set1_epi8('z' + 1);
  const __m128i bit = _mm_set1_epi8(32);

  for (; i + 16 <= len; i += 16) {
    __m128i v = _mm_loadu_si128((const __m128i *)(s + i));
    __m128i low = _mm_and_si128(_mm_cmpgt_epi8(v, before_a),
                                _mm_cmplt_epi8(v, after_z));

    if (_mm_movemask_epi8(v)) break;
    _mm_storeu_si128((__m128i *)(out + i),
                     _mm_xor_si128(v, _mm_and_si128(low, bit)));
  }
#endif
  for (; i < len && (unsigned char)s[i] < 0x80; i++)
    out[i] = (char)(s[i] >= 'a' && s[i] <= 'z' ? s[i] - 32 : s[i]);
  return i;
}

static size_t fold_run(stralloc *out, const char *s, size_t len, int whole)
{
  const char *p = s, *end = s + len;
  char text[FOLD_MAX];
  uint32_t cp;
  size_t k;
  int n;

  while (p < end) {
    stralloc_readyplus(out, (size_t)(end - p));
    k = upper_ascii(p, (size_t)(end - p), out->s + out->len);
    out->len += k;
    p += k;
    for (; p < end && (unsigned char)*p >= 0x80; p += n) {
      n = utf8_get(p, (size_t)(end - p), &cp);
      if (n == 0 && !whole) return (size_t)(p - s);
      if (n > 0) stralloc_catb(out, text, fold_one(cp, text));
      else stralloc_catb(out, p, n = 1);
    }
  }
  return len;
}

void fold(stralloc *out, const char *s, size_t len)
{
  if (len) fold_run(out, s, len, 1);
}

size_t fold_some(stralloc *out, const char *s, size_t len)
{
  return len ? fold_run(out, s, len, 0) : 0;
}

int fold_equal(const char *a, size_t alen, const char *b, size_t blen)
{
  stralloc x = STRALLOC_ZERO, y = STRALLOC_ZERO;
  int same;

  fold(&x, a, alen);
  fold(&y, b, blen);
  same = x.len == y.len && (!x.len || !memcmp(x.s, y.s, x.len));
  stralloc_free(&x);
  stralloc_free(&y);
  return same;
}
