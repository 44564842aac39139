/* ISC licence; see LICENSE. */
/*
 * What a TLS half that was taken over asks the key-holder to sign: whatever
 * passes is long enough to be the content of a handshake, and for TLS 1.3
 * begins as only a server's does. The first octet is the padding.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "sslserver/keyproto.h"

char const *PROG = "fuzz_tls_keyproto";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  unsigned char *copy, again[8];
  uint64_t n;

  if (!len) return 0;
  copy = xalloc(len);
  memcpy(copy, data + 1, len - 1);
  if (key_content_fits(copy, len - 1, data[0] & 3)) {
    if (len - 1 < 64 + 4) abort();
    /* TLS 1.2: randoms, then lengths that fit */
    if (memcmp(copy, "                                ", 32)
        && copy[64] != 3 && 66u + (copy[64] << 8 | copy[65]) > len - 1)
      abort();
  }
  if (len > 8) {
    n = key_unpack64(copy);
    key_pack64(again, n);
    if (memcmp(again, copy, 8)) abort();
  }
  free(copy);
  return 0;
}
