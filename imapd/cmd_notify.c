/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "fetch_items.h"
#include "fetch_new.h"
#include "mailbox_filter.h"
#include "mailbox_name.h"
#include "modseq.h"
#include "notify_impl.h"

/*
 * NOTIFY SET and NOTIFY NONE: RFC 5465 section 3.1. The command is looked at
 * whole before anything of the old NOTIFY goes. That it is an implicit NOOP
 * follows from the sync at the end of each command.
 */
#define EVENTS "MessageNew MessageExpunge FlagChange MailboxName" \
  " SubscriptionChange MailboxMetadataChange ServerMetadataChange"

#define ANNOTATIONS 0x80u       /* AnnotationChange: known, not supported */

static const struct { const char *name; unsigned bit; } events[] = {
  { "MessageNew", NOTIFY_NEW }, { "MessageExpunge", NOTIFY_GONE },
  { "FlagChange", NOTIFY_FLAGS }, { "AnnotationChange", ANNOTATIONS },
  { "MailboxName", NOTIFY_NAMES },
  { "SubscriptionChange", NOTIFY_SUBSCRIPTIONS },
  { "MailboxMetadataChange", NOTIFY_METADATA },
  { "ServerMetadataChange", NOTIFY_SERVER },
};
#define N_EVENTS (sizeof events / sizeof *events)

struct wish {
  int status;                   /* STATUS was given */
  int has_selected;
  int unsupported;              /* an event that we do not know */
  unsigned asked;               /* of the FETCH items */
  size_t names;
  struct notify n;              /* selected, delayed, items, g, ng */
};

static int fault(struct parse *p, const char *why)
{
  p->why = why;
  return 0;
}

/* event; *bits has those of the group so far */
static int parse_event(struct wish *w, struct parse *p, int selected,
                       unsigned *bits)
{
  struct text t;
  size_t i;

  if (!parse_atom(p, &t)) return fault(p, "event expected");
  for (i = 0; i < N_EVENTS && !text_is(&t, events[i].name); i++)
    ;
  if (i == N_EVENTS || events[i].bit == ANNOTATIONS) w->unsupported = 1;
  if (i == N_EVENTS) return 1;
  if (selected && !(events[i].bit & (NOTIFY_MESSAGES | ANNOTATIONS)))
    return fault(p, "that event is not of the selected mailbox");
  *bits |= events[i].bit;
  if (events[i].bit != NOTIFY_NEW || p->end - p->s < 2
      || memcmp(p->s, " (", 2))
    return 1;
  if (!selected) return fault(p, "FETCH items are for the selected mailbox");
  return parse_sp(p) && fetch_new_parse(p, &w->n.items, &w->asked);
}

/* events; their rules are in section 5 */
static int parse_events(struct wish *w, struct parse *p, int selected,
                        unsigned *bits)
{
  unsigned both = NOTIFY_NEW | NOTIFY_GONE;

  *bits = 0;
  if (parse_try_word(p, "NONE")) return 1;
  if (!parse_char(p, '(')) return 0;
  do
    if (!parse_event(w, p, selected, bits)) return 0;
  while (parse_try(p, ' '));
  if (!parse_char(p, ')')) return 0;
  if (*bits & (both | NOTIFY_FLAGS | ANNOTATIONS) && (*bits & both) != both)
    return fault(p, "MessageNew and MessageExpunge go together, and with"
                    " FlagChange and AnnotationChange");
  return 1;
}

static struct notify_group *new_group(struct notify *n)
{
  struct notify_group *g;

  n->g = xrealloc(n->g, (n->ng + 1) * sizeof *n->g);
  g = &n->g[n->ng++];
  memset(g, 0, sizeof *g);
  return g;
}

/* A name that no mailbox can have is passed over: section 3.1 */
static void take_names(struct session *s, struct notify_group *g,
                       const struct mailbox_filter *filter)
{
  stralloc storage = STRALLOC_ZERO;
  size_t i;

  g->v = xalloc((filter->n + 1) * sizeof *g->v);
  for (i = 0; i < filter->n; i++) {
    if (!mailbox_storage(s, &filter->v[i].name, &storage, 0)) continue;
    stralloc_0(&storage);
    g->v[g->n].kind = filter->v[i].kind;
    g->v[g->n].storage = xalloc(storage.len);
    memcpy(g->v[g->n++].storage, storage.s, storage.len);
  }
  stralloc_free(&storage);
}

static int parse_selected(struct wish *w, struct parse *p)
{
  if (w->has_selected)
    return fault(p, "the selected mailbox is named twice");
  w->has_selected = 1;
  return parse_sp(p) && parse_events(w, p, 1, &w->n.selected);
}

static int parse_others(struct session *s, struct wish *w, struct parse *p)
{
  struct mailbox_filter filter = MAILBOX_FILTER_ZERO;
  struct notify_group *g;
  int ok;

  if (w->n.ng == NOTIFY_GROUPS_MAX) return fault(p, "too many event groups");
  g = new_group(&w->n);
  ok = mailbox_filter_parse(&filter, p) && parse_sp(p)
    && parse_events(w, p, 0, &g->events);
  w->names += filter.n;
  if (w->names > FILTER_NAMES_MAX) ok = fault(p, "too many mailbox names");
  if (ok) {
    g->kinds = filter.kinds;
    take_names(s, g, &filter);
    w->n.wanted |= g->events;
  }
  mailbox_filter_free(&filter);
  return ok;
}

/* event-group */
static int parse_group(struct session *s, struct wish *w, struct parse *p)
{
  int ok;

  if (!parse_char(p, '(')) return 0;
  if (parse_try_word(p, "SELECTED-DELAYED")) {
    w->n.delayed = 1;
    ok = parse_selected(w, p);
  } else if (parse_try_word(p, "SELECTED"))
    ok = parse_selected(w, p);
  else
    ok = parse_others(s, w, p);
  return ok && parse_char(p, ')');
}

static int parse_set(struct session *s, struct wish *w, struct parse *p)
{
  if (!parse_sp(p)) return 0;
  if (parse_try_word(p, "STATUS")) {
    w->status = 1;
    if (!parse_sp(p)) return 0;
  }
  do
    if (!parse_group(s, w, p)) return 0;
  while (parse_try(p, ' '));
  return parse_end(p);
}

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
static enum status set(struct session *s, struct wish *w)
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
  struct wish w;
  enum status st;

  memset(&w, 0, sizeof w);
  if (!parse_sp(p)) return cmd_syntax(s, p);
  if (parse_try_word(p, "NONE")) {
    if (!parse_end(p)) return cmd_syntax(s, p);
    return set(s, &w);
  }
  if (!parse_try_word(p, "SET"))
    return cmd_bad(s, "NOTIFY is followed by SET or NONE");
  if (!parse_set(s, &w, p))
    st = cmd_syntax(s, p);
  else if (w.unsupported)
    st = cmd_no(s, "[BADEVENT (" EVENTS ")] an event is not supported");
  else {
    if (w.asked >> FETCH_MODSEQ & 1) modseq_enable(s);
    st = set(s, &w);
  }
  notify_groups_free(&w.n);
  stralloc_free(&w.n.items);
  return st;
}
