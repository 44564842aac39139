/* ISC licence; see LICENSE. */
#include "swap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timedio.h"

/* Where path leads; a file that is not there yet is taken by its name. */
static int resolve(stralloc *out, const char *path)
{
  char *real = realpath(path, 0);

  if (!real && errno != ENOENT) return -1;
  stralloc_copys(out, real ? real : path);
  stralloc_0(out);
  free(real);
  return 0;
}

/* Owner first: chown would take set-id bits off the mode. */
static int dress(int fd, const struct stat *st)
{
  struct stat now;

  if (fstat(fd, &now) == -1) return -1;
  if ((now.st_uid != st->st_uid || now.st_gid != st->st_gid)
      && fchown(fd, st->st_uid, st->st_gid) == -1) return -1;
  return fchmod(fd, st->st_mode & 0777);
}

int swap_open(struct swap *s, const char *path, const char *like, mode_t mode)
{
  struct stat st;
  int known;

  if (resolve(&s->path, path) == -1) return -1;
  stralloc_copys(&s->tmp, s->path.s);
  stralloc_cats(&s->tmp, ".tmp");
  stralloc_0(&s->tmp);
  known = stat(s->path.s, &st) == 0;
  if (!known && errno != ENOENT) return -1;
  if (known && !S_ISREG(st.st_mode)) return (errno = EINVAL, -1);
  if (!known && like) {
    known = stat(like, &st) == 0;
    if (!known && errno != ENOENT) return -1;
  }
  if (unlink(s->tmp.s) == -1 && errno != ENOENT) return -1;
  s->fd = open(s->tmp.s, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
               0600);
  if (s->fd == -1) return -1;
  s->made = 1;
  return known ? dress(s->fd, &st) : fchmod(s->fd, mode);
}

int swap_ready(struct swap *s)
{
  if (fsync(s->fd) == -1) return -1;
  return fd_close_once(&s->fd);
}

static int sync_dir_of(char *path)
{
  char *slash = strrchr(path, '/');
  char keep = 0;
  int fd, r;

  if (slash) {                  /* "/" keeps its only octet */
    keep = slash[1];
    slash[1] = 0;
  }
  fd = open(slash ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (slash) slash[1] = keep;
  if (fd == -1) return -1;
  r = fsync(fd);
  if (close(fd) == -1) r = -1;
  return r;
}

int swap_commit(struct swap *s)
{
  if (rename(s->tmp.s, s->path.s) == -1) return -1;
  s->made = 0;
  return sync_dir_of(s->path.s);
}

void swap_end(struct swap *s)
{
  int saved = errno;

  fd_close_once(&s->fd);
  if (s->made) unlink(s->tmp.s);
  s->made = 0;
  stralloc_free(&s->path);
  stralloc_free(&s->tmp);
  errno = saved;
}

int swap_lock(const char *path, unsigned ms)
{
  static const struct timespec pause = { 0, 50000000 };
  int64_t until = clock_ms() + ms;
  stralloc name = STRALLOC_ZERO;
  int fd, saved;

  if (resolve(&name, path) == -1) return -1;
  name.len--;
  stralloc_cats(&name, ".lock");
  stralloc_0(&name);
  fd = open(name.s, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  saved = errno;
  stralloc_free(&name);
  errno = saved;
  if (fd == -1) return -1;
  while (flock(fd, LOCK_EX | LOCK_NB) == -1) {
    saved = errno;
    if (saved == EWOULDBLOCK && clock_ms() < until) {
      nanosleep(&pause, 0);
      continue;
    }
    close(fd);
    return (errno = saved, -1);
  }
  return fd;
}
