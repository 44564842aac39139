/* ISC licence; see LICENSE. */
#include "surrogate.h"

#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "message/header.h"
#include "surrogate_words.h"

int has_8bit(const char *s, size_t len)
{
  uint64_t w, any = 0;
  size_t i = 0, stop;

  /* blocks of 4 kB: early out without a test at every word */
  while (len - i >= 8) {
    stop = len - i > 4096 ? i + 4096 : i + ((len - i) & ~(size_t)7);
    for (; i < stop; i += 8) {
      memcpy(&w, s + i, 8);
      any |= w;
    }
    if (any & 0x8080808080808080u) return 1;
  }
  for (; i < len; i++)
    if ((unsigned char)s[i] > 0x7f) return 1;
  return 0;
}

/* ----------------------------------------------------------------- fields */

typedef void rewrite_fn(stralloc *out, const char *body, size_t len);

static void text_field(stralloc *out, const char *body, size_t len)
{
  stralloc_append(out, ' ');
  words_text(out, body, len);
}

static const struct { const char *name; rewrite_fn *rewrite; } fields[] = {
  /* RFC 6858 section 2.1 */
  { "Bcc", words_addresses }, { "Cc", words_addresses },
  { "From", words_addresses }, { "Reply-To", words_addresses },
  { "Resent-Bcc", words_addresses }, { "Resent-Cc", words_addresses },
  { "Resent-From", words_addresses }, { "Resent-Sender", words_addresses },
  { "Resent-To", words_addresses }, { "Return-Path", words_addresses },
  { "Sender", words_addresses }, { "To", words_addresses },
  /* section 2.2 */
  { "Content-Type", words_params }, { "Content-Disposition", words_params },
  /* section 2.3 */
  { "Subject", text_field }, { "Comments", text_field },
  { "Content-Description", text_field },
};

static void put_field(stralloc *out, const struct header_field *f)
{
  static stralloc body = STRALLOC_ZERO;
  size_t i, start = out->len;

  if (!has_8bit(f->whole.s, f->whole.len)) {
    stralloc_catb(out, f->whole.s, f->whole.len);
    return;
  }
  for (i = 0; i < sizeof fields / sizeof *fields; i++)
    if (lstr_is(f->name, fields[i].name)) break;
  if (i == sizeof fields / sizeof *fields) return;      /* section 2.4 */
  body.len = 0;
  header_unfold(&body, f->body.s, f->body.len);
  stralloc_catb(out, f->name.s, f->name.len);
  stralloc_append(out, ':');
  fields[i].rewrite(out, body.s, body.len);
  if (out->s[out->len - 1] == ':') out->len = start;    /* nothing is left */
  else stralloc_append(out, '\n');
}

/* lines that are no field, and the empty line: those that are ASCII */
static void put_lines(stralloc *out, const char *s, size_t len)
{
  const char *end = s + len, *lf;

  for (; s < end; s = lf) {
    lf = memchr(s, '\n', (size_t)(end - s));
    lf = lf ? lf + 1 : end;
    if (!has_8bit(s, (size_t)(lf - s)))
      stralloc_catb(out, s, (size_t)(lf - s));
  }
}

void surrogate_header(stralloc *out, const char *block, size_t len)
{
  struct header_field f;
  const char *done = block;
  size_t pos = 0;

  while (header_next(block, len, &pos, &f)) {
    put_lines(out, done, (size_t)(f.whole.s - done));
    put_field(out, &f);
    done = f.whole.s + f.whole.len;
  }
  put_lines(out, done, len - (size_t)(done - block));
}
