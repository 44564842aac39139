/* ISC licence; see LICENSE. */
#include "compress.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/timedio.h"

#define RAW 16384               /* octets read, or written, at once */
#define WINDOW_IN (-15)         /* what a client may use */
/* Our own window and tables, smaller than the most that is possible: a session
 * that idles has them too. Level 3 takes a third of the time of the usual 6 and
 * makes IMAP's own words and mail text hardly longer. */
#define WINDOW_OUT (-14)
#define MEMORY_OUT 7
#define LEVEL 3

struct compress {
  z_stream in, out;
  int ended;                    /* the client ended its stream */
  int more;                     /* the last piece filled its buffer */
  char raw[RAW], packed[RAW];
};

struct compress *compress_new(void)
{
  struct compress *c = calloc(1, sizeof *c);

  if (!c) return 0;
  if (inflateInit2(&c->in, WINDOW_IN) != Z_OK) {
    free(c);
    return 0;
  }
  if (deflateInit2(&c->out, LEVEL, Z_DEFLATED, WINDOW_OUT, MEMORY_OUT,
                   Z_DEFAULT_STRATEGY) == Z_OK)
    return c;
  inflateEnd(&c->in);
  free(c);
  return 0;
}

void compress_free(struct compress *c)
{
  if (!c) return;
  inflateEnd(&c->in);
  deflateEnd(&c->out);
  free(c);
}

int compress_feed(struct compress *c, const char *data, size_t len)
{
  if (len > sizeof c->raw) return -1;
  memcpy(c->raw, data, len);
  c->in.next_in = (Bytef *)c->raw;
  c->in.avail_in = (uInt)len;
  return 0;
}

/* what is there already: > 0 octets, 0 nothing comes of it, -1 broken */
static ssize_t unpack(struct compress *c, char *buf, size_t len)
{
  int r;

  if (c->ended || (!c->in.avail_in && !c->more)) return 0;
  c->in.next_out = (Bytef *)buf;
  c->in.avail_out = (uInt)len;
  r = inflate(&c->in, Z_SYNC_FLUSH);
  if (r == Z_STREAM_END) c->ended = 1;
  else if (r != Z_OK && r != Z_BUF_ERROR) {
    errno = EPROTO;
    return -1;
  }
  c->more = !c->in.avail_out;
  return (ssize_t)(len - c->in.avail_out);
}

ssize_t compress_read(struct compress *c, int fd, char *buf, size_t len,
                      uint64_t *raw)
{
  ssize_t n = unpack(c, buf, len);

  if (n || c->ended) return n;
  errno = EAGAIN;
  if (fd == -1) return -1;
  n = read(fd, c->raw, sizeof c->raw);
  if (n <= 0) return n;
  *raw += (uint64_t)n;
  c->in.next_in = (Bytef *)c->raw;
  c->in.avail_in = (uInt)n;
  n = unpack(c, buf, len);
  if (!n && !c->ended) {
    errno = EAGAIN;             /* the beginning of something */
    n = -1;
  }
  return n;
}

int compress_write(struct compress *c, int fd, const char *data, size_t len,
                   int64_t ms)
{
  size_t n, some;

  while (len) {
    some = len < 1u << 20 ? len : 1u << 20;
    c->out.next_in = (Bytef *)(uintptr_t)data;
    c->out.avail_in = (uInt)some;
    data += some;
    len -= some;
    do {
      c->out.next_out = (Bytef *)c->packed;
      c->out.avail_out = sizeof c->packed;
      if (deflate(&c->out, len ? Z_NO_FLUSH : Z_SYNC_FLUSH) == Z_STREAM_ERROR) {
        errno = EPROTO;
        return -1;
      }
      n = sizeof c->packed - c->out.avail_out;
      if (n && timed_write(fd, c->packed, n, ms) == -1) return -1;
    } while (!c->out.avail_out);
  }
  return 0;
}
