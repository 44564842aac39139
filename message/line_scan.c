/* ISC licence; see LICENSE. */
#include "line_scan.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* the plain form, for ends of buffers and other processors */
static size_t scan_plain(const char *p, size_t n, unsigned char prev,
                         int dash, struct line_count *c)
{
  size_t i;

  for (i = 0; i < n; i++) {
    unsigned char now = (unsigned char)p[i];

    if (now == '\n') {
      c->lf++;
      c->crlf += prev == '\r';
    }
    else if (now == '-' && dash && prev == '\n')
      return i;
    prev = now;
  }
  return n;
}

#ifdef __SSE2__

/* the sum of 16 counters of 8 bits */
static uint64_t sum(__m128i v)
{
  __m128i s = _mm_sad_epu8(v, _mm_setzero_si128());

  return (uint64_t)_mm_cvtsi128_si64(s)
    + (uint64_t)_mm_cvtsi128_si64(_mm_srli_si128(s, 8));
}

/*
 * 16 octets at a time, each compared with its neighbour by a second load one
 * octet earlier: p[-1] must be readable. Stops before a block with a dash.
 */
static size_t scan_blocks(const char *p, size_t n, int dash,
                          struct line_count *c)
{
  const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r');
  const __m128i minus = _mm_set1_epi8('-');
  __m128i lfs = _mm_setzero_si128(), crlfs = lfs;
  size_t i, rounds = 0;

  for (i = 0; i + 16 <= n; i += 16) {
    __m128i now = _mm_loadu_si128((const __m128i *)(p + i));
    __m128i before = _mm_loadu_si128((const __m128i *)(p + i - 1));
    __m128i is_lf = _mm_cmpeq_epi8(now, lf);

    if (dash && _mm_movemask_epi8(
          _mm_and_si128(_mm_cmpeq_epi8(now, minus),
                        _mm_cmpeq_epi8(before, lf))))
      break;
    lfs = _mm_sub_epi8(lfs, is_lf);
    crlfs = _mm_sub_epi8(crlfs,
                         _mm_and_si128(is_lf, _mm_cmpeq_epi8(before, cr)));
    if (++rounds == 255) {      /* before a counter of 8 bits overflows */
      c->lf += sum(lfs);
      c->crlf += sum(crlfs);
      lfs = crlfs = _mm_setzero_si128();
      rounds = 0;
    }
  }
  c->lf += sum(lfs);
  c->crlf += sum(crlfs);
  return i;
}

size_t line_scan(const char *p, size_t n, unsigned char prev, int dash,
                 struct line_count *c)
{
  size_t i;

  if (!n || scan_plain(p, 1, prev, dash, c) == 0) return 0;
  i = 1 + scan_blocks(p + 1, n - 1, dash, c);
  return i + scan_plain(p + i, n - i, (unsigned char)p[i - 1], dash, c);
}

#else

size_t line_scan(const char *p, size_t n, unsigned char prev, int dash,
                 struct line_count *c)
{
  return scan_plain(p, n, prev, dash, c);
}

#endif

uint64_t octet_count(const char *p, size_t n, char c)
{
  const char *end = p + n;
  uint64_t k = 0;

  while (p < end && (p = memchr(p, c, (size_t)(end - p)))) k++, p++;
  return k;
}
