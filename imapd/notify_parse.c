/* ISC licence; see LICENSE. */
#include "notify_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "fetch_new.h"
#include "mailbox_filter.h"
#include "mailbox_name.h"

/* NOTIFY SET as RFC 5465 section 8 writes it. */

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

static int fault(struct parse *p, const char *why)
{
  p->why = why;
  return 0;
}

/* event; *bits has those of the group so far */
static int parse_event(struct notify_wish *w, struct parse *p, int selected,
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
static int parse_events(struct notify_wish *w, struct parse *p, int selected,
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

static int parse_selected(struct notify_wish *w, struct parse *p)
{
  if (w->has_selected)
    return fault(p, "the selected mailbox is named twice");
  w->has_selected = 1;
  return parse_sp(p) && parse_events(w, p, 1, &w->n.selected);
}

static int parse_others(struct session *s, struct notify_wish *w, struct parse *p)
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
static int parse_group(struct session *s, struct notify_wish *w, struct parse *p)
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

int notify_parse_set(struct session *s, struct notify_wish *w, struct parse *p)
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

void notify_wish_free(struct notify_wish *w)
{
  notify_groups_free(&w->n);
  stralloc_free(&w->n.items);
}
