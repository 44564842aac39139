/* ISC licence; see LICENSE. */
#include "send.h"

#include <errno.h>
#include <unistd.h>
#include <skalibs/stralloc.h>

#include "base/alloc.h"
#include "dotstuff.h"
#include "surrogate.h"

#define PIECE 32768
#define HEADER_MAX 262144       /* a longer header block is not rewritten,
                                   for that may make it fifty times as long */

static char piece[PIECE];

static ssize_t read_at(int fd, char *buf, size_t len, uint64_t at)
{
  ssize_t r;

  do r = pread(fd, buf, len, (off_t)at); while (r == -1 && errno == EINTR);
  return r;
}

/* octets above 0x7F in len octets at an offset: 1, 0, -1 */
static int range_has_8bit(int fd, uint64_t at, uint64_t len)
{
  ssize_t r;

  while (len) {
    r = read_at(fd, piece, len < PIECE ? (size_t)len : PIECE, at);
    if (r <= 0) return (int)r;
    if (has_8bit(piece, (size_t)r)) return 1;
    at += (uint64_t)r;
    len -= (uint64_t)r;
  }
  return 0;
}

/*
 * Octets above 0x7F anywhere in what will be sent. Most messages have none,
 * and then need not be taken apart. TOP does not read beyond its lines.
 */
static int any_8bit(const struct send *s)
{
  struct dotstuff count;
  uint64_t at = 0;
  ssize_t r;
  int more = 1;

  dotstuff_begin(&count, 0, s->lines);
  while (more) {
    r = read_at(s->fd, piece, PIECE, at);
    if (r <= 0) return (int)r;
    if (has_8bit(piece, (size_t)r)) return 1;
    if (s->lines != DOTSTUFF_ALL)
      more = dotstuff_put(&count, piece, (size_t)r);
    at += (uint64_t)r;
  }
  return 0;
}

/* header blocks come in the order of the file */
static const struct mime_part *next_8bit(const struct send *s,
                                         const struct mime_part *p, int *r)
{
  for (*r = 0; p; p = mime_next(p)) {
    *r = range_has_8bit(s->fd, p->header_at, p->header_len);
    if (*r) break;
  }
  return *r == 1 ? p : 0;
}

int send_open(struct send *s, int fd, uint64_t lines, enum send_how how)
{
  static const struct mime_message none = MIME_MESSAGE_ZERO;
  int r;

  s->fd = fd;
  s->lines = lines;
  s->surrogate = 0;
  s->mime = none;
  if (how == SEND_AS_IS) return read_at(fd, piece, 1, 0) == -1 ? -1 : 0;
  r = any_8bit(s);
  if (r != 1) return r;
  if (mime_parse_fd(&s->mime, fd) == -1) return -1;
  if (!next_8bit(s, s->mime.root, &r)) return r;
  if (how == SEND_REFUSE) {
    errno = EILSEQ;
    return -1;
  }
  s->surrogate = 1;
  return 0;
}

void send_close(struct send *s)
{
  mime_free(&s->mime);
}

/* ------------------------------------------------------------ sending */

/* a header block too long to be rewritten: bounded, if not pretty */
static void blank_out(char *s, size_t len)
{
  size_t i;

  for (i = 0; i < len; i++)
    if ((unsigned char)s[i] > 0x7f) s[i] = '?';
}

/* the octets from at up to end (or the end of the file); as dotstuff_put */
static int put_range(const struct send *s, struct dotstuff *d, uint64_t at,
                     uint64_t end, int blank)
{
  size_t n;
  ssize_t r;
  int more = 1;

  while (more == 1 && at < end) {
    n = end - at < PIECE ? (size_t)(end - at) : PIECE;
    r = read_at(s->fd, piece, n, at);
    if (r <= 0) return r == -1 ? -1 : 1;
    if (blank) blank_out(piece, (size_t)r);
    more = dotstuff_put(d, piece, (size_t)r);
    at += (uint64_t)r;
  }
  return more;
}

static int put_header(const struct send *s, struct dotstuff *d,
                      const struct mime_part *p)
{
  stralloc block = STRALLOC_ZERO, out = STRALLOC_ZERO;
  int r = -1;
  ssize_t got;

  if (p->header_len > HEADER_MAX)
    return put_range(s, d, p->header_at, p->header_at + p->header_len, 1);
  stralloc_ready(&block, (size_t)p->header_len);
  got = read_at(s->fd, block.s, (size_t)p->header_len, p->header_at);
  if (got == (ssize_t)p->header_len) {
    surrogate_header(&out, block.s, (size_t)got);
    r = dotstuff_put(d, out.s, out.len);
  } else if (got != -1) errno = EIO;            /* it shrank meanwhile */
  stralloc_free(&block);
  stralloc_free(&out);
  return r;
}

static int put_surrogate(const struct send *s, struct dotstuff *d)
{
  const struct mime_part *p = s->mime.root;
  uint64_t at = 0;
  int more = 1, r = 0;

  while (more == 1 && (p = next_8bit(s, p, &r))) {
    more = put_range(s, d, at, p->header_at, 0);
    if (more == 1) more = put_header(s, d, p);
    at = p->header_at + p->header_len;
    p = mime_next(p);
  }
  if (r == -1) return -1;
  return more == 1 ? put_range(s, d, at, UINT64_MAX, 0) : more;
}

int send_run(struct send *s, struct output *out)
{
  struct dotstuff d;
  int r;

  dotstuff_begin(&d, out, s->lines);
  if (s->surrogate) r = put_surrogate(s, &d);
  else r = put_range(s, &d, 0, UINT64_MAX, 0);
  return r == -1 ? -1 : dotstuff_end(&d);
}
