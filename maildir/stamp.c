/* ISC licence; see LICENSE. */
#include "stamp.h"

static int64_t ns_of(const struct timespec *t)
{
  return (int64_t)((uint64_t)t->tv_sec * 1000000000u + (uint64_t)t->tv_nsec);
}

void stamp_of(struct stamp *s, const struct stat *st)
{
  s->dev = st->st_dev;
  s->ino = st->st_ino;
  s->size = (uint64_t)st->st_size;
  s->mtime_ns = ns_of(&st->st_mtim);
  s->ctime_ns = ns_of(&st->st_ctim);
}

int stamp_eq(const struct stamp *a, const struct stamp *b)
{
  return a->dev == b->dev && a->ino == b->ino && a->size == b->size
    && a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns;
}
