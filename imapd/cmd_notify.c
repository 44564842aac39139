/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "fetch_items.h"
#include "modseq.h"
#include "notify_impl.h"

/*
 * NOTIFY SET and NOTIFY NONE: RFC 5465 section 3.1. The command is looked at
 * whole before anything of the old NOTIFY goes. That it is an implicit NOOP
 * follows from the sync at the end of each command.
 */
#define EVENTS "MessageNew MessageExpunge FlagChange MailboxName" \
  " SubscriptionChange MailboxMetadataChange ServerMetadataChange"

static struct notify *make(struct session *s)
{
  if (!s->notify) {
    s->notify = xalloc(sizeof *s->notify);
    memset(s->notify, 0, sizeof *s->notify);
  }
  return s->notify;
}

/* STATUS of each mailbox but the selected one: section 3.1 */
static void tell_status(struct session *s)
{
  struct notify *n = s->notify;
  size_t i;

  for (i = 0; i < n->n && !session_stop; i++) {
    if (!(n->f[i]->events & NOTIFY_MESSAGES) || n->f[i]->denied) continue;
    if (s->folder && !strcmp(n->f[i]->storage, folder_name(s->folder)))
      continue;
    notify_status(s, n->f[i]);
    if (reply_drain(&s->out) == -1) return;
  }
}

static int start(struct session *s)
{
  struct notify *n = s->notify;
  int r = 0;

  if (!n->selected && !n->wanted) return 0;
  n->watch = watchset_new(&s->account);
  if (n->wanted) r = notify_start(s);
  n->poll_at = clock_ms() + watchset_poll_ms(n->watch);
  if (r == -1 || !n->overflow) return r;
  errno = EFBIG;
  return -1;
}

/* The new wishes take the place of the old ones, unless it is too much. */
static enum status set(struct session *s, struct notify_wish *w)
{
  int had = s->notify != 0;
  struct notify *n = make(s), old;
  enum status st;

  notify_drop(n);
  old = *n;
  *n = w->n;
  w->n = old;                   /* the caller frees it */
  if (start(s) == 0) {
    if (w->status) tell_status(s);
    return cmd_ok(s, "NOTIFY done");
  }
  if (errno != EFBIG) st = cmd_fault(s, "notify");
  else st = cmd_no(s, "[NOTIFICATIONOVERFLOW] too many mailboxes or entries");
  notify_drop(n);
  old = *n;
  *n = w->n;
  w->n = old;
  if (!had || start(s) == -1) notify_free(s);
  return st;
}

enum status cmd_notify(struct session *s, struct parse *p)
{
  struct notify_wish w;
  enum status st;

  memset(&w, 0, sizeof w);
  if (!parse_sp(p)) return cmd_syntax(s, p);
  if (parse_try_word(p, "NONE")) {
    if (!parse_end(p)) return cmd_syntax(s, p);
    return set(s, &w);
  }
  if (!parse_try_word(p, "SET"))
    return cmd_bad(s, "NOTIFY is followed by SET or NONE");
  if (!notify_parse_set(s, &w, p))
    st = cmd_syntax(s, p);
  else if (w.unsupported)
    st = cmd_no(s, "[BADEVENT (" EVENTS ")] an event is not supported");
  else {
    if (w.asked >> FETCH_MODSEQ & 1) modseq_enable(s);
    st = set(s, &w);
  }
  notify_wish_free(&w);
  return st;
}
