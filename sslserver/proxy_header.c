/* ISC licence; see LICENSE. */
#include "proxy_header.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timedio.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define SIGNATURE_LEN 12
#define FIXED_LEN 16            /* of version 2, before the addresses */
#define SHORTEST 15             /* "PROXY UNKNOWN" CR LF */

/* ------------------------------------------------------- how long it is */

static int starts(const unsigned char *buf, size_t have, const char *with,
  size_t len)
{
  return !memcmp(buf, with, have < len ? have : len);
}

int proxy_header_more(const unsigned char *buf, size_t have)
{
  size_t whole = FIXED_LEN;

  if (starts(buf, have, "PROXY ", 6)) {
    if (have < SHORTEST) return (int)(SHORTEST - have);
    /* up to the LF octet by octet: what is behind belongs to others */
    if (memchr(buf, '\n', have)) return 0;
    return have < PROXY_V1_MAX ? 1 : -1;
  }
  if (!starts(buf, have, SIGNATURE, SIGNATURE_LEN)) return -1;
  if (have >= FIXED_LEN) whole += (size_t)buf[14] << 8 | buf[15];
  if (whole > PROXY_MAX || have > whole) return -1;
  return (int)(whole - have);
}

/* ------------------------------------------------------------- version 1 */

/* the next word of at most size - 1 octets, ended by one space or the end */
static int word(const char **s, const char *end, char *out, size_t size)
{
  const char *p = *s;
  size_t n;

  while (p < end && *p != ' ') p++;
  n = (size_t)(p - *s);
  if (!n || n >= size) return -1;
  memcpy(out, *s, n);
  out[n] = 0;
  *s = p < end ? p + 1 : end;
  return 0;
}

static int port(const char **s, const char *end, uint16_t *out)
{
  char text[6];
  unsigned long n;
  size_t i;

  if (word(s, end, text, sizeof text) == -1) return -1;
  for (i = 0; text[i]; i++)
    if (text[i] < '0' || text[i] > '9') return -1;
  n = strtoul(text, 0, 10);
  if (n > 65535 || (text[0] == '0' && text[1])) return -1;
  *out = (uint16_t)n;
  return 0;
}

static int v1_address(const char **s, const char *end, int six,
  struct address *a)
{
  char text[ADDRESS_TEXT];

  if (word(s, end, text, sizeof text) == -1) return -1;
  if ((strchr(text, ':') != 0) != six) return -1;
  return address_scan(a, text);
}

static int v1_parse(struct proxy_info *p, const char *s, size_t len)
{
  const char *end = s + len - 2;
  int six;

  if (len < SHORTEST || len > PROXY_V1_MAX || end[0] != '\r'
      || end[1] != '\n' || memchr(s, 0, len))
    return -1;
  s += 6;
  if (end - s >= 7 && !memcmp(s, "UNKNOWN", 7))
    return s + 7 == end || s[7] == ' ' ? 0 : -1;
  if (end - s < 5 || memcmp(s, "TCP", 3) || s[4] != ' ') return -1;
  if (s[3] != '4' && s[3] != '6') return -1;
  six = s[3] == '6';
  if (end[-1] == ' ') return -1;
  s += 5;
  if (v1_address(&s, end, six, &p->client) == -1
      || v1_address(&s, end, six, &p->server) == -1
      || port(&s, end, &p->client.port) == -1
      || port(&s, end, &p->server.port) == -1 || s != end)
    return -1;
  p->known = 1;
  return 0;
}

/* ------------------------------------------------------------- version 2 */

/* RFC 3720 appendix B.4's polynomial, reflected; four octets count as 0 */
static uint32_t crc32c(const unsigned char *s, size_t len, size_t hole)
{
  uint32_t crc = 0xffffffff;
  size_t i;
  int k;

  for (i = 0; i < len; i++) {
    crc ^= i >= hole && i < hole + 4 ? 0 : s[i];
    for (k = 0; k < 8; k++) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc;
}

static uint32_t be32(const unsigned char *s)
{
  return (uint32_t)s[0] << 24 | (uint32_t)s[1] << 16 | (uint32_t)s[2] << 8
    | s[3];
}

/* a text of a TLV: as it is, or empty if it is unfit */
static void text(char *out, size_t size, const unsigned char *s, size_t len)
{
  size_t i;

  out[0] = 0;
  if (len >= size) return;
  for (i = 0; i < len; i++)
    if (s[i] < ' ' || s[i] > '~') return;
  memcpy(out, s, len);
  out[len] = 0;
}

/* one type, length, value; 1 if there was one, 0 at the end, -1 */
static int tlv(const unsigned char **s, const unsigned char *end,
  unsigned int *type, const unsigned char **value, size_t *len)
{
  if (*s == end) return 0;
  if (end - *s < 3) return -1;
  *type = **s;
  *len = (size_t)(*s)[1] << 8 | (*s)[2];
  *value = *s + 3;
  if ((size_t)(end - *value) < *len) return -1;
  *s = *value + *len;
  return 1;
}

#define SSL_OVER 1              /* bits of the client octet */
#define SSL_CERT_CONN 2
#define SSL_CERT_SESS 4

static int ssl_parse(struct proxy_info *p, const unsigned char *s, size_t len)
{
  const unsigned char *end = s + len, *value;
  unsigned int type;
  int r;

  if (len < 5) return -1;
  p->tls = !!(s[0] & SSL_OVER);
  p->verified = p->tls && (s[0] & (SSL_CERT_CONN | SSL_CERT_SESS))
    && be32(s + 1) == 0;
  for (s += 5; (r = tlv(&s, end, &type, &value, &len)) == 1; )
    switch (type) {
      case 0x21: text(p->version, sizeof p->version, value, len); break;
      case 0x22: text(p->cn, sizeof p->cn, value, len); break;
      case 0x23: text(p->cipher, sizeof p->cipher, value, len); break;
    }
  if (!p->verified) p->cn[0] = 0;
  return r;
}

static int tlvs_parse(struct proxy_info *p, const unsigned char *buf,
  size_t at, size_t whole)
{
  const unsigned char *s = buf + at, *value;
  unsigned int type;
  size_t len;
  int r;

  while ((r = tlv(&s, buf + whole, &type, &value, &len)) == 1)
    switch (type) {
      case 0x02: text(p->name, sizeof p->name, value, len); break;
      case 0x03:
        if (len != 4 || be32(value)
            != crc32c(buf, whole, (size_t)(value - buf)))
          return -1;
        break;
      case 0x20: if (ssl_parse(p, value, len) == -1) return -1; break;
    }
  return r;
}

static void v2_address(struct address *a, const unsigned char *ip, int six,
  const unsigned char *portnum)
{
  if (six) memcpy(a->ip, ip, 16);
  else {
    memset(a->ip, 0, 10);
    a->ip[10] = a->ip[11] = 0xff;
    memcpy(a->ip + 12, ip, 4);
  }
  a->port = (uint16_t)(portnum[0] << 8 | portnum[1]);
}

static int v2_parse(struct proxy_info *p, const unsigned char *buf, size_t len)
{
  const unsigned char *s = buf + FIXED_LEN;
  size_t rest, n;

  if (len < FIXED_LEN) return -1;
  rest = (size_t)buf[14] << 8 | buf[15];
  if (len != FIXED_LEN + rest) return -1;
  if (buf[12] == 0x20) return 0;        /* LOCAL: the proxy itself */
  if (buf[12] != 0x21) return -1;
  switch (buf[13]) {
    case 0x11: n = 12; break;
    case 0x21: n = 36; break;
    case 0x31: n = 216; break;          /* a Unix socket has no address */
    case 0x00: n = 0; break;
    default: return -1;
  }
  if (rest < n) return -1;
  if (n == 12 || n == 36) {
    size_t w = n == 12 ? 4 : 16;

    p->known = 1;
    v2_address(&p->client, s, n == 36, s + 2 * w);
    v2_address(&p->server, s + w, n == 36, s + 2 * w + 2);
  }
  return tlvs_parse(p, buf, FIXED_LEN + n, len);
}

int proxy_header_parse(struct proxy_info *p, const unsigned char *buf,
  size_t len)
{
  memset(p, 0, sizeof *p);
  if (len >= 6 && !memcmp(buf, "PROXY ", 6))
    return v1_parse(p, (const char *)buf, len);
  if (len >= FIXED_LEN && !memcmp(buf, SIGNATURE, SIGNATURE_LEN))
    return v2_parse(p, buf, len);
  return -1;
}

/* ---------------------------------------------------------------- reading */

int proxy_header_read(struct proxy_info *p, int fd, int64_t deadline)
{
  unsigned char buf[PROXY_MAX];
  size_t have = 0;
  ssize_t r;
  int more;

  while ((more = proxy_header_more(buf, have)) > 0) {
    do r = timed_read(fd, (char *)buf + have, (size_t)more, deadline);
    while (r == -1 && errno == EINTR);
    if (r == -1) return -1;
    if (!r) break;
    have += (size_t)r;
  }
  if (!more && proxy_header_parse(p, buf, have) == 0) return 0;
  errno = EPROTO;
  return -1;
}

static void clean(char *s, size_t size)
{
  size_t i;

  s[size - 1] = 0;
  for (i = 0; s[i]; i++)
    if (s[i] < ' ' || s[i] > '~') s[0] = 0;
}

void proxy_info_check(struct proxy_info *p)
{
  clean(p->version, sizeof p->version);
  clean(p->cipher, sizeof p->cipher);
  clean(p->name, sizeof p->name);
  clean(p->cn, sizeof p->cn);
}

static void set(const char *name, const char *value)
{
  if (*value && setenv(name, value, 1) == -1) die_nomem();
}

void proxy_info_tls(const struct proxy_info *p)
{
  if (!p->tls) return;
  set("SSL_PROTOCOL", *p->version ? p->version : "TLS");
  set("SSL_CIPHER", p->cipher);
  set("SSL_TLS_SNI_SERVERNAME", p->name);
  set("SSL_CLIENT_VERIFY", p->verified ? "SUCCESS" : "NONE");
  set("SSL_CLIENT_S_DN_CN", p->cn);
}
