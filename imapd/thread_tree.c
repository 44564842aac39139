/* ISC licence; see LICENSE. */
#include "thread_tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "maildir/index.h"
#include "thread_links.h"

/*
 * Messages are sorted by sent date once. Put to the ends of their parents'
 * lists in that order, all siblings are in order; so are the roots, for a root
 * that is no message (a group) comes with the first of its children. There is
 * no recursion: a thread may be as deep as the folder has messages.
 */

#define OUT UINT32_MAX          /* parent of what is left out */

void thread_begin(struct thread_tree *t, size_t n)
{
  memset(t, 0, sizeof *t);
  t->n = n;
  t->agroups = 64;
  t->v = xalloc((n + t->agroups + 1) * sizeof *t->v);
  memset(t->v, 0, (n + 1) * sizeof *t->v);
  t->links = thread_links_new(n, THREAD_DUMMIES_MAX);
}

void thread_free(struct thread_tree *t)
{
  free(t->v);
  thread_links_free(t->links);
  memset(t, 0, sizeof *t);
}

static uint32_t new_group(struct thread_tree *t)
{
  uint32_t i;

  if (t->groups == t->agroups) {
    t->agroups *= 2;
    t->v = xrealloc(t->v, (t->n + t->agroups + 1) * sizeof *t->v);
  }
  i = (uint32_t)(t->n + ++t->groups);
  memset(&t->v[i], 0, sizeof t->v[i]);
  return i;
}

void thread_ids(struct thread_tree *t, uint32_t i, uint64_t id)
{
  if (id) thread_links_name(t->links, i, id);
}

/* step 1, (A) and (B) */
static void follow(struct thread_tree *t, uint32_t i,
                   const struct thread_keys *k)
{
  uint32_t before = 0, node;
  size_t r;

  for (r = 0; r < k->nrefs; r++) {
    node = thread_links_node(t->links, thread_reference(k, r));
    if (!node) continue;
    if (before) thread_links_add(t->links, before, node);
    before = node;
  }
  thread_links_set(t->links, before, i);
}

void thread_message(struct thread_tree *t, enum thread_algorithm how,
                    uint32_t i, const struct thread_keys *k, int64_t arrival)
{
  struct thread_node *m = &t->v[i];

  m->date = k->date;
  m->arrival = arrival;
  m->subject = k->subject;
  m->reply = k->reply;
  if (how != THREAD_ORDEREDSUBJECT) follow(t, i, k);
}

void thread_leave_out(struct thread_tree *t, uint32_t i)
{
  t->v[i].parent = OUT;
}

/* ---- steps 2 and 3 ---- */

/*
 * The message that is next above a dummy, or the topmost dummy itself. What
 * was found is kept in the links, for all on the way: so each is gone once.
 */
static uint32_t above(struct thread_tree *t, uint32_t dummy)
{
  uint32_t *parent = t->links->parent, x = dummy, top, next;

  while (x > t->n && parent[x]) x = parent[x];
  for (top = x; dummy > t->n && dummy != top; dummy = next) {
    next = parent[dummy];
    parent[dummy] = top;
  }
  return top;
}

/* Messages go to the messages next above them; what has only dummies above it
 * goes to a group, if it does not stay alone there. */
static void prune(struct thread_tree *t)
{
  size_t n = t->n, dummies = t->links->nodes - n;
  uint32_t *children = xalloc((dummies + 1) * sizeof *children);
  uint32_t *group = xalloc((dummies + 1) * sizeof *group);
  uint32_t i, top;

  memset(children, 0, (dummies + 1) * sizeof *children);
  memset(group, 0, (dummies + 1) * sizeof *group);
  for (i = 1; i <= n; i++) {
    if (t->v[i].parent == OUT) continue;
    top = t->links->parent[i];
    if (top > n) top = above(t, top);
    t->v[i].parent = top;
    if (top > n) children[top - n]++;
  }
  for (i = 1; i <= n; i++) {
    top = t->v[i].parent;
    if (top == OUT || top <= n) continue;
    if (children[top - n] > 1 && !group[top - n])
      group[top - n] = new_group(t);
    t->v[i].parent = group[top - n];
  }
  free(children);
  free(group);
}

/* ---- order ---- */

struct dated { int64_t date; uint32_t i; };

static int dated_cmp(const void *x, const void *y)
{
  const struct dated *a = x, *b = y;

  if (a->date != b->date) return a->date < b->date ? -1 : 1;
  return a->i < b->i ? -1 : 1;
}

/* messages by sent date, then by number; *count of them */
static uint32_t *by_date(const struct thread_tree *t, size_t *count)
{
  struct dated *d = xalloc(t->n * sizeof *d);
  uint32_t *order = xalloc(t->n * sizeof *order), i;
  size_t n = 0, k;

  for (i = 1; i <= t->n; i++) {
    if (t->v[i].parent == OUT) continue;
    d[n].date = t->v[i].date;
    d[n++].i = i;
  }
  for (k = 1; k < n && dated_cmp(&d[k - 1], &d[k]) < 0; k++) ;
  if (k < n) qsort(d, n, sizeof *d, dated_cmp);
  for (k = 0; k < n; k++) order[k] = d[k].i;
  free(d);
  *count = n;
  return order;
}

/* lists of children and roots from the parents, in order */
static void make_lists(struct thread_tree *t, const uint32_t *order, size_t n)
{
  uint32_t i, p, last = 0;
  size_t k;

  for (i = 0; i <= t->n + t->groups; i++)
    t->v[i].child = t->v[i].next = t->v[i].last = 0;
  t->root = 0;
  for (k = 0; k < n; k++) {
    i = order[k];
    p = t->v[i].parent;
    if (p) {
      if (t->v[p].last) t->v[t->v[p].last].next = i;
      else t->v[p].child = i;
      t->v[p].last = i;
    }
    if (p > t->n && t->v[p].child == i) i = p;  /* a group comes with it */
    else if (p) continue;
    if (last) t->v[last].next = i;
    else t->root = i;
    last = i;
  }
}

/* ---- step 5 ---- */

struct subject { uint64_t subject; uint32_t root; };

struct subjects {
  struct subject *v;
  size_t size;
};

static struct subject *subject_at(struct subjects *s, uint64_t subject)
{
  /* spread by a multiplication: whoever finds subjects that meet here has
   * found as many that are equal, by their hash, as it would take */
  size_t at = (size_t)(subject * 0x9E3779B97F4A7C15u >> 20) & (s->size - 1);

  while (s->v[at].root && s->v[at].subject != subject)
    at = (at + 1) & (s->size - 1);
  s->v[at].subject = subject;
  return &s->v[at];
}

static uint64_t subject_of(const struct thread_tree *t, uint32_t root)
{
  return root > t->n ? t->v[t->v[root].child].subject : t->v[root].subject;
}

/* (B) which root stands for its subject */
static void choose(const struct thread_tree *t, struct subject *x,
                   uint32_t root)
{
  if (!x->root || (x->root <= t->n &&
                   (root > t->n ||
                    (t->v[x->root].reply && !t->v[root].reply))))
    x->root = root;
}

/* (C) one root into that of its subject. merged says where a group went. */
static void merge(struct thread_tree *t, struct subject *x, uint32_t root,
                  uint32_t *merged)
{
  uint32_t group;

  if (root > t->n) merged[root - t->n] = x->root;
  else if (x->root > t->n || (t->v[root].reply && !t->v[x->root].reply))
    t->v[root].parent = x->root;
  else {
    group = new_group(t);
    t->v[root].parent = t->v[x->root].parent = group;
    x->root = group;
  }
}

static void gather_subjects(struct thread_tree *t, uint32_t *merged)
{
  struct subjects s = { 0, 64 };
  struct subject *x;
  uint64_t subject;
  size_t roots = 0;
  uint32_t i;

  for (i = t->root; i; i = t->v[i].next) roots++;
  while (s.size < 2 * roots) s.size *= 2;
  s.v = xalloc(s.size * sizeof *s.v);
  memset(s.v, 0, s.size * sizeof *s.v);
  for (i = t->root; i; i = t->v[i].next)
    if ((subject = subject_of(t, i))) choose(t, subject_at(&s, subject), i);
  for (i = t->root; i; i = t->v[i].next) {
    if (!(subject = subject_of(t, i))) continue;
    x = subject_at(&s, subject);
    if (x->root != i) merge(t, x, i, merged);
  }
  free(s.v);
}

static void merge_subjects(struct thread_tree *t)
{
  size_t groups = t->groups;
  uint32_t *merged = xalloc((groups + 1) * sizeof *merged), i, p;

  memset(merged, 0, (groups + 1) * sizeof *merged);
  gather_subjects(t, merged);
  for (i = 1; i <= t->n; i++) {
    p = t->v[i].parent;
    if (p != OUT && p > t->n && p <= t->n + groups && merged[p - t->n])
      t->v[i].parent = merged[p - t->n];
  }
  free(merged);
}

/* ---- ORDEREDSUBJECT, REFS ---- */

/* all of a subject are children of its first one */
static void ordered_subjects(struct thread_tree *t, const uint32_t *order,
                             size_t n)
{
  struct subjects s = { 0, 64 };
  struct subject *x;
  size_t k;

  while (s.size < 2 * n) s.size *= 2;
  s.v = xalloc(s.size * sizeof *s.v);
  memset(s.v, 0, s.size * sizeof *s.v);
  for (k = 0; k < n; k++) {
    x = subject_at(&s, t->v[order[k]].subject);
    if (x->root) t->v[order[k]].parent = x->root;
    else x->root = order[k];
  }
  free(s.v);
}

/* the root of each message, found without going up one way twice */
static uint32_t *roots_of(const struct thread_tree *t)
{
  uint32_t *root = xalloc((t->n + t->groups + 1) * sizeof *root);
  uint32_t i = t->root, r = i;

  while (i) {
    root[i] = r;
    if (t->v[i].child) i = t->v[i].child;
    else {
      while (i != r && !t->v[i].next) i = t->v[i].parent;
      i = t->v[i].next;
      if (i && !t->v[i].parent) r = i;
    }
  }
  return root;
}

/* roots by the newest arrival below them */
static void order_by_newest(struct thread_tree *t)
{
  uint32_t *root = roots_of(t), i, last = 0;
  struct dated *d = xalloc((t->n + t->groups + 1) * sizeof *d);
  size_t n = 0, k;

  for (i = t->root; i; i = t->v[i].next) t->v[i].last = 0;
  for (i = 1; i <= t->n; i++) {
    uint32_t r = root[i], newest;

    if (t->v[i].parent == OUT) continue;
    newest = t->v[r].last;      /* not needed any more as what it was */
    if (!newest || t->v[i].arrival >= t->v[newest].arrival) t->v[r].last = i;
  }
  for (i = t->root; i; i = t->v[i].next) {
    d[n].date = t->v[t->v[i].last].arrival;
    d[n++].i = t->v[i].last;
  }
  qsort(d, n, sizeof *d, dated_cmp);
  t->root = n ? root[d[0].i] : 0;
  for (k = 0; k < n; k++) {
    if (last) t->v[last].next = root[d[k].i];
    last = root[d[k].i];
  }
  if (last) t->v[last].next = 0;
  free(d);
  free(root);
}

void thread_finish(struct thread_tree *t, enum thread_algorithm how)
{
  size_t n;
  uint32_t *order;

  index_step();
  if (how != THREAD_ORDEREDSUBJECT) prune(t);
  order = by_date(t, &n);
  index_step();
  if (how == THREAD_ORDEREDSUBJECT) ordered_subjects(t, order, n);
  make_lists(t, order, n);
  if (how == THREAD_REFERENCES) {
    merge_subjects(t);
    make_lists(t, order, n);
  }
  if (how == THREAD_REFS) order_by_newest(t);
  free(order);
}

/* ---- the answer ---- */

static int only_child(const struct thread_tree *t, uint32_t i)
{
  uint32_t p = t->v[i].parent;

  return p && i <= t->n && p <= t->n && t->v[p].child == i && !t->v[i].next;
}

/* RFC 5256 section 5: thread-list. What has siblings, or is a root, is in
 * parentheses of its own. */
static void put_one(const struct thread_tree *t, uint32_t root,
                    const uint32_t *number, struct reply *out)
{
  uint32_t i = root;

  for (;;) {
    if (!only_child(t, i)) reply_put(out, "(", 1);
    if (i <= t->n) reply_num(out, number[i - 1]);
    if (t->v[i].child) {
      if (i <= t->n) reply_put(out, " ", 1);
      i = t->v[i].child;
      if (reply_drain(out) == -1) return;
      continue;
    }
    for (;;) {
      if (!only_child(t, i)) reply_put(out, ")", 1);
      if (i == root) return;
      if (t->v[i].next) break;
      i = t->v[i].parent;
    }
    i = t->v[i].next;
  }
}

int thread_put(const struct thread_tree *t, const uint32_t *number,
               struct reply *out)
{
  uint32_t i;

  for (i = t->root; i; i = t->v[i].next) {
    put_one(t, i, number, out);
    if (reply_drain(out) == -1) return -1;
  }
  return 0;
}
