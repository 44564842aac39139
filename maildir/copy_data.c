/* ISC licence; see LICENSE. */
#include "copy_data.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timedio.h"

#define PIECE 32768

/* A Landlock fence says EXDEV, too. EPERM is a file system without links, or
 * the kernel's rule that one links only files of one's own. */
int copy_needed(int e, int move)
{
  if (e == EXDEV) return 1;
  return !move && (e == EPERM || e == EMLINK || e == EOPNOTSUPP);
}

static int copy_text(int in, int out)
{
  char buf[PIECE];
  struct timespec t[2];
  struct stat st;
  ssize_t r;

  if (fstat(in, &st) == -1) return -1;
  if (!S_ISREG(st.st_mode)) {
    errno = EINVAL;
    return -1;
  }
  do {
    r = read(in, buf, sizeof buf);
    if (r == -1 && errno == EINTR) continue;
    if (r == -1 || (r && fd_put(out, buf, (size_t)r) == -1)) return -1;
  } while (r);
  t[0].tv_sec = 0;
  t[0].tv_nsec = UTIME_OMIT;
  t[1] = st.st_mtim;            /* INTERNALDATE */
  return futimens(out, t) == -1 || fsync(out) == -1 ? -1 : 0;
}

int copy_data(struct folder *dst, const char *from, const char *to)
{
  int root = dst->account->rootfd, in, out = -1, ret = -1, saved;
  stralloc name = STRALLOC_ZERO, tmp = STRALLOC_ZERO;

  in = openat(root, from, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (in == -1) return -1;
  filename_unique(&name);
  stralloc_cats(&tmp, dst->dir.s);
  stralloc_cats(&tmp, "/tmp/");
  stralloc_cat(&tmp, &name);
  stralloc_0(&tmp);
  out = openat(root, tmp.s, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (out != -1) {
    ret = copy_text(in, out);
    saved = errno;
    if (fd_close_once(&out) == -1 && ret == 0) {
      saved = errno;            /* NFS: a full disk */
      ret = -1;
    }
    errno = saved;
    if (ret == 0) ret = rename_keep(root, tmp.s, root, to);
    saved = errno;
    if (ret == -1) unlinkat(root, tmp.s, 0);
    errno = saved;
  }
  saved = errno;
  close(in);
  stralloc_free(&name);
  stralloc_free(&tmp);
  errno = saved;
  return ret;
}
