/* ISC licence; see LICENSE. */
#include <stdlib.h>

#include "message/mime.h"
#include "message/t/mime_check.h"

/* a packed tree from anybody: refused, or a tree that holds together */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static struct mime_message a = MIME_MESSAGE_ZERO, b = MIME_MESSAGE_ZERO;
  stralloc packed = STRALLOC_ZERO;

  if (!mime_unpack(&a, (const char *)data, size)) return 0;
  if (mime_check_tree(&a) || mime_check_paths(&a)) abort();
  mime_pack(&a, &packed);
  if (!mime_unpack(&b, packed.s, packed.len) || mime_check_same(&a, &b))
    abort();
  stralloc_free(&packed);
  return 0;
}
