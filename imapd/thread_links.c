/* ISC licence; see LICENSE. */
#include "thread_links.h"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "base/alloc.h"

/* ---- ids ---- */

/* not known to whoever writes ids, so that nobody can fill one place of the
 * table; the kernel gives it to each process */
static uint64_t random_seed(void)
{
  const void *octets = (const void *)getauxval(AT_RANDOM);
  uint64_t seed = 0;

  if (octets) memcpy(&seed, octets, sizeof seed);
  return seed | 1;
}

static size_t place(const struct thread_links *t, uint64_t id)
{
  uint64_t h = (id ^ t->seed) * 0x9E3779B97F4A7C15u;

  h ^= h >> 29;
  h *= t->seed;
  return (size_t)(h >> 32) & (t->size - 1);
}

/* where id is, or would be */
static struct thread_id *find(const struct thread_links *t, uint64_t id)
{
  size_t at = place(t, id);

  while (t->table[at].node && t->table[at].id != id)
    at = (at + 1) & (t->size - 1);
  return &t->table[at];
}

static void make_table(struct thread_links *t, size_t size)
{
  t->size = size;
  t->table = xalloc(size * sizeof *t->table);
  memset(t->table, 0, size * sizeof *t->table);
}

static void enter(struct thread_links *t, struct thread_id *at, uint64_t id,
                  uint32_t node)
{
  struct thread_id *old = t->table;
  size_t i, size = t->size;

  at->id = id;
  at->node = node;
  if (++t->used < size / 2) return;
  make_table(t, 2 * size);
  for (i = 0; i < size; i++) if (old[i].node) *find(t, old[i].id) = old[i];
  free(old);
}

struct thread_links *thread_links_new(size_t n, size_t dummies_max)
{
  struct thread_links *t = xalloc(sizeof *t);
  size_t size = 64;

  memset(t, 0, sizeof *t);
  t->n = t->nodes = n;
  t->anodes = n + n / 8 + 16;
  t->parent = xalloc((t->anodes + 1) * sizeof *t->parent);
  t->has_child = xalloc(t->anodes + 1);
  memset(t->parent, 0, (n + 1) * sizeof *t->parent);
  memset(t->has_child, 0, n + 1);
  t->dummies_max = dummies_max;
  t->seed = random_seed();
  t->patience = 1000000 + 8 * (uint64_t)n;
  while (size < 2 * n + 2) size *= 2;
  make_table(t, size);
  return t;
}

void thread_links_free(struct thread_links *t)
{
  if (!t) return;
  free(t->parent);
  free(t->has_child);
  free(t->table);
  free(t->up);
  free(t->left);
  free(t->right);
  free(t);
}

void thread_links_name(struct thread_links *t, uint32_t i, uint64_t id)
{
  struct thread_id *at = find(t, id);

  if (!at->node) enter(t, at, id, i);
}

static void grow(struct thread_links *t)
{
  size_t a = t->anodes * 2;

  t->parent = xrealloc(t->parent, (a + 1) * sizeof *t->parent);
  t->has_child = xrealloc(t->has_child, a + 1);
  if (t->up) {
    t->up = xrealloc(t->up, (a + 1) * sizeof *t->up);
    t->left = xrealloc(t->left, (a + 1) * sizeof *t->left);
    t->right = xrealloc(t->right, (a + 1) * sizeof *t->right);
  }
  t->anodes = a;
}

uint32_t thread_links_node(struct thread_links *t, uint64_t id)
{
  struct thread_id *at = find(t, id);
  uint32_t node;

  if (at->node) return at->node;
  if (t->nodes - t->n >= t->dummies_max) return 0;
  if (t->nodes == t->anodes) grow(t);
  node = (uint32_t)++t->nodes;
  t->parent[node] = 0;
  t->has_child[node] = 0;
  if (t->up) t->up[node] = t->left[node] = t->right[node] = 0;
  enter(t, at, id, node);
  return node;
}

/* ---- the link-cut tree ---- */

/* Each node is in a binary tree (of left, right, up) with those on its
 * preferred path, ordered by depth; the root of such a tree goes up to the
 * parent of the path's top, of which it is no child there. */

static int is_top(const struct thread_links *t, uint32_t x)
{
  uint32_t p = t->up[x];

  return !p || (t->left[p] != x && t->right[p] != x);
}

static void rotate(struct thread_links *t, uint32_t x)
{
  uint32_t p = t->up[x], g = t->up[p], middle;

  if (!is_top(t, p)) {
    if (t->left[g] == p) t->left[g] = x;
    else t->right[g] = x;
  }
  if (t->left[p] == x) {
    middle = t->left[p] = t->right[x];
    t->right[x] = p;
  } else {
    middle = t->right[p] = t->left[x];
    t->left[x] = p;
  }
  if (middle) t->up[middle] = p;
  t->up[p] = x;
  t->up[x] = g;
}

static void splay(struct thread_links *t, uint32_t x)
{
  uint32_t p, g;

  while (!is_top(t, x)) {
    p = t->up[x];
    g = t->up[p];
    if (!is_top(t, p))
      rotate(t, (t->left[p] == x) == (t->left[g] == p) ? p : x);
    rotate(t, x);
  }
}

/* x becomes the top of the tree that has the path from the root to x */
static void expose(struct thread_links *t, uint32_t x)
{
  uint32_t below = 0, y;

  for (y = x; y; y = t->up[y]) {
    splay(t, y);
    t->right[y] = below;
    below = y;
  }
  splay(t, x);
}

static uint32_t root_of(struct thread_links *t, uint32_t x)
{
  expose(t, x);
  while (t->left[x]) x = t->left[x];
  splay(t, x);
  return x;
}

static void cut(struct thread_links *t, uint32_t x)
{
  expose(t, x);
  t->up[t->left[x]] = 0;
  t->left[x] = 0;
}

/* from now on: every path is a single node */
static void change_over(struct thread_links *t)
{
  size_t size = (t->anodes + 1) * sizeof *t->up;

  t->up = xalloc(size);
  t->left = xalloc(size);
  t->right = xalloc(size);
  memcpy(t->up, t->parent, (t->nodes + 1) * sizeof *t->up);
  memset(t->left, 0, size);
  memset(t->right, 0, size);
}

/* ---- links ---- */

/* child has no parent: is it above node? */
static int is_above(struct thread_links *t, uint32_t child, uint32_t node)
{
  if (child == node) return 1;
  if (!t->has_child[child]) return 0;
  if (t->up) return root_of(t, node) == child;
  for (; t->parent[node]; node = t->parent[node])
    if (!t->patience--) {
      change_over(t);
      return root_of(t, node) == child;
    }
  return node == child;
}

static void link_up(struct thread_links *t, uint32_t parent, uint32_t child)
{
  if (!parent || is_above(t, child, parent)) return;
  t->parent[child] = parent;
  t->has_child[parent] = 1;
  if (!t->up) return;
  expose(t, child);             /* it has nothing above it */
  t->up[child] = parent;
}

void thread_links_add(struct thread_links *t, uint32_t parent, uint32_t child)
{
  if (!t->parent[child]) link_up(t, parent, child);
}

void thread_links_set(struct thread_links *t, uint32_t parent, uint32_t child)
{
  if (t->parent[child] == parent) return;
  if (t->parent[child]) {
    t->parent[child] = 0;
    if (t->up) cut(t, child);
  }
  link_up(t, parent, child);
}
