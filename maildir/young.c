/* ISC licence; see LICENSE. */
#include "young.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "filename.h"

#define OLD 600                 /* s: older files the kernel has written */
#define MANY 16                 /* from here on one syncfs costs less */

int young_is(const char *name, size_t len)
{
  uint32_t micro;
  int64_t t = filename_time(name, len, &micro);

  return t < TIME_MIN || (int64_t)time(0) - t <= OLD;
}

static int sync_file(void *arg, struct folder *f, const struct record *r)
{
  stralloc path = STRALLOC_ZERO;
  int fd, ret, saved;

  (void)arg;
  folder_path(f, &path, r->m.in_new, r->name, r->m.namelen);
  fd = openat(f->account->rootfd, path.s, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  stralloc_free(&path);                 /* free(3) keeps errno */
  if (fd == -1) return -1;
  ret = fsync(fd);
  saved = errno;
  close(fd);
  errno = saved;
  return ret;
}

/* A network file system may take syncfs for its own memory only. One that
 * reports an error may mean another's file: then each speaks for itself. */
static int sync_at_once(struct folder *f)
{
  int fd = folder_dirfd(f);

  return tick_ns(f->account) == TICK_LOCAL_NS && fd != -1 && syncfs(fd) == 0;
}

/* a fifo, a link out of the Maildir, another's file that may not be read */
static int no_such_sync(int e)
{
  return e == EINVAL || e == EACCES || e == EPERM || e == ELOOP || e == ENXIO;
}

int young_sync(struct folder *f, const struct uidset *uids)
{
  uint32_t uid = 0;

  if (uidset_count(uids) >= MANY && sync_at_once(f)) return 0;
  while (uid != UINT32_MAX && (uid = uidset_next(uids, uid + 1))) {
    if (file_of(f, uid, sync_file, 0) == 0 || errno == ENOENT) continue;
    return no_such_sync(errno) && sync_at_once(f) ? 0 : -1;
  }
  return 0;
}
