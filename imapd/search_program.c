/* ISC licence; see LICENSE. */
#include "search_program.h"

#include "maildir/folder.h"
#include "view.h"

/* Seconds before now become times: more seconds are less time. */
static void bind_time(struct search_node *x, int64_t now)
{
  x->from = x->hi == INT64_MAX ? INT64_MIN : now - x->hi;
  x->to = x->lo == INT64_MIN ? INT64_MAX : now - x->lo;
}

/* A keyword that the folder does not know is on no message: mask 0. */
static void bind_letter(struct search_node *x, struct folder *f)
{
  struct keyword_ids ids = KEYWORD_IDS_ZERO;
  size_t i;

  x->mask = 0;
  uidset_clear(&x->uids);
  if (folder_keyword_ids(f, x->text.s, x->text.len, 0, &x->mask, &ids) == 0)
    for (i = 0; i < ids.n; i++)
      uidset_union(&x->uids, folder_keyword_uids(f, ids.id[i]));
  keyword_ids_free(&ids);
}

static void bind(struct search_program *g, const struct view *v,
                 struct folder *f, int64_t now, int again)
{
  size_t i;

  for (i = 0; i < g->n; i++) {
    struct search_node *x = &g->v[i];

    switch (x->op) {
      case SEARCH_MSNS:
        if (!again) view_resolve_some(v, &x->set, &x->uids);
        break;
      case SEARCH_UIDS: view_resolve(v, &x->set, 1, &x->uids); break;
      case SEARCH_TIME: bind_time(x, now); break;
      case SEARCH_LETTER: bind_letter(x, f); break;
      default: break;
    }
  }
}

void search_bind(struct search_program *g, const struct view *v,
                 struct folder *f, int64_t now)
{
  bind(g, v, f, now, 0);
}

void search_bind_again(struct search_program *g, const struct view *v,
                       struct folder *f, int64_t now)
{
  bind(g, v, f, now, 1);
}

void search_returned(const struct search_program *g,
                     const struct uidset *found, struct uidset *to)
{
  uint32_t min = uidset_next(found, 1), max = uidset_max(found);

  if (!(g->options & SEARCH_PARTIAL) || g->options & SEARCH_COUNT || !min) {
    uidset_copy(to, found);
    return;
  }
  partial_pick(&g->partial, found, to);
  if (g->options & SEARCH_MIN) uidset_add(to, min, min);
  if (g->options & SEARCH_MAX) uidset_add(to, max, max);
}

int search_narrow(const struct search_program *g, struct uidset *uids)
{
  const struct search_node *x;
  size_t i;
  int all = 1;

  for (i = g->v[0].child; i; i = x->next) {
    x = &g->v[i];
    if (x->op == SEARCH_MSNS || x->op == SEARCH_UIDS) {
      if (x->not) uidset_subtract(uids, &x->uids);
      else uidset_intersect(uids, &x->uids);
    } else if (x->op == SEARCH_AND && !x->child) {
      if (x->not) uidset_clear(uids);
    } else {
      all = 0;
    }
  }
  return all;
}
