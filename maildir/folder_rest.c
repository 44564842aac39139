/* ISC licence; see LICENSE. */
#include "folder_impl.h"

#include <string.h>

#include "base/alloc.h"

/* A folder's handle over an exec: what it knows and the disk does not. */

void folder_leave(const struct folder *f, struct folder_left *l)
{
  l->uidvalidity = f->uidvalidity;
  l->dirfd = f->dirfd;
  l->watchfd = f->watchfd;
  l->watch_kind = f->watch_kind;
  l->watch_dirs[0] = f->watch_dirs[0];
  l->watch_dirs[1] = f->watch_dirs[1];
  l->extra = f->extra_now;
  l->recent = &f->recent;
  l->own = f->own;
  l->nown = f->nown;
}

void folder_return(struct folder **out, struct account *a,
                   const char *storage, size_t len, int claim,
                   const struct folder_left *l)
{
  struct folder *f = folder_make(a, storage, len, claim);
  size_t i;

  f->uidvalidity = l->uidvalidity;
  f->dirfd = l->dirfd;
  f->watchfd = l->watchfd;
  f->watch_kind = l->watch_kind;
  f->watch_dirs[0] = l->watch_dirs[0];
  f->watch_dirs[1] = l->watch_dirs[1];
  f->extra_now = l->extra;
  uidset_copy(&f->recent, l->recent);
  for (i = 0; i < l->nown; i++) folder_did(f, l->own[i]);
  folder_reload(f);
  *out = f;
}
