/* ISC licence; see LICENSE. */
#include "delivery.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "maildir/filename.h"
#include "maildir/replace.h"

static void make_path(stralloc *out, const char *dir, const char *sub,
                      const stralloc *name)
{
  out->len = 0;
  stralloc_cats(out, dir);
  stralloc_cats(out, sub);
  if (name) stralloc_cat(out, name);
  stralloc_0(out);
}

int delivery_begin(struct delivery *d, int rootfd, const char *dir)
{
  memset(d, 0, sizeof *d);
  d->rootfd = rootfd;
  d->dir = dir;
  filename_unique(&d->uniq);
  make_path(&d->tmp, dir, "/tmp/", &d->uniq);
  d->fd = openat(rootfd, d->tmp.s, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                 0600);
  if (d->fd == -1) d->tmp.len = 0;
  return d->fd == -1 ? -1 : 0;
}

int delivery_write(struct delivery *d, const char *data, size_t len)
{
  const char *p = data, *end = data + len, *lf;

  d->size += len;
  d->vsize += len;
  for (; (lf = memchr(p, '\n', (size_t)(end - p))); p = lf + 1)
    if ((lf == data ? d->last : lf[-1]) != '\r') d->vsize++;
  if (len) d->last = end[-1];
  return fd_put(d->fd, data, len);
}

static int sync_new(const struct delivery *d)
{
  stralloc path = STRALLOC_ZERO;
  int fd, ret, saved;

  make_path(&path, d->dir, "/new", 0);
  fd = openat(d->rootfd, path.s, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ret = fd == -1 ? -1 : sync_dir(fd);
  saved = errno;
  fd_close_once(&fd);
  stralloc_free(&path);
  errno = saved;
  return ret;
}

int delivery_end(struct delivery *d)
{
  stralloc to = STRALLOC_ZERO;
  int ret = -1, saved;

  filename_add_sizes(&d->uniq, d->size, d->vsize);
  make_path(&to, d->dir, "/new/", &d->uniq);
  if (fsync(d->fd) == -1) goto done;
  if (fd_close_once(&d->fd) == -1) goto done;   /* NFS: a full disk */
  if (renameat(d->rootfd, d->tmp.s, d->rootfd, to.s) == -1) goto done;
  d->tmp.len = 0;
  ret = sync_new(d);
  /* what could not be synced is not delivered: the MTA tries again */
  if (ret == -1) {
    saved = errno;
    unlinkat(d->rootfd, to.s, 0);
    errno = saved;
  }
done:
  saved = errno;
  stralloc_free(&to);
  errno = saved;
  return ret;
}

void delivery_drop(struct delivery *d)
{
  int saved = errno;

  fd_close_once(&d->fd);
  if (d->tmp.len) unlinkat(d->rootfd, d->tmp.s, 0);
  stralloc_free(&d->tmp);
  stralloc_free(&d->uniq);
  errno = saved;
}
