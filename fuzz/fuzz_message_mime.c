/* ISC licence; see LICENSE. */
#include <stdlib.h>
#include <string.h>

#include "message/header.h"
#include "message/mime.h"
#include "message/param.h"
#include "message/t/mime_check.h"

/* a message: the tree holds together, whole and in pieces */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fields(const char *s, size_t n)
{
  static const struct lstr names[] = { { "subject", 7 }, { "x", 1 } };
  stralloc out = STRALLOC_ZERO, pieces = STRALLOC_ZERO;
  struct header_filter f;
  int not;

  for (not = 0; not < 2; not++) {
    out.len = 0;
    header_fields(s, n, names, 2, not, &out);
    header_filter_begin(&f, names, 2, not);
    header_filter_feed(&f, s, n / 2, &pieces);
    header_filter_feed(&f, s + n / 2, n - n / 2, &pieces);
    header_filter_end(&f, &pieces);
    if (f.size != out.len || pieces.len != out.len
        || (out.len && memcmp(pieces.s, out.s, out.len))) abort();
    pieces.len = 0;
  }
  stralloc_free(&out);
  stralloc_free(&pieces);
}

static void texts(const struct mime_message *m)
{
  const struct mime_part *p;
  stralloc out = STRALLOC_ZERO;

  for (p = m->root; p && out.len < 100000; p = mime_next(p)) {
    param_text(p->params, "name", &out);
    param_text(p->disposition_params, "filename", &out);
  }
  stralloc_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static struct mime_message m = MIME_MESSAGE_ZERO;
  const char *s = (const char *)data;

  mime_parse_mem(&m, s, size);
  if (mime_check(&m, s, size) || mime_check_cuts(&m, s, size)) abort();
  fields(m.header.s, m.header.len);
  texts(&m);
  return 0;
}
