/* ISC licence; see LICENSE. */
#include "reply.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "compress.h"
#include "maildir/mutf7.h"
#include "parse.h"

/* longer strings go as literals, for clients with short line buffers */
#define QUOTED_MAX 1000

void reply_init(struct reply *r, int fd)
{
  static const struct reply zero;

  *r = zero;
  r->fd = fd;
}

void reply_free(struct reply *r)
{
  stralloc_free(&r->buf);
}

void reply_num(struct reply *r, uint64_t n)
{
  if (!r->dead) stralloc_catu(&r->buf, n);
}

void reply_word(struct reply *r, const char *word, uint64_t n)
{
  reply_puts(r, word);
  reply_num(r, n);
}

void reply_crlf(struct reply *r)
{
  reply_put(r, "\r\n", 2);
}

/* may stand between quotes: RFC 9051 section 9, QUOTED-CHAR */
static int quotable(const char *s, size_t len, int utf8)
{
  int high = 0;
  size_t i;

  if (len > QUOTED_MAX) return 0;
  for (i = 0; i < len; i++) {
    unsigned char c = (unsigned char)s[i];

    if (!c || c == '\r' || c == '\n') return 0;
    if (c >= 0x80) high = 1;
  }
  return !high || (utf8 && utf8_valid(s, len));
}

static void cat_quoted(stralloc *out, const char *s, size_t len)
{
  size_t i;

  stralloc_append(out, '"');
  for (i = 0; i < len; i++) {
    if (s[i] == '"' || s[i] == '\\') stralloc_append(out, '\\');
    stralloc_append(out, s[i]);
  }
  stralloc_append(out, '"');
}

static void cat_literal(stralloc *out, const char *s, size_t len)
{
  size_t start, i;

  stralloc_append(out, '{');
  stralloc_catu(out, len);
  stralloc_cats(out, "}\r\n");
  start = out->len;
  stralloc_catb(out, s, len);
  for (i = start; i < out->len; i++)
    if (!out->s[i]) out->s[i] = (char)0x80;
}

static void cat(stralloc *out, const char *data, size_t len, int utf8)
{
  if (quotable(data, len, utf8))
    cat_quoted(out, data, len);
  else
    cat_literal(out, data, len);
}

void string_cat(stralloc *out, const char *data, size_t len)
{
  cat(out, data, len, 0);
}

void reply_string(struct reply *r, const char *data, size_t len)
{
  if (!r->dead) cat(&r->buf, data, len, r->utf8);
}

void reply_nstring(struct reply *r, const char *data, size_t len)
{
  if (data)
    reply_string(r, data, len);
  else
    reply_put(r, "NIL", 3);
}

void reply_astring(struct reply *r, const char *data, size_t len)
{
  size_t i;
  int atom = len > 0 && len < 256
             && !(len == 3 && !strncasecmp(data, "NIL", 3));

  for (i = 0; atom && i < len; i++)
    atom = is_astring_char((unsigned char)data[i]);
  if (atom)
    reply_put(r, data, len);
  else
    reply_string(r, data, len);
}

void reply_untagged(struct reply *r, const char *text)
{
  reply_put(r, "* ", 2);
  reply_puts(r, text);
  reply_crlf(r);
}

static int put_out(struct reply *r, const char *data, size_t len, int64_t ms)
{
  return r->z ? compress_write(r->z, r->fd, data, len, ms)
              : timed_write(r->fd, data, len, ms);
}

static int write_out(struct reply *r, const char *data, size_t len)
{
  if (r->dead) return -1;
  if (put_out(r, data, len, REPLY_STALL_MS) == -1) {
    r->dead = 1;
    r->error = errno;
    r->buf.len = 0;
    return -1;
  }
  r->sent += len;
  return 0;
}

int reply_flush(struct reply *r)
{
  if (r->dead) return -1;
  if (r->buf.len && write_out(r, r->buf.s, r->buf.len) == -1) return -1;
  r->buf.len = 0;
  /* one big answer must not cost a session its memory for ever */
  if (r->buf.a > 2 * REPLY_HIGH) stralloc_free(&r->buf);
  return 0;
}

int reply_flush_whole(struct reply *r)
{
  if (reply_flush(r) == -1) return -1;
  r->whole = r->sent;
  return 0;
}

void reply_last_words(struct reply *r, const char *line)
{
  if (r->dead || r->sent != r->whole) return;
  put_out(r, line, strlen(line), 1000);
  r->dead = 1;
}

int reply_drain(struct reply *r)
{
  if (r->dead) return -1;
  return r->buf.len > REPLY_HIGH ? reply_flush(r) : 0;
}

int reply_direct(struct reply *r, const char *data, size_t len)
{
  if (r->buf.len + len <= REPLY_HIGH) {
    reply_put(r, data, len);
    return r->dead ? -1 : 0;
  }
  if (reply_flush(r) == -1) return -1;
  return write_out(r, data, len);
}
