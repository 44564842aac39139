/* ISC licence; see LICENSE. */
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "replace.h"
#include "tree_impl.h"

/*
 * The folder and its children move one by one. Longest names first: after a
 * kill the folder itself still has its old name, so the same RENAME is still
 * possible and takes the rest along. Only where the new name is an ancestor
 * of the old one ("a.b" to "a") shorter names go first, for "a.b.b" takes the
 * place that "a.b" has left.
 */
struct move { char *old, *new; };

struct moves {
  struct move *m;
  size_t n, a;
};

static char *joined(const char *s, size_t len, const char *rest)
{
  size_t n = strlen(rest);
  char *p = xalloc(len + n + 1);

  memcpy(p, s, len);
  memcpy(p + len, rest, n + 1);
  return p;
}

static void add(struct moves *v, const char *old, size_t fromlen,
                const char *to, size_t tolen)
{
  if (v->n == v->a) {
    v->a = v->a * 2 + 16;
    v->m = xrealloc(v->m, v->a * sizeof *v->m);
  }
  v->m[v->n].old = xstrdup(old);
  v->m[v->n++].new = joined(to, tolen, old + fromlen);
}

static void moves_free(struct moves *v)
{
  size_t i;

  for (i = 0; i < v->n; i++) {
    free(v->m[i].old);
    free(v->m[i].new);
  }
  free(v->m);
}

/* 1 if name is from or below it */
static int within(const char *name, size_t len, const char *from,
                  size_t fromlen)
{
  return len >= fromlen && !memcmp(name, from, fromlen)
    && (len == fromlen || name[fromlen] == '.');
}

static int shorter_first(const void *a, const void *b)
{
  const struct move *x = a, *y = b;
  size_t n = strlen(x->old), m = strlen(y->old);

  return n != m ? (n < m ? -1 : 1) : strcmp(x->old, y->old);
}

static int longer_first(const void *a, const void *b)
{
  return shorter_first(b, a);
}

static int by_new(const void *a, const void *b)
{
  return strcmp(((const struct move *)a)->new, ((const struct move *)b)->new);
}

/* Is one of the new names taken by a folder that does not move itself? Both
 * lists are walked once, in octet order. */
static int collision(struct moves *v, const stralloc *names,
                     const char *from, size_t fromlen)
{
  const char *s = names->s, *end = names->s + names->len;
  size_t i;
  int c;

  qsort(v->m, v->n, sizeof *v->m, by_new);
  for (i = 0; i < v->n && s < end; ) {
    c = strcmp(v->m[i].new, s);
    if (!c && !within(s, strlen(s), from, fromlen)) return 1;
    if (c <= 0) i++;
    else s += strlen(s) + 1;
  }
  return 0;
}

static int too_long(const struct moves *v)
{
  size_t i;

  for (i = 0; i < v->n; i++)
    if (strlen(v->m[i].new) >= TREE_DIR_LIMIT) return 1;
  return 0;
}

/* What is to be moved; -1 with errno if that may not be. */
static int plan(const struct tree *t, struct moves *v, const char *from,
                size_t fromlen, const char *to, size_t tolen)
{
  stralloc names = STRALLOC_ZERO;
  const char *s;
  int ret = 0;

  if (tree_list(t, &names) == -1) return -1;
  for (s = names.s; s && s < names.s + names.len; s += strlen(s) + 1)
    if (within(s, strlen(s), from, fromlen)) add(v, s, fromlen, to, tolen);
  if (!v->n) errno = ENOENT;
  else if (too_long(v)) errno = ENAMETOOLONG;
  else if (collision(v, &names, from, fromlen)) errno = EEXIST;
  else ret = 1;
  stralloc_free(&names);                /* free(3) keeps errno */
  return ret ? 0 : -1;
}

static int move(const struct tree *t, const char *old, const char *new,
                tree_moved *each, void *arg)
{
  stralloc a = STRALLOC_ZERO, b = STRALLOC_ZERO;
  int ret, saved;

  tree_dir(&a, old, strlen(old));
  tree_dir(&b, new, strlen(new));
  ret = rename_new(t->rootfd, a.s, b.s);
  saved = errno;
  stralloc_free(&a);
  stralloc_free(&b);
  if (ret == 0 && each) each(arg, old, new);
  errno = saved;
  return ret;
}

static int move_all(const struct tree *t, const struct moves *v,
                    tree_moved *each, void *arg)
{
  size_t i;
  int saved;

  for (i = 0; i < v->n; i++)
    if (move(t, v->m[i].old, v->m[i].new, each, arg) == -1) break;
  if (i == v->n && sync_dir(t->rootfd) == 0) return 0;
  saved = errno;
  while (i--)                   /* whatever can go back, goes back */
    move(t, v->m[i].new, v->m[i].old, each, arg);
  sync_dir(t->rootfd);
  errno = saved;
  return -1;
}

int tree_rename(const struct tree *t, const char *from, size_t fromlen,
                const char *to, size_t tolen, tree_moved *each, void *arg)
{
  struct moves v = { 0, 0, 0 };
  int ret, saved;

  if (!tolen || (tolen == fromlen && !memcmp(to, from, tolen))) {
    errno = EEXIST;
    return -1;
  }
  if (!fromlen || within(to, tolen, from, fromlen)) {
    errno = EINVAL;
    return -1;
  }
  ret = plan(t, &v, from, fromlen, to, tolen);
  if (ret == 0) {
    qsort(v.m, v.n, sizeof *v.m,
          within(from, fromlen, to, tolen) ? shorter_first : longer_first);
    ret = move_all(t, &v, each, arg);
  }
  saved = errno;
  moves_free(&v);
  errno = saved;
  return ret;
}
