/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>
#include <malloc.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/timedio.h"

/*
 * IDLE: RFC 2177. What others do to the folder is told as it happens. A
 * watch may miss what happened in the tick of our last look, so each change
 * is followed by a second look, and now and then there is one anyway.
 */
#define LOOK_AGAIN_MS 1100
#define LOOK_MS 60000

/* how long to wait before looking without being called */
static int64_t pause_ms(const struct session *s, int watch, int changed)
{
  int64_t ms = LOOK_MS;

  if (!s->folder) return s->in.idle_ms;
  if (watch == -1) ms = folder_watch_poll_ms(s->folder);
  if (changed && ms > LOOK_AGAIN_MS) ms = LOOK_AGAIN_MS;
  return ms;
}

/* Until the client writes something: 1, 0 (it ended), -1. */
static int until_input(struct session *s)
{
  int64_t deadline = clock_ms() + s->in.idle_ms, ms, left;
  int watch = s->folder ? folder_watch(s->folder) : -1;
  int changed = 1, r;

  for (;;) {
    left = deadline - clock_ms();
    if (left <= 0) {
      errno = ETIMEDOUT;
      return -1;
    }
    ms = pause_ms(s, watch, changed);
    r = input_wait(&s->in, watch, ms < left ? ms : left);
    if (r == 1 || r == -1) return r;
    changed = r == 2;
    if (changed) folder_watch_clear(s->folder);
    if (session_sync(s, 1, 1) == -1) return 0;
  }
}

enum status cmd_idle(struct session *s, struct parse *p)
{
  int r;

  if (!parse_end(p)) return cmd_syntax(s, p);
  /* what is known already goes out before the client begins to wait */
  if (session_sync(s, 1, 1) == -1) return STATUS_NONE;
  stralloc_free(&s->cmd);
  if (s->folder) folder_flush(s->folder);
  malloc_trim(0);
  reply_puts(&s->out, "+ idling\r\n");
  r = until_input(s);
  if (s->folder) folder_unwatch(s->folder);
  if (r == 1) {
    input_begin(&s->in);
    s->cmd.len = 0;
    r = input_line(&s->in, &s->cmd);
    if (r == -1 && errno == EMSGSIZE) return cmd_bad(s, "expected DONE");
  }
  if (r != 1) {
    session_input_ended(s, r);
    return STATUS_NONE;
  }
  if (s->cmd.len != 4 || strncasecmp(s->cmd.s, "DONE", 4))
    return cmd_bad(s, "expected DONE");
  return cmd_ok(s, "IDLE done");
}
