/* ISC licence; see LICENSE. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <skalibs/stralloc.h>

#include "base/alloc.h"
#include "message/text_search.h"

/* a line with the key, then the message; keys agree with each other */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* what can be kept of a field answers as its header does */
static void kept(const struct mime_message *m, struct lstr key)
{
  static const char *const names[] = { "Subject", "From", "To" };
  static stralloc text = STRALLOC_ZERO;
  size_t i;

  for (i = 0; i < 3; i++) {
    struct lstr name = { names[i], strlen(names[i]) };
    struct search_key k = { SEARCH_HEADER, name, key, 0 };

    text.len = 0;
    stralloc_append(&text, '.');
    search_field_text(m->header.s, m->header.len, name, &text);
    search_header(m->header.s, m->header.len, &k, 1);
    if (search_field_has(text.s + 1, text.len - 1, key) != k.found) abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static struct mime_message m = MIME_MESSAGE_ZERO;
  static int fd = -1;
  static stralloc key = STRALLOC_ZERO;
  const char *s = (const char *)data, *lf = memchr(s, '\n', size);
  struct search_key k[4] = {
    { SEARCH_HEADER, { "subject", 7 }, LSTR_ZERO, 0 },
    { SEARCH_BODY, LSTR_ZERO, LSTR_ZERO, 0 },
    { SEARCH_TEXT, LSTR_ZERO, LSTR_ZERO, 0 },
    { SEARCH_HEADER, { "subject", 7 }, LSTR_ZERO, 0 }
  };
  size_t i;

  if (!lf) return 0;
  if (fd == -1) fd = memfd_create("message", 0);
  key.len = 0;
  search_prepare(&key, s, (size_t)(lf - s));
  size -= (size_t)(lf + 1 - s);
  if (ftruncate(fd, 0) == -1 || pwrite(fd, lf + 1, size, 0) != (ssize_t)size)
    abort();
  mime_parse_mem(&m, lf + 1, size);
  for (i = 0; i < 4; i++) {
    k[i].text.s = key.len ? key.s : "";
    k[i].text.len = key.len;
  }
  if (search_message(fd, m.root, k, 3) == -1) abort();
  if (k[1].found && !k[2].found) abort();
  if (k[0].found && !k[2].found) abort();
  search_header(m.header.s, m.header.len, &k[3], 1);
  if (!m.header_cut && k[3].found != k[0].found) abort();
  kept(&m, k[0].text);
  return 0;
}
