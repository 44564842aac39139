/* ISC licence; see LICENSE. */
#include "keyproto.h"

#include <string.h>

#define RANDOMS 64              /* client_random and server_random */
#define SPACES 64
#define CONTEXT "TLS 1.3, server CertificateVerify" /* and its NUL */

static int fits_13(const unsigned char *s, size_t len)
{
  size_t i, head = SPACES + sizeof CONTEXT;

  /* SHA-256 or SHA-384 over the transcript */
  if (len != head + 32 && len != head + 48) return 0;
  for (i = 0; i < SPACES; i++)
    if (s[i] != ' ') return 0;
  return !memcmp(s + SPACES, CONTEXT, sizeof CONTEXT);
}

/* three vectors, each with its length in two octets: p, g, Ys */
static int fits_dhe(const unsigned char *s, size_t len)
{
  size_t n;
  int i;

  for (i = 0; i < 3; i++) {
    if (len < 2) return 0;
    n = (size_t)s[0] << 8 | s[1];
    if (!n || n > len - 2) return 0;
    s += 2 + n;
    len -= 2 + n;
  }
  return len == 0;
}

int key_content_fits(const unsigned char *s, size_t len, enum key_pad pad)
{
  if (fits_13(s, len)) return pad != KEY_PKCS1;
  if (len < RANDOMS + 4) return 0;
  s += RANDOMS;
  len -= RANDOMS;
  if (s[0] == 3 && s[3] && len == 4 + (size_t)s[3]) return 1;
  return fits_dhe(s, len);
}

void key_pack32(unsigned char *out, uint32_t n)
{
  int i;

  for (i = 3; i >= 0; i--, n >>= 8) out[i] = (unsigned char)n;
}

uint32_t key_unpack32(const unsigned char *s)
{
  return (uint32_t)s[0] << 24 | (uint32_t)s[1] << 16 | (uint32_t)s[2] << 8
    | s[3];
}

void key_pack64(unsigned char *out, uint64_t n)
{
  key_pack32(out, (uint32_t)(n >> 32));
  key_pack32(out + 4, (uint32_t)n);
}

uint64_t key_unpack64(const unsigned char *s)
{
  return (uint64_t)key_unpack32(s) << 32 | key_unpack32(s + 4);
}
