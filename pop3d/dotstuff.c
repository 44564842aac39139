/* ISC licence; see LICENSE. */
#include "dotstuff.h"

#include <string.h>

void dotstuff_begin(struct dotstuff *d, struct output *out,
                    uint64_t body_lines)
{
  d->out = out;
  d->body_lines = body_lines;
  d->in_body = 0;
  d->line = DOTSTUFF_EMPTY;
  d->cr = 0;
}

static int emit(struct dotstuff *d, const char *s, size_t len)
{
  return d->out ? output_put(d->out, s, len) : 0;
}

/* len octets (at least 1) of a line, without its LF */
static int text(struct dotstuff *d, const char *s, size_t len)
{
  if (d->line == DOTSTUFF_EMPTY && *s == '.' && emit(d, ".", 1) == -1)
    return -1;
  if (d->line == DOTSTUFF_EMPTY && len == 1 && *s == '\r')
    d->line = DOTSTUFF_CR;
  else
    d->line = DOTSTUFF_TEXT;
  d->cr = s[len - 1] == '\r';
  return emit(d, s, len);
}

/* LF; 1 if more lines are wanted */
static int line_end(struct dotstuff *d)
{
  int r = d->cr ? emit(d, "\n", 1) : emit(d, "\r\n", 2);

  if (r == -1) return -1;
  if (d->in_body) {
    if (d->body_lines != DOTSTUFF_ALL) d->body_lines--;
  } else if (d->line != DOTSTUFF_TEXT) d->in_body = 1;
  d->line = DOTSTUFF_EMPTY;
  d->cr = 0;
  return !d->in_body || d->body_lines;
}

int dotstuff_put(struct dotstuff *d, const char *s, size_t len)
{
  const char *end = s + len, *lf;
  int r;

  if (d->in_body && !d->body_lines) return 0;
  while (s < end) {
    lf = memchr(s, '\n', (size_t)(end - s));
    if (!lf) lf = end;
    if (lf > s && text(d, s, (size_t)(lf - s)) == -1) return -1;
    s = lf;
    if (s == end) break;
    r = line_end(d);
    if (r != 1) return r;
    s++;
  }
  return 1;
}

/*
 * A last line without LF is ended by CR LF even if it ends with CR: that CR
 * belongs to the message and must not be lost in the line end.
 */
int dotstuff_end(struct dotstuff *d)
{
  if (d->line != DOTSTUFF_EMPTY && emit(d, "\r\n", 2) == -1)
    return -1;
  return emit(d, ".\r\n", 3);
}
