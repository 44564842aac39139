/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "notify.h"

/*
 * IDLE: RFC 2177. What others do to the folder is told as it happens; the
 * folder says how long to wait before looking without being called.
 */

/* Until the client writes something: 1, 0 (it ended), -1. */
static int until_input(struct session *s)
{
  int64_t deadline = session_wait_begin(s, WAITING_IDLE), ms, left;
  int watch, r;

  if (s->notify) return notify_until_input(s, 1);
  for (;;) {
    watch = s->folder ? folder_watch(s->folder) : -1;
    /* behind the watch, so that nothing falls between the two */
    if (session_sync(s, 1, 1) == -1) return 0;
    left = deadline - clock_ms();
    if (left <= 0) {
      errno = ETIMEDOUT;
      return -1;
    }
    ms = s->folder ? folder_watch_poll_ms(s->folder) : left;
    if (ms > left) ms = left;
    r = input_wait_long(&s->in, watch, ms);
    if (r == 1 || r == -1) return r;
    if (r == 2) folder_watch_clear(s->folder);
  }
}

enum status idle_go_on(struct session *s)
{
  int r;

  session_title(s, "IDLE");
  r = until_input(s);
  session_wait_end(s);
  session_title(s, "");
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

enum status cmd_idle(struct session *s, struct parse *p)
{
  if (!parse_end(p)) return cmd_syntax(s, p);
  /* it may be long: give back what is not needed meanwhile */
  stralloc_free(&s->cmd);
  if (s->folder) folder_flush(s->folder);
  reply_puts(&s->out, "+ idling\r\n");
  return idle_go_on(s);
}
