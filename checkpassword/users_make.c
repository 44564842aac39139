/* ISC licence; see LICENSE. */
#include "users_cdb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <skalibs/cdbmake.h>
#include <skalibs/random.h>

#include "base/alloc.h"

/* The names so far, to find those that are there twice. */
struct seen {
  stralloc names;               /* 0-terminated, one behind the other */
  struct { size_t at; unsigned long line; } *list;
  size_t n, room;
};

static void see(struct seen *s, const char *name, unsigned long line)
{
  if (s->n == s->room) {
    s->room = s->room ? s->room * 2 : 64;
    s->list = xrealloc(s->list, s->room * sizeof *s->list);
  }
  s->list[s->n].at = s->names.len;
  s->list[s->n++].line = line;
  stralloc_catb(&s->names, name, strlen(name) + 1);
}

static int by_name(const void *va, const void *vb, void *names)
{
  const size_t *a = va, *b = vb;
  int r = strcmp((char *)names + *a, (char *)names + *b);

  return r ? r : *a < *b ? -1 : *a > *b;
}

/* 0, or the line of the second user of some name: the first such line */
static unsigned long twice(struct seen *s)
{
  unsigned long line = 0;
  size_t i;

  if (!s->n) return 0;
  qsort_r(s->list, s->n, sizeof *s->list, by_name, s->names.s);
  for (i = 1; i < s->n; i++)
    if (!strcmp(s->names.s + s->list[i - 1].at, s->names.s + s->list[i].at)
        && (!line || s->list[i].line < line)) line = s->list[i].line;
  return line;
}

static int add_user(cdbmaker *m, const struct user *u)
{
  stralloc key = STRALLOC_ZERO, data = STRALLOC_ZERO;
  int r;

  stralloc_catb(&key, "user", 5);
  stralloc_catb(&key, u->name.s, u->name.len - 1);
  stralloc_cat(&data, &u->hash);
  stralloc_catu(&data, u->uid);
  stralloc_0(&data);
  stralloc_catu(&data, u->gid);
  stralloc_0(&data);
  stralloc_cat(&data, &u->home);
  stralloc_cat(&data, &u->env);
  r = cdbmake_add(m, key.s, (unsigned)key.len, data.s, (unsigned)data.len);
  stralloc_free(&key);
  explicit_bzero(data.s, data.len);
  stralloc_free(&data);
  return r ? 0 : -1;
}

static int add_users(cdbmaker *m, struct users_text *t, struct dummies *d,
                     struct users_error *err)
{
  struct users_entry e = { .user = USER_ZERO };
  struct seen seen = { .n = 0 };
  int r;

  while ((r = users_text_next(t, &e, err)) == 1) {
    see(&seen, e.user.name.s, e.line);
    dummies_add(d, e.user.hash.s);
    if (add_user(m, &e.user) == -1) break;
  }
  if (!r && (err->line = twice(&seen))) {
    err->reason = "a user of this name is already there";
    r = -1;
  }
  user_free(&e.user);
  stralloc_free(&seen.names);
  free(seen.list);
  return r ? -1 : 0;
}

static int add_rest(cdbmaker *m, const struct dummies *d)
{
  stralloc s = STRALLOC_ZERO;
  int r;

  dummies_save(d, &s);
  r = cdbmake_add(m, "dummies", 7, s.s, (unsigned)s.len)
    && cdbmake_add(m, "roost-users", 11, "1", 1)
    && cdbmake_finish(m);
  stralloc_free(&s);
  return r ? 0 : -1;
}

int users_cdb_write(int fd, const char *text, size_t len,
                    const struct users_cdb *old, struct users_error *err)
{
  struct users_text t = { .text = text, .len = len, .line = 1 };
  struct dummies d = DUMMIES_ZERO;
  cdbmaker m = CDBMAKER_ZERO;
  int r = -1, saved;

  err->reason = 0;
  if (old) memcpy(d.key, old->dummies.key, DUMMY_KEY);
  else random_buf(d.key, DUMMY_KEY);
  if (cdbmake_start(&m, fd) && add_users(&m, &t, &d, err) == 0)
    r = add_rest(&m, &d);
  saved = errno;
  dummies_free(&d);
  genalloc_free(diuint32, &m.hplist);
  errno = saved;
  return r;
}
