/* ISC licence; see LICENSE. */
/*
 * What the login monitor, which may be root, reads from processes that face
 * the network: a talker's frame and a TLS server's answer. A frame that is
 * taken is made again to the same octets.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "login/frame.h"
#include "login/ucspitls.h"

const char *PROG = "fuzz_login_frame";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static size_t taken;

static void set(const char *name, const char *value)
{
  if (strncmp(name, "SSL_", 4) || strlen(name) > UCSPITLS_NAME_MAX) abort();
  taken += 1 + (value ? strlen(value) : 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  static struct frame f;
  char again[FRAME_MAX];
  char *copy = xalloc(len);

  if (len) memcpy(copy, data, len);
  if (frame_parse(&f, copy, len) == 0
      && (frame_make(again, &f) != len || memcmp(again, copy, len)))
    abort();
  taken = 0;
  ucspitls_take(copy, len, set);
  if (taken > len) abort();
  free(copy);
  return 0;
}
