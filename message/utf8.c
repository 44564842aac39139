/* ISC licence; see LICENSE. */
#include "utf8.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

size_t utf8_ascii(const char *s, size_t len)
{
  size_t i = 0;
  uint64_t w;

#ifdef __SSE2__
  for (; i + 16 <= len; i += 16)
    if (_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(s + i)))) break;
#endif
  for (; i + 8 <= len; i += 8) {
    memcpy(&w, s + i, 8);
    if (w & UINT64_C(0x8080808080808080)) break;
  }
  while (i < len && (unsigned char)s[i] < 0x80) i++;
  return i;
}

int utf8_get(const char *s, size_t len, uint32_t *cp)
{
  unsigned char c = (unsigned char)s[0];
  unsigned char least = 0x80, most = 0xBF;      /* of the second octet */
  uint32_t v;
  int n, i;

  if (c < 0x80) {
    *cp = c;
    return 1;
  }
  if (c < 0xC2 || c > 0xF4) return -1;
  n = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
  if (c == 0xE0) least = 0xA0;
  if (c == 0xED) most = 0x9F;
  if (c == 0xF0) least = 0x90;
  if (c == 0xF4) most = 0x8F;
  v = c & (0xFFu >> (n + 1));
  for (i = 1; i < n; i++) {
    if ((size_t)i == len) return 0;
    c = (unsigned char)s[i];
    if (c < least || c > most) return -1;
    least = 0x80;
    most = 0xBF;
    v = v << 6 | (c & 0x3F);
  }
  *cp = v;
  return n;
}

size_t utf8_put(char out[4], uint32_t cp)
{
  if (cp < 0x80) {
    out[0] = (char)cp;
    return 1;
  }
  if (cp < 0x800) {
    out[0] = (char)(0xC0 | cp >> 6);
    out[1] = (char)(0x80 | (cp & 0x3F));
    return 2;
  }
  if (cp < 0x10000) {
    out[0] = (char)(0xE0 | cp >> 12);
    out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[2] = (char)(0x80 | (cp & 0x3F));
    return 3;
  }
  out[0] = (char)(0xF0 | cp >> 18);
  out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
  out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
  out[3] = (char)(0x80 | (cp & 0x3F));
  return 4;
}
