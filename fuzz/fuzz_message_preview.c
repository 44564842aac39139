/* ISC licence; see LICENSE. */
/*
 * The preview of a message, and HTML in pieces: valid UTF-8, one line, no
 * longer than it may be; the text of HTML does not depend on the pieces.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "message/base_subject.h"
#include "message/html_text.h"
#include "message/msgid.h"
#include "message/preview.h"
#include "message/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(const stralloc *s)
{
  size_t i = 0, n = 0;
  uint32_t cp;
  int r;

  for (; i < s->len; i += (size_t)r, n++) {
    r = utf8_get(s->s + i, s->len - i, &cp);
    if (r < 1 || cp < 32) abort();
  }
  if (n > PREVIEW_CHARACTERS) abort();
  if (s->len && (s->s[0] == ' ')) abort();
}

static void html(const char *s, size_t len, size_t step, stralloc *out)
{
  struct html_text h;
  size_t i;

  html_text_begin(&h);
  for (i = 0; i < len; i += step)
    html_text_feed(&h, s + i, len - i < step ? len - i : step, out);
  html_text_end(&h, out);
}

static void fields(const char *s, size_t len)
{
  stralloc out = STRALLOC_ZERO;
  size_t pos = 0;

  base_subject(s, len, &out);
  if (out.len && (out.s[0] == ' ' || out.s[out.len - 1] == ' ')) abort();
  while (msgid_next(s, len, &pos, &out))
    if (!memchr(out.s, '@', out.len)) abort();
  stralloc_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static struct mime_message m = MIME_MESSAGE_ZERO;
  static int fd = -1;
  stralloc a = STRALLOC_ZERO, b = STRALLOC_ZERO;
  const char *s = size ? (const char *)data : "";

  if (fd == -1) fd = memfd_create("message", 0);
  if (ftruncate(fd, 0) == -1 || pwrite(fd, s, size, 0) != (ssize_t)size)
    abort();
  mime_parse_mem(&m, s, size);
  if (preview_make(fd, m.root, &a) == -1) abort();
  check_line(&a);
  a.len = 0;
  html(s, size, size + 1, &a);
  html(s, size, 3, &b);
  if (a.len != b.len || (a.len && memcmp(a.s, b.s, a.len))) abort();
  fields(s, size);
  stralloc_free(&a);
  stralloc_free(&b);
  return 0;
}
