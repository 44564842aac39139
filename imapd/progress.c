/* ISC licence; see LICENSE. */
#include "progress.h"

#include <poll.h>
#include <string.h>

#include "base/timedio.h"

#define LOOK_UP_MS 200          /* how often we look whether to go on */

void progress_begin(struct progress *p, struct session *s, const char *doing,
                    uint64_t goal)
{
  int64_t now = clock_ms();

  p->s = s;
  p->doing = doing;
  p->done = 0;
  p->goal = goal;
  p->look_up = now + LOOK_UP_MS;
  p->hear = now + s->progress_ms;
}

/* The peer of a socket that was reset, or of a pipe that was closed. A client
 * that only closed its sending side still waits for the answer. */
static int hung_up(int fd)
{
  struct pollfd p = { fd, 0, 0 };

  return poll(&p, 1, 0) == 1 && p.revents & (POLLERR | POLLHUP | POLLNVAL);
}

/* RFC 9585 section 4: no tag with "]" in it; goal is always above done */
static void tell(const struct progress *p)
{
  struct reply *out = &p->s->out;
  const stralloc *tag = &p->s->tag;

  reply_puts(out, "* OK [INPROGRESS (");
  if (!tag->len || memchr(tag->s, ']', tag->len)) reply_puts(out, "NIL ");
  else {
    reply_puts(out, "\"");
    reply_put(out, tag->s, tag->len);
    reply_puts(out, "\" ");
  }
  if (p->goal > p->done && p->goal <= UINT32_MAX) {
    reply_num(out, p->done);
    reply_puts(out, " ");
    reply_num(out, p->goal);
  } else reply_puts(out, "NIL NIL");
  reply_puts(out, ")] ");
  reply_num(out, p->done);
  reply_puts(out, " messages ");
  reply_puts(out, p->doing);
  reply_crlf(out);
}

int progress_stop(struct progress *p)
{
  struct reply *out = &p->s->out;
  int64_t now = clock_ms();

  if (now < p->look_up) return 0;
  p->look_up = now + LOOK_UP_MS;
  if (now >= p->hear) {
    p->hear = now + p->s->progress_ms;
    tell(p);
  }
  if (out->buf.len && reply_flush(out) == -1) return 1;
  return session_stop || hung_up(out->fd);
}
