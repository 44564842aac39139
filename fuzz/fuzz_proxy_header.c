/* ISC licence; see LICENSE. */
/*
 * A header of the PROXY protocol, read as a proxy sends it and as much of it
 * at a time as the reader asks for; and a struct proxy_info as a TLS half
 * that was taken over may write it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sslserver/proxy_header.h"

char const *PROG = "fuzz";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  unsigned char buf[PROXY_MAX];
  struct proxy_info p;
  size_t have = 0;
  int more;

  while ((more = proxy_header_more(buf, have)) > 0) {
    if (have + (size_t)more > sizeof buf) abort();
    if (have + (size_t)more > len) break;
    memcpy(buf + have, data + have, (size_t)more);
    have += (size_t)more;
  }
  if (!more && proxy_header_parse(&p, buf, have) == 0) {
    /* what it lets through holds no control characters */
    if (strpbrk(p.version, "\r\n") || strpbrk(p.cn, "\r\n")) abort();
    if (strlen(p.name) >= sizeof p.name) abort();
  }
  memset(&p, 0, sizeof p);
  memcpy(&p, data, len < sizeof p ? len : sizeof p);
  proxy_info_check(&p);
  return strlen(p.version) + strlen(p.cipher) + strlen(p.name)
    + strlen(p.cn) > sizeof p;
}
