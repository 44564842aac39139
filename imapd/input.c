/* ISC licence; see LICENSE. */
#include "input.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/note.h"
#include "base/timedio.h"
#include "compress.h"
#include "reply.h"

void input_init(struct input *in, int fd, struct reply *out)
{
  memset(in, 0, offsetof(struct input, buf));
  in->fd = fd;
  in->stop_fd = -1;
  in->out = out;
  in->idle_ms = 30 * 60 * 1000;
  in->line_max = 65536;
}

int input_compress(struct input *in, struct compress *z)
{
  if (compress_feed(z, in->buf + in->pos, in->len - in->pos) == -1) return -1;
  in->pos = in->len = 0;
  in->z = z;
  return 0;
}

/* what was read: 1, also at the end, which the next look at it will find; -1 */
static int input_take(struct input *in, ssize_t n)
{
  if (n == -1) return -1;
  in->pos = 0;
  in->len = (size_t)n;
  return 1;
}

int input_wait(struct input *in, int fd, int64_t ms)
{
  struct pollfd p[3];
  int64_t deadline = clock_ms() + ms, left;
  ssize_t n;
  int r;

  if (reply_flush_whole(in->out) == -1) {
    errno = EPIPE;
    return -1;
  }
  if (in->pos < in->len) return 1;
  /* octets that were read and not yet decompressed are input */
  if (in->z) {
    n = compress_read(in->z, -1, in->buf, sizeof in->buf, &in->received);
    if (n >= 0 || errno != EAGAIN) return input_take(in, n);
  }
  for (;;) {
    /* poll passes over negative descriptors */
    p[0].fd = in->stop_fd;
    p[1].fd = in->fd;
    p[2].fd = fd;
    p[0].events = p[1].events = p[2].events = POLLIN;
    p[0].revents = p[1].revents = p[2].revents = 0;
    left = deadline - clock_ms();
    if (left < 0) left = 0;
    if (left > 86400000) left = 86400000;
    r = poll(p, 3, (int)left);
    if (r == -1 && errno != EINTR) return -1;
    if (r == -1) continue;
    if (p[0].revents) {
      errno = EINTR;
      return -1;
    }
    if (p[1].revents) return 1;
    if (p[2].revents) return 2;
    if (!r && deadline <= clock_ms()) return 0;
  }
}

/* the index is closed: wait on as imap-idle, unless something comes first */
static int wait_left(struct input *in, int fd, int64_t since, int64_t end)
{
  int64_t ms = since + in->leave_ms - clock_ms();
  int r = 0;

  if (in->may_leave && since + in->leave_ms < end) {
    if (ms > 0) r = input_wait(in, fd, ms);
    if (r) return r;
    in->leave(in->rest_arg, fd, end - clock_ms());
  }
  ms = end - clock_ms();
  return input_wait(in, fd, ms > 0 ? ms : 0);
}

/* imap-idle has called us, and there was nothing to tell: it was the regular
 * look that a watch is not trusted without, so back to rest at once */
static int called_for_nothing(const struct input *in)
{
  return in->woken && in->out->sent == in->woken_sent && !in->out->buf.len;
}

int input_wait_long(struct input *in, int fd, int64_t ms)
{
  int64_t since = clock_ms(), first = INPUT_REST_MS;
  int r;

  if (in->may_leave && in->leave_ms < first) first = in->leave_ms;
  if (in->may_leave && ms > in->leave_ms && called_for_nothing(in)) {
    first = 0;
    since -= in->leave_ms;
    ms += in->leave_ms;
  }
  if (!in->rest || ms <= first) return input_wait(in, fd, ms);
  if (reply_flush_whole(in->out) == -1) {
    errno = EPIPE;
    return -1;
  }
  if (in->pos < in->len) return 1;
  /* without a delay it is left to imap-idle to find what is there already */
  r = first || in->woken ? input_wait(in, fd, first) : 0;
  in->woken = 0;
  if (r) return r;
  in->rest(in->rest_arg, 1);
  r = wait_left(in, fd, since, since + ms);
  if (r > 0) in->rest(in->rest_arg, 0);
  return r;
}

/* 1 there is unread input, 0 the end, -1 */
static int fill(struct input *in)
{
  ssize_t r;

  while (in->pos == in->len) {
    r = in->ready ? 1 : input_wait_long(in, -1, in->idle_ms);
    in->ready = 0;
    if (r == -1) return -1;
    if (!r) {
      errno = ETIMEDOUT;
      return -1;
    }
    if (in->pos < in->len) break;
    if (in->z)
      r = compress_read(in->z, in->fd, in->buf, sizeof in->buf,
                        &in->received);
    else
      r = read(in->fd, in->buf, sizeof in->buf);
    if (r == -1) {
      if (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK) continue;
      return -1;
    }
    if (!r) return 0;
    if (!in->z) in->received += (uint64_t)r;
    note_active();
    in->pos = 0;
    in->len = (size_t)r;
  }
  return 1;
}

void input_begin(struct input *in)
{
  in->quoted = in->escaped = 0;
}

/* Remember what input_literal needs to know of the text of a line. */
static void look(struct input *in, const char *s, size_t n)
{
  size_t i, keep;

  for (i = 0; i < n; i++) {
    if (in->escaped)
      in->escaped = 0;
    else if (in->quoted && s[i] == '\\')
      in->escaped = 1;
    else if (s[i] == '"')
      in->quoted = !in->quoted;
  }
  if (n >= INPUT_TAIL) {
    memcpy(in->tail, s + n - INPUT_TAIL, INPUT_TAIL);
    in->taillen = INPUT_TAIL;
    return;
  }
  keep = INPUT_TAIL - n < in->taillen ? INPUT_TAIL - n : in->taillen;
  memmove(in->tail, in->tail + in->taillen - keep, keep);
  memcpy(in->tail + keep, s, n);
  in->taillen = keep + n;
}

int input_line(struct input *in, stralloc *line)
{
  /* one more octet than a line may have: it could be the CR */
  size_t room = in->line_max + 1, n;
  const char *lf;
  int r, over = 0;

  in->taillen = 0;
  for (;;) {
    r = fill(in);
    if (r != 1) return r;
    lf = memchr(in->buf + in->pos, '\n', in->len - in->pos);
    n = lf ? (size_t)(lf - in->buf) - in->pos : in->len - in->pos;
    look(in, in->buf + in->pos, n);
    if (n > room) over = 1;
    stralloc_catb(line, in->buf + in->pos, n < room ? n : room);
    room -= n < room ? n : room;
    in->pos += lf ? n + 1 : n;
    if (lf) break;
  }
  if (in->taillen && in->tail[in->taillen - 1] == '\r') {
    in->taillen--;
    if (!over) {
      line->len--;
      room++;
    }
  }
  if (over || !room) {
    errno = EMSGSIZE;
    return -1;
  }
  return 1;
}

int input_literal(const struct input *in, struct literal *lit)
{
  const char *t = in->tail;
  size_t n = in->taillen, digits = 0;
  uint64_t size = 0;
  int sync = 1;

  if (!n || t[--n] != '}') return 0;
  if (n && t[n - 1] == '+') {
    sync = 0;
    n--;
  }
  while (n && t[n - 1] >= '0' && t[n - 1] <= '9') {
    n--;
    digits++;
  }
  if (!digits || !n || t[n - 1] != '{') return 0;
  /* A line that ends inside quotes is broken: there is nothing to wait for.
   * But what comes without asking comes all the same (RFC 7888 section 3). */
  if (in->quoted && sync) return 0;
  for (; digits; digits--, n++)
    if (size > (UINT64_MAX >> 1) / 10 - 1)
      size = UINT64_MAX;
    else
      size = size * 10 + (uint64_t)(t[n] - '0');
  lit->size = size;
  lit->sync = sync;
  lit->binary = 0;
  n = in->taillen;
  while (t[--n] != '{') ;
  if (n && t[n - 1] == '~') lit->binary = 1;
  return 1;
}

int input_go_ahead(struct input *in, const char *text)
{
  reply_put(in->out, "+ ", 2);
  reply_puts(in->out, text);
  reply_crlf(in->out);
  if (reply_flush_whole(in->out) == -1) {
    errno = EPIPE;
    return -1;
  }
  return 1;
}

ptrdiff_t input_some(struct input *in, const char **data, uint64_t max)
{
  size_t n;
  int r = fill(in);

  if (r != 1) return r;
  n = in->len - in->pos;
  if (n > max) n = (size_t)max;
  *data = in->buf + in->pos;
  in->pos += n;
  return (ptrdiff_t)n;
}

int input_bytes(struct input *in, stralloc *out, size_t n)
{
  const char *data = 0;
  ptrdiff_t r;

  while (n) {
    r = input_some(in, &data, n);
    if (r <= 0) return (int)r;
    stralloc_catb(out, data, (size_t)r);
    n -= (size_t)r;
  }
  return 1;
}

int input_skip(struct input *in, uint64_t n)
{
  const char *data;
  ptrdiff_t r;

  while (n) {
    r = input_some(in, &data, n);
    if (r <= 0) return (int)r;
    n -= (uint64_t)r;
  }
  return 1;
}
