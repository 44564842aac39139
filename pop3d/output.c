/* ISC licence; see LICENSE. */
#include "output.h"

#include <errno.h>
#include <string.h>
#include <skalibs/types.h>

#include "term.h"

void output_init(struct output *o, int fd, int64_t stall_ms)
{
  o->fd = fd;
  o->dead = 0;
  o->stall_ms = stall_ms;
  o->sent = 0;
  o->len = 0;
}

int output_flush(struct output *o)
{
  if (o->dead) return -1;
  if (!o->len) return 0;
  if (term_write(o->fd, o->buf, o->len, o->stall_ms) == -1) {
    o->dead = errno ? errno : EIO;
    o->len = 0;
    return -1;
  }
  o->sent += o->len;
  o->len = 0;
  return 0;
}

int output_put(struct output *o, const char *data, size_t len)
{
  size_t n;

  while (len) {
    if (o->len == OUTPUT_BUFFER && output_flush(o) == -1) return -1;
    n = OUTPUT_BUFFER - o->len;
    if (n > len) n = len;
    memcpy(o->buf + o->len, data, n);
    o->len += n;
    data += n;
    len -= n;
  }
  return o->dead ? -1 : 0;
}

int output_puts(struct output *o, const char *s)
{
  return output_put(o, s, strlen(s));
}

int output_num(struct output *o, uint64_t n)
{
  char fmt[UINT64_FMT];

  return output_put(o, fmt, uint64_fmt(fmt, n));
}
