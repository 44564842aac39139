/* ISC licence; see LICENSE. */
#include "sasl.h"

#include <string.h>

static int value_of(char c)
{
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

/* four characters, of which the last pad ones are '='; 0, or -1 */
static int quantum(char *out, const char *in, int pad)
{
  int v[4] = { 0, 0, 0, 0 };
  int i;

  for (i = 0; i < 4 - pad; i++) {
    v[i] = value_of(in[i]);
    if (v[i] == -1) return -1;
  }
  out[0] = (char)(v[0] << 2 | v[1] >> 4);
  if (pad < 2) out[1] = (char)(v[1] << 4 | v[2] >> 2);
  if (pad < 1) out[2] = (char)(v[2] << 6 | v[3]);
  return 0;
}

int base64_decode(char *out, const char *in, size_t inlen)
{
  const char *end = in + inlen;
  char *p = out;
  int pad;

  if (inlen % 4) return -1;
  for (; in != end; in += 4) {
    pad = 0;
    if (end - in == 4 && in[3] == '=') pad = in[2] == '=' ? 2 : 1;
    if (quantum(p, in, pad) == -1) return -1;
    p += 3 - pad;
  }
  return (int)(p - out);
}

void base64_encode(char *out, const char *in, size_t inlen)
{
  static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789+/";
  unsigned char b[3];
  size_t n;

  for (; inlen; in += n, inlen -= n) {
    n = inlen < 3 ? inlen : 3;
    b[1] = b[2] = 0;
    memcpy(b, in, n);
    *out++ = set[b[0] >> 2];
    *out++ = set[(b[0] & 3) << 4 | b[1] >> 4];
    *out++ = n > 1 ? set[(b[1] & 15) << 2 | b[2] >> 6] : '=';
    *out++ = n > 2 ? set[b[2] & 63] : '=';
  }
  *out = 0;
}

int base64_valid(const char *in, size_t inlen)
{
  char out[3];
  size_t i;

  for (i = 0; i + 4 < inlen; i += 4)
    if (quantum(out, in + i, 0) == -1) return 0;
  return base64_decode(out, in + i, inlen - i) != -1;
}

enum sasl_result sasl_plain(char *msg, size_t len, const char **login,
  const char **password)
{
  char *authcid, *passwd;

  msg[len] = 0;
  authcid = memchr(msg, 0, len);
  if (!authcid) return SASL_BAD;
  authcid++;
  passwd = memchr(authcid, 0, len - (size_t)(authcid - msg));
  if (!passwd) return SASL_BAD;
  passwd++;
  if (memchr(passwd, 0, len - (size_t)(passwd - msg))) return SASL_BAD;
  if (*msg && strcmp(msg, authcid)) return SASL_OTHER_USER;
  *login = authcid;
  *password = passwd;
  return SASL_OK;
}
