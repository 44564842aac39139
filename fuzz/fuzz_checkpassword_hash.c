/* ISC licence; see LICENSE. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "checkpassword/pwhash.h"
#include "checkpassword/pwkeys.h"

/* A stored password from a hostile database: everything but its work, which
 * may take seconds. */

char const *PROG = "fuzz";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct scram_keys k = SCRAM_KEYS_ZERO;
  stralloc s = STRALLOC_ZERO;
  char *hash = malloc(size + 1);

  if (!hash) return 0;
  if (size) memcpy(hash, data, size);
  hash[size] = 0;
  if (pwhash_known(hash)) {
    if (pwhash_locked(hash)) abort();
    pwhash_class(&s, hash);
    if (!s.len) abort();
    if (pwhash_plain(&s, hash) && pwhash_check(hash, s.s) != 1) abort();
  }
  pwhash_class(&s, hash);
  (void)pwhash_scheme(hash);
  (void)pwhash_outdated(hash, "SSHA", 0);
  (void)pwhash_scram(&k, DIGEST_SHA1, hash);
  (void)pwhash_scram(&k, DIGEST_SHA256, hash);
  (void)pwhash_cram_md5(hash, "<1@x>", 5, "0123456789abcdef");
  pwhash_prefixed(&s, "PLAIN", hash);
  scram_keys_free(&k);
  stralloc_free(&s);
  free(hash);
  return 0;
}
