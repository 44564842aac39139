/* ISC licence; see LICENSE. */
#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timedio.h"

int sync_dir(int dirfd)
{
  if (fsync(dirfd) == 0 || errno == EINVAL || errno == ENOTSUP) return 0;
  return -1;
}

void give_mode(int fd, int dirfd)
{
  struct stat dir, st;

  if (fstat(dirfd, &dir) == -1 || fstat(fd, &st) == -1) return;
  /* a group that may not be given must not get the rights of another */
  if (st.st_gid != dir.st_gid && fchown(fd, (uid_t)-1, dir.st_gid) == -1)
    dir.st_mode &= ~(mode_t)070;
  if (fchmod(fd, (dir.st_mode & 0666) | 0600) == -1) return;
}

static int raise_mtime(int fd, int dirfd, const char *name)
{
  struct timespec t[2];
  struct stat old, st;

  if (fstatat(dirfd, name, &old, AT_SYMLINK_NOFOLLOW) == -1)
    return errno == ENOENT ? 0 : -1;
  if (fstat(fd, &st) == -1) return -1;
  if (st.st_mtime > old.st_mtime) return 0;
  t[0] = st.st_atim;
  t[1].tv_sec = old.st_mtime + 1;
  t[1].tv_nsec = 0;
  return futimens(fd, t);
}

int replace_file(int dirfd, const char *tmp, const char *name,
                 const struct iovec *v, int n, struct stat *st)
{
  int fd = -1, made = 0, ret = -1, saved, i;

  if (unlinkat(dirfd, tmp, 0) == -1 && errno != ENOENT) return -1;
  fd = openat(dirfd, tmp,
              O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd == -1) goto done;
  made = 1;
  give_mode(fd, dirfd);
  for (i = 0; i < n; i++)
    if (fd_put(fd, v[i].iov_base, v[i].iov_len) == -1) goto done;
  if (raise_mtime(fd, dirfd, name) == -1 || fsync(fd) == -1) goto done;
  if (renameat(dirfd, tmp, dirfd, name) == -1) goto done;
  made = 0;
  if (st && fstat(fd, st) == -1) goto done;
  ret = sync_dir(dirfd);
done:
  saved = errno;
  fd_close_once(&fd);
  if (made) unlinkat(dirfd, tmp, 0);
  errno = saved;
  return ret;
}

int read_whole(stralloc *sa, int dirfd, const char *name, size_t limit,
               struct stat *st)
{
  int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  size_t start = sa->len;
  struct stat now;
  ssize_t r = -1;
  int saved;

  if (fd == -1) return -1;
  if (fstat(fd, &now) == -1) goto done;
  if (!S_ISREG(now.st_mode)) {
    errno = EINVAL;
    goto done;
  }
  if (st) *st = now;
  for (;;) {
    stralloc_readyplus(sa, 4096);
    r = read(fd, sa->s + sa->len, sa->a - sa->len);
    if (r <= 0) break;
    sa->len += (size_t)r;
    if (sa->len - start > limit) {
      errno = EFBIG;
      r = -1;
      break;
    }
  }
done:
  saved = errno;
  close(fd);
  if (r == -1) sa->len = start;
  errno = saved;
  return r == -1 ? -1 : 0;
}
