/* ISC licence; see LICENSE. */
/*
 * What imapd reads when it comes back from imap-idle: whatever passes is the
 * same when it is written again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "imapd/rest_state.h"

char const *PROG = "fuzz_imap_rest";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  stralloc again = STRALLOC_ZERO;
  struct rest_state s;
  char *exact = xalloc(len);

  if (len) memcpy(exact, data, len);
  memset(&s, 0, sizeof s);
  if (rest_state_take(&s, exact, len) == 0) {
    rest_state_put(&again, &s);
    if (again.len != len || memcmp(again.s, exact, len)) abort();
    if (s.set[REST_GONE].n && !s.set[REST_UIDS].n) abort();
  }
  rest_state_free(&s);
  stralloc_free(&again);
  free(exact);
  return 0;
}
