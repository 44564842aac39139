/* ISC licence; see LICENSE. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <skalibs/stralloc.h>

#include "base/alloc.h"
#include "message/crlf.h"
#include "message/decode.h"

/* decoders and line ends: the same in pieces, and never too much */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int decode(int encoding, const char *s, size_t n, size_t step,
                  stralloc *out)
{
  struct decoder d;
  size_t i, k;

  out->len = 0;
  decode_begin(&d, encoding);
  for (i = 0; i < n; i += k) {
    char *to = xalloc(DECODE_ROOM(k = n - i < step ? n - i : step));

    stralloc_catb(out, to, decode_feed(&d, s + i, k, to));
    free(to);
  }
  stralloc_readyplus(out, DECODE_ROOM(0));
  out->len += decode_end(&d, out->s + out->len);
  return d.damaged;
}

static void strip(const char *s, size_t n, size_t step, stralloc *out)
{
  struct crlf_strip c = CRLF_STRIP_ZERO;
  size_t i, k;

  out->len = 0;
  for (i = 0; i < n; i += k) {
    char *to = xalloc((k = n - i < step ? n - i : step) + 1);

    stralloc_catb(out, to, crlf_strip(&c, s + i, k, to));
    free(to);
  }
  stralloc_readyplus(out, 1);
  out->len += crlf_strip_end(&c, out->s + out->len);
}

static void same(const stralloc *a, const stralloc *b)
{
  if (a->len != b->len || (a->len && memcmp(a->s, b->s, a->len))) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  stralloc a = STRALLOC_ZERO, b = STRALLOC_ZERO;
  const char *s = (const char *)data;
  size_t step = size ? 1 + data[0] % 9 : 1;
  int encoding;

  for (encoding = MIME_7BIT; encoding <= MIME_UNKNOWN; encoding++) {
    if (decode(encoding, s, size, size + 1, &a)
        != decode(encoding, s, size, step, &b)) abort();
    same(&a, &b);
    if (a.len > size) abort();
  }
  strip(s, size, size + 1, &a);
  strip(s, size, step, &b);
  same(&a, &b);
  b.len = 0;
  crlf_cat(&b, a.s, a.len, 0);  /* what is sent of what was stored */
  a.len = 0;
  crlf_cat(&a, s, size, 0);
  same(&a, &b);
  stralloc_free(&a);
  stralloc_free(&b);
  return 0;
}
