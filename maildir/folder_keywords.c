/* ISC licence; see LICENSE. */
#include "folder_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/*
 * The keywords of a folder: names behind the letters, and beyond them those
 * of roost-extra.
 */

int folder_keyword(struct folder *f, const char *name, size_t len, int create)
{
  struct dotlock lock;
  int fd = folder_dirfd(f), i, saved;

  if (fd == -1) return -1;
  if (keywords_read(&f->keywords, fd) == -1) return -1;
  i = keywords_find(&f->keywords, name, len);
  if (i != -1) return i;
  if (!create) {
    errno = ENOENT;
    return -1;
  }
  if (uidlist_lock(&lock, fd) == -1) return -1;
  i = keywords_add(&f->keywords, fd, name, len,
                   f->rec.keywords_used & ~keywords_known(&f->keywords));
  saved = errno;
  dotlock_release(&lock);
  errno = saved;
  return i;
}

const char *folder_keyword_name(struct folder *f, int letter)
{
  int fd;

  if (letter < 0 || letter >= KEYWORD_LETTERS) return 0;
  /* borne by some message, yet unknown: given by another meanwhile? */
  if (!f->keywords.name[letter]
      && (f->rec.keywords_used >> letter & 1 || !f->keywords_read)
      && (fd = folder_dirfd(f)) != -1) {
    keywords_read(&f->keywords, fd);
    f->keywords_read = 1;
  }
  return f->keywords.name[letter];
}

/* ---- beyond the letters ---- */

void keyword_ids_free(struct keyword_ids *k)
{
  free(k->id);
  k->id = 0;
  k->n = k->a = 0;
}

static void add_id(struct keyword_ids *k, uint32_t id)
{
  size_t i;

  for (i = 0; i < k->n; i++)
    if (k->id[i] == id) return;
  if (k->n == k->a) {
    k->a = k->a ? k->a * 2 : 4;
    k->id = xrealloc(k->id, k->a * sizeof *k->id);
  }
  k->id[k->n++] = id;
}

/* is there a letter for it, or one to be had? */
static int full(const struct folder *f)
{
  static const uint32_t all = (1u << KEYWORD_LETTERS) - 1;

  return (keywords_known(&f->keywords) | f->rec.keywords_used) == all;
}

int folder_keyword_ids(struct folder *f, const char *name, size_t len,
                       int create, uint32_t *letters, struct keyword_ids *ids)
{
  long id = extra_find(folder_extra(f), name, len);
  int fd = folder_dirfd(f), letter;

  if (fd == -1 || keywords_read(&f->keywords, fd) == -1) return -1;
  letter = keywords_find(&f->keywords, name, len);
  if (letter == -1 && create && !full(f)) {
    letter = folder_keyword(f, name, len, 1);
    if (letter == -1 && errno != EMFILE) return -1;
  }
  if (letter == -1 && id == -1 && create) {
    id = extra_name(&f->extra, name, len);
    if (id == -1) return -1;
  }
  if (letter != -1) *letters |= 1u << letter;
  if (id != -1 && (letter == -1 || !create)) add_id(ids, (uint32_t)id);
  return 0;
}

const char *folder_keyword_next(struct folder *f, uint32_t uid,
                                uint32_t letters, size_t *at)
{
  const struct extra *e = folder_extra(f);
  const struct extra_word *w;
  int letter;

  while (*at < e->n) {
    w = e->word + (*at)++;
    if (!w->uids.n || (uid && !uidset_has(&w->uids, uid))) continue;
    letter = letters ? keywords_find(&f->keywords, w->name, strlen(w->name))
                     : -1;
    if (letter == -1 || !(letters >> letter & 1)) return w->name;
  }
  return 0;
}

const struct uidset *folder_keyword_uids(struct folder *f, uint32_t id)
{
  static const struct uidset none = UIDSET_ZERO;
  const struct extra *e = folder_extra(f);

  return id < e->n ? &e->word[id].uids : &none;
}

int64_t folder_saved(struct folder *f, const struct message *m)
{
  uint32_t micro;
  int64_t t = extra_saved(folder_extra(f), m->uid);

  if (t != INT64_MIN) return t;
  t = filename_time(m->name, m->namelen, &micro);
  return t < TIME_MIN ? INT64_MIN : t;
}

/* append the names of what a message bears, each ended by NUL */
void folder_extra_names(struct folder *f, uint32_t uid, stralloc *names)
{
  const char *s;
  size_t at = 0;

  while ((s = folder_keyword_next(f, uid, 0, &at))) {
    stralloc_cats(names, s);
    stralloc_0(names);
  }
}
