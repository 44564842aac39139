/* ISC licence; see LICENSE. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "message/charset.h"
#include "message/fold.h"
#include "message/text_search.h"

/* the first octet chooses a charset; the rest is text, and a header's body */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void convert(struct lstr name, const char *s, size_t n, size_t step,
                    stralloc *out)
{
  struct charset c;
  size_t i;

  charset_begin(&c, name);
  for (i = 0; i < n; i += step)
    charset_feed(&c, s + i, n - i < step ? n - i : step, out);
  charset_end(&c, out);
}

static void must_be_utf8(const stralloc *text)
{
  stralloc out = STRALLOC_ZERO;

  if (charset_convert(LSTR("utf-8"), text->s, text->len, &out) != 1) abort();
  if (out.len != text->len) abort();
  stralloc_free(&out);
}

static void fold_cuts(const stralloc *text)
{
  stralloc a = STRALLOC_ZERO, b = STRALLOC_ZERO;
  size_t half = text->len / 2, used;

  if (!text->len) return;
  fold(&a, text->s, text->len);
  used = fold_some(&b, text->s, half);
  if (used > half || half - used > 3) abort();
  fold(&b, text->s + used, text->len - used);
  if (a.len != b.len || memcmp(a.s, b.s, a.len)) abort();
  b.len = 0;
  search_prepare(&b, text->s, text->len);
  if (b.len > a.len) abort();
  stralloc_free(&a);
  stralloc_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const char *const names[] = {
    "utf-8", "us-ascii", "windows-1252", "", "iso-2022-jp", "gb2312",
    "euc-jp", "shift_jis", "big5", "euc-kr", "iso-2022-kr", "utf-7", "utf-16",
    "utf-16le", "utf-32", "koi8-r", "iso-8859-8-i", "windows-1255", "tis-620",
    "hz-gb-2312", "big5-hkscs", "euc-tw", "iso-2022-cn", "x-unknown",
    "windows-1258", "tcvn", "euc-jisx0213", "iso-2022-jp-2", "gb18030",
    "iso-2022-jp-3", "iso-2022-cn-ext", "utf-7-imap", "johab", "ucs-4",
    "iso_6937", "shift_jisx0213"
  };
  stralloc a = STRALLOC_ZERO, b = STRALLOC_ZERO;
  struct lstr name;
  const char *s = (const char *)data + 1;

  if (!size--) return 0;
  name.s = names[data[0] % (sizeof names / sizeof *names)];
  name.len = strlen(name.s);
  convert(name, s, size, size + 1, &a);
  must_be_utf8(&a);
  fold_cuts(&a);
  convert(name, s, size, 1 + data[0] % 3, &b);
  must_be_utf8(&b);
  b.len = 0;                    /* no text leaves anything to the next */
  convert(name, s + size / 2, size - size / 2, size + 1, &b);
  b.len = 0;
  convert(name, s, size, size + 1, &b);
  if (a.len != b.len || (a.len && memcmp(a.s, b.s, a.len))) abort();
  b.len = 0;
  if (charset_convert(name, s, size, &b) == 1) must_be_utf8(&b);
  b.len = 0;
  rfc2047_decode(s, size, &b);
  must_be_utf8(&b);
  b.len = 0;
  fold(&b, s, size);
  stralloc_free(&a);
  stralloc_free(&b);
  return 0;
}
