/* ISC licence; see LICENSE. */
#include "encoding.h"

#include <stdint.h>
#include <string.h>

#include "base/alloc.h"

static const char alphabet[] =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int nibble(char c)
{
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int hex_decode(stralloc *out, const char *s, size_t len)
{
  size_t old = out->len, i;
  int a, b;

  if (len % 2) return -1;
  for (i = 0; i < len; i += 2) {
    a = nibble(s[i]);
    b = nibble(s[i + 1]);
    if (a == -1 || b == -1) return (out->len = old, -1);
    stralloc_append(out, (char)(a << 4 | b));
  }
  return 0;
}

static int sextet(char c, enum base64_kind kind)
{
  const char *p;

  if (kind == BASE64_DOT) {
    if (c == '+') return -1;
    if (c == '.') c = '+';
  }
  if (kind == BASE64_URL) {
    if (c == '+' || c == '/') return -1;
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  p = c ? strchr(alphabet, c) : 0;
  return p ? (int)(p - alphabet) : -1;
}

int base64_take(stralloc *out, const char *s, size_t len,
                enum base64_kind kind)
{
  size_t old = out->len, pad = 0, i;
  uint32_t bits = 0;
  int v, n = 0;

  while (pad < 2 && len && s[len - 1] == '=') len--, pad++;
  if (len % 4 == 1 || (pad && (len + pad) % 4)) return -1;
  for (i = 0; i < len; i++) {
    v = sextet(s[i], kind);
    if (v == -1) return (out->len = old, -1);
    bits = (bits << 6 | (uint32_t)v) & 0xffff;
    n += 6;
    if (n < 8) continue;
    n -= 8;
    stralloc_append(out, (char)(bits >> n & 0xff));
  }
  if (bits & ((1U << n) - 1)) return (out->len = old, -1);
  return 0;
}

void hex_put(stralloc *out, const void *data, size_t len)
{
  static const char digits[] = "0123456789abcdef";
  const unsigned char *s = data;

  for (; len; s++, len--) {
    stralloc_append(out, digits[*s >> 4]);
    stralloc_append(out, digits[*s & 15]);
  }
}

static char letter(uint32_t v, enum base64_kind kind)
{
  char c = alphabet[v & 63];

  return kind == BASE64_DOT && c == '+' ? '.' : c;
}

void base64_put(stralloc *out, const void *data, size_t len,
                enum base64_kind kind, int padded)
{
  const unsigned char *s = data;
  uint32_t bits;
  size_t i, n;

  for (; len; s += n, len -= n) {
    n = len < 3 ? len : 3;
    bits = (uint32_t)s[0] << 16;
    if (n > 1) bits |= (uint32_t)s[1] << 8;
    if (n > 2) bits |= s[2];
    for (i = 0; i < n + 1; i++)
      stralloc_append(out, letter(bits >> (18 - 6 * i), kind));
    for (; padded && i < 4; i++) stralloc_append(out, '=');
  }
}
