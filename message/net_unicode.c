/* ISC licence; see LICENSE. */
#include "net_unicode.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "base/alloc.h"
#include "message/utf8.h"

/* RFC 5198 section 2, points 3 and 5, and the text behind point 6 */
static int forbidden(uint32_t cp, int first)
{
  return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028
         || cp == 0x2029 || (first && cp == 0xfeff);
}

static int allowed(const char *s, size_t len)
{
  uint32_t cp;
  size_t at;
  int n;

  for (at = 0; at < len; at += (size_t)n) {
    n = utf8_get(s + at, len - at, &cp);
    if (n <= 0 || forbidden(cp, !at)) return 0;
  }
  return 1;
}

int net_unicode(stralloc *out, const char *s, size_t len)
{
  utf8proc_uint8_t *nfc = 0;
  utf8proc_ssize_t n;

  if (!len) return 1;
  if (!allowed(s, len)) return 0;
  n = utf8proc_map((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)len, &nfc,
                   UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_REJECTNA);
  if (n == UTF8PROC_ERROR_NOMEM) die_nomem();
  if (n >= 0) stralloc_catb(out, (const char *)nfc, (size_t)n);
  free(nfc);
  return n >= 0;
}
