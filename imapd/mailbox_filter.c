/* ISC licence; see LICENSE. */
#include "mailbox_filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "mailbox_name.h"
#include "mailboxes.h"

static const struct { const char *name; unsigned kind; int has_names; }
kinds[] = {
  { "selected", FILTER_SELECTED, 0 }, { "personal", FILTER_PERSONAL, 0 },
  { "inboxes", FILTER_PERSONAL, 0 }, { "subscribed", FILTER_SUBSCRIBED, 0 },
  { "mailboxes", FILTER_MAILBOXES, 1 }, { "subtree", FILTER_SUBTREE, 1 },
  { "subtree-one", FILTER_SUBTREE_ONE, 1 },
};
#define KINDS (sizeof kinds / sizeof *kinds)

void mailbox_filter_free(struct mailbox_filter *f)
{
  free(f->v);
  memset(f, 0, sizeof *f);
}

static int add_name(struct mailbox_filter *f, struct parse *p, unsigned kind)
{
  struct text name;

  if (!parse_mailbox(p, &name)) return 0;
  if (f->n == FILTER_NAMES_MAX) {
    p->why = "too many mailbox names";
    return 0;
  }
  if (f->n == f->a) {
    f->a = f->a * 2 + 8;
    f->v = xrealloc(f->v, f->a * sizeof *f->v);
  }
  f->v[f->n].kind = kind;
  f->v[f->n++].name = name;
  return 1;
}

/* one-or-more-mailbox */
static int add_names(struct mailbox_filter *f, struct parse *p, unsigned kind)
{
  if (!parse_sp(p)) return 0;
  if (!parse_try(p, '(')) return add_name(f, p, kind);
  do
    if (!add_name(f, p, kind)) return 0;
  while (parse_try(p, ' '));
  return parse_char(p, ')');
}

int mailbox_filter_parse(struct mailbox_filter *f, struct parse *p)
{
  struct text t;
  size_t i;

  if (!parse_atom(p, &t)) return 0;
  for (i = 0; i < KINDS; i++) {
    if (!text_is(&t, kinds[i].name)) continue;
    if (kinds[i].has_names) return add_names(f, p, kinds[i].kind);
    f->kinds |= kinds[i].kind;
    return 1;
  }
  p->why = "unknown kind of mailboxes";
  return 0;
}

/* rows that a name means are marked with its kind */
static void mark_named(struct session *s, struct mailboxes *all,
                       const struct filter_name *x)
{
  stralloc storage = STRALLOC_ZERO, name = STRALLOC_ZERO;
  size_t i;

  /* the rows are named by the prefix, whatever the client's names are; one
   * that has no name is none of them */
  if (mailbox_storage(s, &x->name, &storage, 0))
    (void)tree_mailbox_name(&s->account.tree, &name,
                            storage.s ? storage.s : "", storage.len,
                            session_utf8(s));
  for (i = 0; name.len && i < all->n; i++)
    if (all->m[i].len == name.len && !memcmp(all->m[i].name, name.s, name.len))
      all->m[i].mark |= x->kind;
  stralloc_free(&storage);
  stralloc_free(&name);
}

/* what is above comes first in the list */
static void mark_below(struct mailboxes *all)
{
  size_t i;
  unsigned above;

  for (i = 0; i < all->n; i++) {
    if (all->m[i].parent == -1) continue;
    above = all->m[all->m[i].parent].mark;
    all->m[i].mark |= above & FILTER_SUBTREE;
    if (above & FILTER_SUBTREE_ONE) all->m[i].mark |= FILTER_MAILBOXES;
  }
}

int mailbox_filter_find(struct session *s, const struct mailbox_filter *f,
                        stralloc *names)
{
  struct mailboxes all = { 0 };
  const struct mailbox *m;
  size_t i;
  int r;

  r = mailboxes_read(&all, &s->account.tree,
                     !!(f->kinds & FILTER_SUBSCRIBED), session_utf8(s), 0);
  for (i = 0; r == 0 && i < f->n; i++) mark_named(s, &all, &f->v[i]);
  if (r == 0) mark_below(&all);
  for (i = 0; r == 0 && i < all.n; i++) {
    m = &all.m[i];
    if (!m->exists || !m->storage) continue;
    if (!m->mark && !(f->kinds & FILTER_PERSONAL) &&
        !(f->kinds & FILTER_SUBSCRIBED && m->subscribed))
      continue;
    stralloc_catb(names, m->storage, strlen(m->storage) + 1);
  }
  mailboxes_free(&all);
  return r;
}
