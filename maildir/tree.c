/* ISC licence; see LICENSE. */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "filename.h"
#include "names.h"
#include "replace.h"
#include "takeover.h"
#include "tree_impl.h"
#include "uidlist.h"

/* Is there a directory cur/ in dir? A link is followed. 1, 0, -1. */
static int has_cur(int rootfd, const char *dir)
{
  char path[TREE_DIR_LIMIT + 8];
  struct stat st;

  snprintf(path, sizeof path, "%s/cur", dir);
  if (fstatat(rootfd, path, &st, 0) == 0) return S_ISDIR(st.st_mode) != 0;
  return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? 0 : -1;
}

int tree_exists(const struct tree *t, const char *storage, size_t len)
{
  stralloc dir = STRALLOC_ZERO;
  int ret;

  if (len >= TREE_DIR_LIMIT) return 0;
  if (!len) return has_cur(t->rootfd, ".");
  tree_dir(&dir, storage, len);
  ret = has_cur(t->rootfd, dir.s);
  stralloc_free(&dir);
  return ret;
}

/* ".x" that may be a folder, by its name and what readdir tells of it */
static int may_be_folder(const struct dirent *e)
{
  return e->d_name[0] == '.' && e->d_name[1] && e->d_name[1] != '.'
    && (e->d_type == DT_DIR || e->d_type == DT_LNK || e->d_type == DT_UNKNOWN);
}

int tree_list(const struct tree *t, stralloc *names)
{
  int fd = openat(t->rootfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *d = fd == -1 ? 0 : fdopendir(fd);
  size_t start = names->len;
  struct dirent *e;
  int saved, is;

  if (!d) {
    fd_close_once(&fd);
    return -1;
  }
  for (;;) {
    errno = 0;
    e = readdir(d);
    if (!e) break;
    is = may_be_folder(e) ? has_cur(t->rootfd, e->d_name) : 0;
    /* one that is only closed to us is left out; but a disk that fails must
     * not make clients believe that folders have gone */
    if (is == -1 && errno != EACCES) break;
    if (is == 1)
      stralloc_catb(names, e->d_name + 1, strlen(e->d_name + 1) + 1);
  }
  saved = errno;
  closedir(d);
  if (saved) {
    names->len = start;
    errno = saved;
    return -1;
  }
  names_sort(names, start);
  return 0;
}

static mode_t root_mode(const struct tree *t)
{
  struct stat st;

  if (fstat(t->rootfd, &st) == -1) return 0700;
  return (st.st_mode & 02777) | 0700;
}

/* A directory with the root's mode, whatever the umask; 0, or -1 */
static int make_dir(int dirfd, const char *name, mode_t mode)
{
  if (mkdirat(dirfd, name, mode & 0777) == -1) return -1;
  if (fchmodat(dirfd, name, mode, 0) == -1 && errno != EPERM) return -1;
  return 0;
}

/* Those of tmp, new, cur that are missing, cur last: it makes the folder. */
static int make_parts(int dirfd, mode_t mode)
{
  static const char *const part[] = { "tmp", "new", "cur" };
  int i;

  for (i = 0; i < 3; i++)
    if (make_dir(dirfd, part[i], mode) == -1 && errno != EEXIST) return -1;
  return 0;
}

int tree_make_inbox(const struct tree *t)
{
  if (t->plain) return 0;
  if (make_parts(t->rootfd, root_mode(t)) == -1) return -1;
  return sync_dir(t->rootfd);
}

/* The empty file that tells deliverers: the quota is kept one level up. */
static int make_marker(int dirfd)
{
  int fd = openat(dirfd, "maildirfolder", O_WRONLY | O_CREAT | O_CLOEXEC,
                  0600);

  if (fd == -1) return -1;
  give_mode(fd, dirfd);
  close(fd);
  return 0;
}

static int make_uidlist(const struct tree *t, int dirfd)
{
  static const stralloc no_lines = STRALLOC_ZERO;
  struct uidlist u = { 0 };
  struct stat st;
  int ret;

  if (fstatat(dirfd, UIDLIST_NAME, &st, AT_SYMLINK_NOFOLLOW) == 0
      || takeover_waits(dirfd)) return 0;
  u.uidvalidity = uidvalidity_next(t->rootfd);
  u.uidnext = 1;
  ret = uidlist_create(&u, dirfd, &no_lines);
  uidlist_free(&u);
  return ret;
}

/* All that a folder has, into the directory name of the root; 0, or -1 */
static int fill(const struct tree *t, const char *name)
{
  int fd = openat(t->rootfd, name,
                  O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  int ret = -1, saved;

  if (fd == -1) return -1;
  if (make_marker(fd) == 0 && make_uidlist(t, fd) == 0
      && make_parts(fd, root_mode(t)) == 0) ret = sync_dir(fd);
  saved = errno;
  fd_close_once(&fd);
  errno = saved;
  return ret;
}

int rename_new(int dirfd, const char *from, const char *to)
{
  struct stat st;

  if (renameat2(dirfd, from, dirfd, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  /* a file system without the flag: look, then rename; between the two a
   * directory with something in it is still safe */
  if (fstatat(dirfd, to, &st, AT_SYMLINK_NOFOLLOW) == 0) errno = EEXIST;
  else if (errno == ENOENT) {
    if (renameat(dirfd, from, dirfd, to) == 0) return 0;
    if (errno == ENOTEMPTY) errno = EEXIST;
  }
  return -1;
}

/* dir exists already: complete it if it is a directory without cur/ */
static int complete(const struct tree *t, const char *dir)
{
  struct stat st;

  if (fstatat(t->rootfd, dir, &st, AT_SYMLINK_NOFOLLOW) == 0
      && S_ISDIR(st.st_mode) && has_cur(t->rootfd, dir) == 0) {
    if (fill(t, dir) == -1) return -1;
    if (has_cur(t->rootfd, dir) == 1) return 0; /* and not a file cur */
  }
  errno = EEXIST;
  return -1;
}

static int create(const struct tree *t, const char *dir)
{
  stralloc tmp = STRALLOC_ZERO;
  int made = 0, ret = -1, saved;

  stralloc_cats(&tmp, TREE_CREATE);
  filename_unique(&tmp);
  stralloc_0(&tmp);
  if (make_dir(t->rootfd, tmp.s, root_mode(t)) == -1) goto done;
  made = 1;
  if (fill(t, tmp.s) == -1) goto done;
  if (rename_new(t->rootfd, tmp.s, dir) == -1) {
    if (errno == EEXIST) ret = complete(t, dir);
    goto done;
  }
  made = 0;
  ret = 0;
done:
  saved = errno;
  if (made) remove_below(t->rootfd, tmp.s);
  stralloc_free(&tmp);
  errno = saved;
  return ret == 0 ? sync_dir(t->rootfd) : -1;
}

int tree_create(const struct tree *t, const char *storage, size_t len)
{
  stralloc dir = STRALLOC_ZERO;
  int ret, saved;

  if (!len || len >= TREE_DIR_LIMIT) {
    errno = len ? ENAMETOOLONG : EEXIST;
    return -1;
  }
  tree_dir(&dir, storage, len);
  ret = has_cur(t->rootfd, dir.s);
  if (ret == 1) errno = EEXIST;
  ret = ret == 0 ? create(t, dir.s) : -1;
  saved = errno;
  stralloc_free(&dir);
  errno = saved;
  return ret;
}
