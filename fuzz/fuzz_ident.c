/* ISC licence; see LICENSE. */
/* a reply of a client's ident server: whatever it is, the name prints */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "sslserver/ident.h"

char const *PROG = "fuzz_ident";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  char out[IDENT_MAX], *copy = xalloc(len + 1), *p;

  memcpy(copy, data, len);
  if (ident_parse(out, copy, len) != (out[0] != 0)) abort();
  for (p = out; *p; p++)
    if (*p < '!' || *p > '~') abort();
  free(copy);
  return 0;
}
