/* ISC licence; see LICENSE. */
#include "find.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#ifdef __SSE2__
/*
 * Sixteen places at once: where the key's first and its last octet are so far
 * apart as they should be, the rest is compared. A text that has these two
 * everywhere and the key nowhere would make that quadratic, so what is spent
 * on comparing is bounded by what was passed over; then memmem goes on.
 */
#define SPARE 4096              /* octets that may be compared in any case */

const char *find_octets(const char *s, size_t n, const char *key,
                        size_t klen)
{
  const char *p = s, *end = s + n;
  const __m128i first = _mm_set1_epi8(klen ? key[0] : 0);
  const __m128i last = _mm_set1_epi8(klen ? key[klen - 1] : 0);
  size_t spent = 0;

  if (!klen) return s;
  if (klen > n) return 0;
  if (klen == 1) return memchr(s, key[0], n);
  /* both loads end within the text */
  for (; (size_t)(end - p) >= klen + 15; p += 16) {
    __m128i a = _mm_loadu_si128((const __m128i *)p);
    __m128i b = _mm_loadu_si128((const __m128i *)(p + klen - 1));
    unsigned hits = (unsigned)_mm_movemask_epi8(_mm_and_si128(
      _mm_cmpeq_epi8(a, first), _mm_cmpeq_epi8(b, last)));

    for (; hits; hits &= hits - 1) {
      const char *at = p + __builtin_ctz(hits);

      if (!memcmp(at + 1, key + 1, klen - 2)) return at;
      spent += klen;
    }
    if (spent > SPARE + 4 * (size_t)(p - s)) break;
  }
  return memmem(p, (size_t)(end - p), key, klen);
}

#else

const char *find_octets(const char *s, size_t n, const char *key,
                        size_t klen)
{
  return klen ? memmem(s, n, key, klen) : s;
}
#endif
