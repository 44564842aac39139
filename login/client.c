/* ISC licence; see LICENSE. */
#include "client.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/timedio.h"

void client_init(struct client *c, int in, int out, int64_t deadline)
{
  memset(c, 0, sizeof *c);
  c->in = in;
  c->out = out;
  c->deadline = deadline;
  /* any answer but this means that peeking works, or will say why not */
  c->peek = recv(in, c->outbuf, 1, MSG_PEEK | MSG_DONTWAIT) != -1
    || errno != ENOTSOCK;
}

/* ---------------------------------------------------------------- sending */

enum client_result client_flush(struct client *c)
{
  int64_t left = c->deadline - clock_ms();
  size_t n = c->outlen;

  c->outlen = 0;
  if (!n) return CLIENT_OK;
  /* past the deadline there is still a word of farewell to be sent, if the
   * client takes it at once */
  if (left < 100) left = 100;
  if (timed_write(c->out, c->outbuf, n, left) == 0) return CLIENT_OK;
  return errno == ETIMEDOUT ? CLIENT_TIMEOUT : CLIENT_ERROR;
}

void client_putb(struct client *c, const char *s, size_t n)
{
  size_t room;

  while (n) {
    room = sizeof c->outbuf - c->outlen;
    if (room > n) room = n;
    memcpy(c->outbuf + c->outlen, s, room);
    c->outlen += room;
    s += room;
    n -= room;
    /* an error here shows again at the read that follows */
    if (c->outlen == sizeof c->outbuf) client_flush(c);
  }
}

void client_put(struct client *c, const char *s)
{
  client_putb(c, s, strlen(s));
}

/* ---------------------------------------------------------------- reading */

static enum client_result wait_in(struct client *c)
{
  struct pollfd p = { c->in, POLLIN, 0 };
  int64_t left;
  int r;

  do {
    left = c->deadline - clock_ms();
    if (left <= 0) return CLIENT_TIMEOUT;
    r = poll(&p, 1, left > 86400000 ? 86400000 : (int)left);
  } while (!r || (r == -1 && errno == EINTR));
  return r == -1 ? CLIENT_ERROR : CLIENT_OK;
}

/*
 * How many of at most n octets may be read without going beyond the line.
 * 0 with errno EINTR or EAGAIN asks to wait again.
 */
static ssize_t line_part(struct client *c, char *buf, size_t n)
{
  char *lf;
  ssize_t r;

  if (!c->peek) return 1;
  r = recv(c->in, buf, n, MSG_PEEK);
  if (r <= 0) return r ? r : 1;         /* let read find the end of input */
  lf = memchr(buf, '\n', (size_t)r);
  return lf ? lf - buf + 1 : r;
}

/* up to n octets that the client has sent, at least one; no further than
 * through the first LF if line is set */
static enum client_result take(struct client *c, char *buf, size_t n,
  int line, size_t *got)
{
  enum client_result w;
  ssize_t r;

  if (n > CLIENT_INPUT_MAX - c->taken) n = CLIENT_INPUT_MAX - c->taken;
  if (!n) return CLIENT_FLOOD;
  do {
    w = wait_in(c);
    if (w != CLIENT_OK) return w;
    r = line ? line_part(c, buf, n) : (ssize_t)n;
    if (r != -1) r = read(c->in, buf, (size_t)r);
  } while (r == -1
    && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK));
  if (r == -1) return CLIENT_ERROR;
  if (!r) return CLIENT_CLOSED;
  c->taken += (size_t)r;
  *got = (size_t)r;
  return CLIENT_OK;
}

static size_t without_end(const char *buf, size_t n)
{
  n--;
  return n && buf[n - 1] == '\r' ? n - 1 : n;
}

/*
 * Throw away the middle of a line that has filled buf: its end is moved up
 * to the end of buf, over and over, until the LF is there.
 */
static enum client_result skip_line(struct client *c, char *buf, size_t room,
  size_t *len)
{
  char *tail = buf + room - CLIENT_TAIL;
  char more[512];
  enum client_result r;
  size_t n;

  /* room for a line's end of CLIENT_TAIL octets and CR LF */
  char end[CLIENT_TAIL + 2 + sizeof more];
  size_t endlen = CLIENT_TAIL + 2;

  memcpy(end, buf + room - endlen, endlen);
  do {
    r = take(c, more, sizeof more, 1, &n);
    if (r != CLIENT_OK) return r;
    memcpy(end + endlen, more, n);
    endlen += n;
    memmove(end, end + endlen - CLIENT_TAIL - 2, CLIENT_TAIL + 2);
    endlen = CLIENT_TAIL + 2;
  } while (end[endlen - 1] != '\n');
  n = without_end(end, endlen);
  memcpy(tail, end + n - CLIENT_TAIL, CLIENT_TAIL);
  *len = room;
  return CLIENT_LONG;
}

enum client_result client_line(struct client *c, char *buf, size_t room,
  size_t *len)
{
  enum client_result r = client_flush(c);
  size_t n = 0, got;

  *len = 0;
  while (r == CLIENT_OK) {
    if (n == room) return skip_line(c, buf, room, len);
    r = take(c, buf + n, room - n, 1, &got);
    if (r != CLIENT_OK) break;
    n += got;
    if (buf[n - 1] != '\n') continue;
    *len = without_end(buf, n);
    break;
  }
  return r;
}

enum client_result client_octets(struct client *c, char *buf, size_t n)
{
  char rest[512];
  enum client_result r = client_flush(c);
  size_t got, want;

  while (n && r == CLIENT_OK) {
    want = buf || n < sizeof rest ? n : sizeof rest;
    r = take(c, buf ? buf : rest, want, 0, &got);
    if (r != CLIENT_OK) break;
    if (buf) buf += got;
    n -= got;
  }
  return r;
}
