/* ISC licence; see LICENSE. */
#include "notify_impl.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mailbox_filter.h"

/* Which mailboxes the groups of NOTIFY mean: RFC 5465 section 6. By storage
 * names, which stay what they are when the client enables another encoding. */

void notify_groups_free(struct notify *n)
{
  size_t i, j;

  for (i = 0; i < n->ng; i++) {
    for (j = 0; j < n->g[i].n; j++) free(n->g[i].v[j].storage);
    free(n->g[i].v);
  }
  free(n->g);
  n->g = 0;
  n->ng = 0;
  n->wanted = 0;
}

/* is all else below INBOX, as with the prefix "INBOX."? */
static int all_below_inbox(const struct session *s)
{
  const struct namespace *ns = &s->account.tree.ns;

  return ns->prefix.len == 6 && !strncasecmp(ns->prefix.s, "INBOX", 5);
}

/* levels of storage below top; 0: it is top itself, -1: neither */
static int levels_below(const struct session *s, const char *top,
                        const char *storage)
{
  size_t n = strlen(top);
  int levels = 1;

  if (!strcmp(top, storage)) return 0;
  if (!n && !all_below_inbox(s)) {
    top = "INBOX";
    n = 5;
  }
  if (n) {
    if (strncmp(top, storage, n) || storage[n] != '.') return -1;
    storage += n + 1;
  }
  for (; *storage; storage++) levels += *storage == '.';
  return levels;
}

static int named(const struct session *s, const struct notify_group *g,
                 const char *storage)
{
  size_t i;
  int levels;

  for (i = 0; i < g->n; i++) {
    levels = levels_below(s, g->v[i].storage, storage);
    if (!levels || (levels > 0 && g->v[i].kind == FILTER_SUBTREE)
        || (levels == 1 && g->v[i].kind == FILTER_SUBTREE_ONE))
      return 1;
  }
  return 0;
}

/* NONE is the wish not to hear of a mailbox, whatever the other groups say */
unsigned notify_match(const struct session *s, const char *storage,
                      int subscribed)
{
  const struct notify *n = s->notify;
  unsigned events = 0;
  size_t i;

  for (i = 0; i < n->ng; i++) {
    const struct notify_group *g = &n->g[i];

    if (!(g->kinds & FILTER_PERSONAL)
        && !(g->kinds & FILTER_SUBSCRIBED && subscribed)
        && !named(s, g, storage))
      continue;
    if (!g->events) return 0;
    events |= g->events;
  }
  return events;
}
