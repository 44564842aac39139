/* ISC licence; see LICENSE. */
#include "contexts.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "fetch_new.h"
#include "notify.h"
#include "sort_reply.h"

struct context {
  stralloc text;                /* of the command: program borrows from it */
  stralloc tag;
  int by_uid;
  struct search_program program;
  struct uidset members;
  struct sort_order by;         /* n == 0: not sorted */
  struct sorted order;          /* members, in order */
};

struct contexts {
  struct context *v[CONTEXTS_MAX];
  size_t n;
  uint64_t modseq;              /* up to which all of them are right */
  struct uidset *added;         /* new in the view, no FETCH yet */
  struct uidset fetched;        /* new in the view, told by a FETCH */
};

static void context_free(struct context *c)
{
  stralloc_free(&c->text);
  stralloc_free(&c->tag);
  search_program_free(&c->program);
  uidset_free(&c->members);
  free(c->order.v);
  free(c);
}

void contexts_free(struct session *s)
{
  struct contexts *all = s->contexts;

  if (!all) return;
  while (all->n) context_free(all->v[--all->n]);
  uidset_free(&all->fetched);
  free(all);
  s->contexts = 0;
}

static size_t find(const struct contexts *all, const char *tag, size_t len)
{
  size_t i;

  for (i = 0; all && i < all->n; i++)
    if (all->v[i]->tag.len == len && !memcmp(all->v[i]->tag.s, tag, len))
      return i;
  return CONTEXTS_MAX;
}

int contexts_have(const struct session *s)
{
  return find(s->contexts, s->tag.s, s->tag.len) != CONTEXTS_MAX;
}

static void drop(struct contexts *all, size_t i)
{
  context_free(all->v[i]);
  all->v[i] = all->v[--all->n];
}

int contexts_cancel(struct session *s, const struct text *tag)
{
  size_t i = find(s->contexts, tag->s, tag->len);

  if (i == CONTEXTS_MAX) return 0;
  drop(s->contexts, i);
  return 1;
}

/* RFC 5267 section 4.3.1 */
static void no_update(struct session *s, const stralloc *tag, const char *why)
{
  reply_puts(&s->out, "* NO [NOUPDATE \"");
  reply_put(&s->out, tag->s, tag->len);
  reply_puts(&s->out, "\"] ");
  reply_puts(&s->out, why);
  reply_crlf(&s->out);
}

void contexts_only_uids(struct session *s)
{
  struct contexts *all = s->contexts;
  size_t i;

  for (i = 0; all && i < all->n; )
    if (!all->v[i]->by_uid) {
      no_update(s, &all->v[i]->tag, "its updates would tell message numbers");
      drop(all, i);
    } else i++;
}

static void move(stralloc *to, stralloc *from)
{
  static const stralloc none = STRALLOC_ZERO;

  *to = *from;
  *from = none;
}

void contexts_add(struct session *s, struct search_program *g,
                  const struct uidset *found, const struct sort_order *by,
                  const struct sorted *sorted)
{
  static const struct search_program none;
  struct contexts *all = s->contexts;
  struct context *c;

  if (!all) {
    all = s->contexts = xalloc(sizeof *all);
    memset(all, 0, sizeof *all);
    all->modseq = s->view.modseq;
  }
  if (all->n == CONTEXTS_MAX) {
    no_update(s, &s->tag, "too many searches have updates");
    return;
  }
  c = all->v[all->n++] = xalloc(sizeof *c);
  memset(c, 0, sizeof *c);
  move(&c->text, &s->cmd);
  stralloc_copyb(&c->tag, s->tag.s, s->tag.len);
  c->by_uid = s->by_uid;
  c->program = *g;
  *g = none;
  uidset_copy(&c->members, found);
  if (!by) return;
  c->by = *by;
  c->order.n = sorted->n;
  c->order.v = xalloc(sorted->n * sizeof *sorted->v);
  if (sorted->n)
    memcpy(c->order.v, sorted->v, sorted->n * sizeof *sorted->v);
}

/* ---- telling ---- */

static void tell_begin(struct session *s, const struct context *c,
                       const char *what)
{
  struct reply *out = &s->out;

  reply_puts(out, "* ESEARCH (TAG \"");
  reply_put(out, c->tag.s, c->tag.len);
  reply_puts(out, c->by_uid ? "\") UID " : "\") ");
  reply_puts(out, what);
  reply_puts(out, " (");
}

static void tell_end(struct session *s)
{
  reply_puts(&s->out, ")\r\n");
}

/* position 0: the client puts them where they belong in the mailbox */
static void tell_set(struct session *s, const struct context *c,
                     const char *what, const struct uidset *uids)
{
  struct uidset shown = UIDSET_ZERO;
  stralloc text = STRALLOC_ZERO;

  view_numbers(&s->view, uids, c->by_uid, &shown);
  uidset_fmt(&text, &shown);
  tell_begin(s, c, what);
  reply_puts(&s->out, "0 ");
  reply_put(&s->out, text.s, text.len);
  tell_end(s);
  stralloc_free(&text);
  uidset_free(&shown);
}

/* one pair of a list: those of order at from..to-1, as the client knows them */
static void tell_run(struct session *s, const struct context *c,
                     const struct sorted *order, size_t from, size_t to,
                     int first)
{
  uint32_t *v = xalloc((to - from) * sizeof *v);
  size_t i;

  for (i = from; i < to; i++)
    v[i - from] = c->by_uid ? order->v[i] : view_msn(&s->view, order->v[i]);
  if (!first) reply_put(&s->out, " ", 1);
  reply_num(&s->out, from + 1);
  reply_put(&s->out, " ", 1);
  sort_put_set(&s->out, v, to - from);
  free(v);
}

/* From the last to the first, so that all positions are right as they stand. */
static void tell_sorted_removed(struct session *s, struct context *c,
                                const struct uidset *lost)
{
  struct sorted *o = &c->order;
  size_t from, to, n = 0;
  int first = 1;

  tell_begin(s, c, "REMOVEFROM");
  for (to = o->n; to; to = from) {
    from = to - 1;
    if (!uidset_has(lost, o->v[from])) continue;
    while (from && uidset_has(lost, o->v[from - 1])) from--;
    tell_run(s, c, o, from, to, first);
    first = 0;
  }
  tell_end(s);
  for (from = 0; from < o->n; from++)
    if (!uidset_has(lost, o->v[from])) o->v[n++] = o->v[from];
  o->n = n;
}

/* From the first to the last: those before are in their places by then. */
static void tell_sorted_added(struct session *s, struct context *c,
                              const struct uidset *won)
{
  struct sorted *o = &c->order;
  size_t from, to;
  int first = 1;

  tell_begin(s, c, "ADDTO");
  for (from = 0; from < o->n; from = to) {
    to = from + 1;
    if (!uidset_has(won, o->v[from])) continue;
    while (to < o->n && uidset_has(won, o->v[to])) to++;
    tell_run(s, c, o, from, to, first);
    first = 0;
  }
  tell_end(s);
}

/* ---- changes ---- */

static void lose(struct session *s, struct context *c,
                 const struct uidset *lost)
{
  if (!lost->n) return;
  if (c->by.n) tell_sorted_removed(s, c, lost);
  else tell_set(s, c, "REMOVEFROM", lost);
  uidset_subtract(&c->members, lost);
}

/* Members that the new order has not, since someone expunged them meanwhile,
 * are told to be gone right away. */
static void compare(struct session *s, struct context *c,
                    const struct sorted *order, struct uidset *won)
{
  struct uidrange *r = xalloc(order->n * sizeof *r);
  struct uidset there = UIDSET_ZERO, lost = UIDSET_ZERO;
  size_t i;

  for (i = 0; i < order->n; i++) r[i].lo = r[i].hi = order->v[i];
  uidset_build(&there, r, order->n);
  uidset_copy(&lost, &c->members);
  uidset_subtract(&lost, &there);
  lose(s, c, &lost);
  uidset_intersect(won, &there);
  uidset_free(&there);
  uidset_free(&lost);
  free(r);
}

/*
 * New members that are new in the view, with the items of UPDATE and those of
 * NOTIFY in one FETCH; of what another context has told already, its own
 */
static void fetch_won(struct session *s, const struct context *c,
                      const struct uidset *won)
{
  const stralloc *items = &c->program.update_items;
  struct contexts *all = s->contexts;
  struct uidset first = UIDSET_ZERO, again = UIDSET_ZERO;

  if (!items->len) return;
  uidset_copy(&first, won);
  uidset_intersect(&first, all->added);
  uidset_copy(&again, won);
  uidset_intersect(&again, &all->fetched);
  uidset_subtract(&first, &s->view.made);
  if (first.n) fetch_new(s, items, notify_items(s), &first);
  if (again.n) fetch_new(s, items, 0, &again);
  uidset_subtract(all->added, &first);
  uidset_union(&all->fetched, &first);
  uidset_free(&first);
  uidset_free(&again);
}

static int win_sorted(struct session *s, struct context *c, struct uidset *won)
{
  struct search_result result = { UIDSET_ZERO, 0, 0 };
  struct sorted order = { 0, 0 };
  struct uidset all = UIDSET_ZERO;
  int r;

  uidset_copy(&all, &c->members);
  uidset_union(&all, won);
  r = sort_run(s, s->folder, &all, &c->by, &order, &result);
  uidset_free(&all);
  if (r == -1) return -1;
  compare(s, c, &order, won);
  free(c->order.v);
  c->order = order;
  uidset_union(&c->members, won);
  if (!won->n) return 0;
  fetch_won(s, c, won);
  tell_sorted_added(s, c, won);
  return 0;
}

/* 0; -1: it could not be put into order */
static int win(struct session *s, struct context *c, struct uidset *won)
{
  if (!won->n) return 0;
  if (c->by.n) return win_sorted(s, c, won);
  uidset_union(&c->members, won);
  fetch_won(s, c, won);
  tell_set(s, c, "ADDTO", won);
  return 0;
}

void contexts_removed(struct session *s)
{
  struct contexts *all = s->contexts;
  struct uidset lost = UIDSET_ZERO;
  size_t i;

  if (!all || !s->view.gone.n) return;
  for (i = 0; i < all->n; i++) {
    uidset_copy(&lost, &all->v[i]->members);
    uidset_intersect(&lost, &s->view.gone);
    lose(s, all->v[i], &lost);
  }
  uidset_free(&lost);
}

/* 0; -1: no updates any more */
static int look(struct session *s, struct context *c,
                const struct uidset *among)
{
  struct search_place here = { .folder = s->folder, .view = &s->view,
                               .among = among, .whole = 1 };
  struct search_result result = { UIDSET_ZERO, 0, 0 };
  struct uidset lost = UIDSET_ZERO;
  int r = -1;

  search_bind_again(&c->program, &s->view, s->folder, time(0));
  search_run(s, &here, &c->program, &result);
  if (!result.stopped && !result.error) {
    uidset_copy(&lost, &c->members);
    uidset_intersect(&lost, among);
    uidset_subtract(&lost, &result.uids);
    uidset_subtract(&result.uids, &c->members);
    lose(s, c, &lost);
    r = win(s, c, &result.uids);
  }
  uidset_free(&lost);
  uidset_free(&result.uids);
  return r;
}

void contexts_changed(struct session *s, struct uidset *added)
{
  struct contexts *all = s->contexts;
  struct uidset changed = UIDSET_ZERO, gone = UIDSET_ZERO;
  size_t i;

  if (!all || (all->modseq == s->view.modseq && !added->n)) return;
  if (folder_since(s->folder, all->modseq, &changed, &gone) == -1) return;
  all->modseq = s->view.modseq;
  all->added = added;
  /* NOTIFY may have kept them back until now */
  uidset_union(&changed, added);
  uidset_intersect(&changed, &s->view.uids);
  uidset_subtract(&changed, &s->view.gone);
  for (i = 0; changed.n && i < all->n; ) {
    if (look(s, all->v[i], &changed) == -1 && !s->out.dead) {
      no_update(s, &all->v[i]->tag, "the result cannot be kept up");
      drop(all, i);
    } else i++;
  }
  uidset_clear(&all->fetched);
  uidset_free(&changed);
  uidset_free(&gone);
}
