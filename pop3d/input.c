/* ISC licence; see LICENSE. */
#include "input.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/note.h"
#include "base/timedio.h"
#include "term.h"

void input_init(struct input *in, int fd, struct output *out, int64_t idle_ms)
{
  in->fd = fd;
  in->out = out;
  in->idle_ms = idle_ms;
  in->received = 0;
  in->pos = in->len = 0;
  in->skipping = 0;
}

/* wait for input, and read it behind what is there; as input_line */
static int fill(struct input *in, int64_t deadline)
{
  ssize_t r;

  if (output_flush(in->out) == -1) {
    errno = term_caught() ? EINTR : EPIPE;
    return -1;
  }
  for (;;) {
    if (term_caught()) {
      errno = EINTR;
      return -1;
    }
    r = term_poll(in->fd, deadline);
    if (!r) {
      errno = ETIMEDOUT;
      return -1;
    }
    if (r == 1)
      r = read(in->fd, in->buf + in->len, INPUT_BUFFER - in->len);
    if (r >= 0) break;
    if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK) return -1;
  }
  in->len += (size_t)r;
  in->received += (uint64_t)r;
  note_active();
  return r > 0;
}

/* room for more: the unread octets move to the front, or a line that is too
 * long is dropped as it comes */
static void make_room(struct input *in)
{
  size_t have = in->len - in->pos;

  if (have >= POP3_LINE_MAX) {
    in->skipping = 1;
    have = 0;
  }
  if (have && in->pos) memmove(in->buf, in->buf + in->pos, have);
  in->pos = 0;
  in->len = have;
}

int input_line(struct input *in, const char **line, size_t *len)
{
  int64_t deadline = clock_ms() + in->idle_ms;
  char *start, *lf;
  size_t n, seen = 0;
  int r;

  for (;;) {
    start = in->buf + in->pos;
    lf = memchr(start + seen, '\n', in->len - in->pos - seen);
    if (lf) break;
    seen = in->len - in->pos;
    if (seen >= POP3_LINE_MAX || in->len == INPUT_BUFFER) {
      make_room(in);
      seen = in->len;
    }
    r = fill(in, deadline);
    if (r != 1) return r;
  }
  n = (size_t)(lf - start);
  in->pos += n + 1;
  if (in->pos == in->len) in->pos = in->len = 0;
  if (in->skipping || n + 1 > POP3_LINE_MAX) {
    in->skipping = 0;
    errno = EMSGSIZE;
    return -1;
  }
  if (n && start[n - 1] == '\r') n--;
  *line = start;
  *len = n;
  return 1;
}
