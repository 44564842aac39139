/* ISC licence; see LICENSE. */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "filename.h"
#include "replace.h"
#include "tree_impl.h"

#define DEPTH_LIMIT 16          /* a folder has 2 levels; caches a few more */
#define SWEEP_AGE (36 * 3600)   /* seconds, as for files in tmp/ */

static int remove_dir(int dirfd, const char *name, int depth);

/* Whether an entry is a directory; a link to one is not. */
static int is_dir(int dirfd, const struct dirent *e)
{
  struct stat st;

  if (e->d_type != DT_UNKNOWN) return e->d_type == DT_DIR;
  return fstatat(dirfd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0
    && S_ISDIR(st.st_mode);
}

static int remove_entry(int dirfd, const struct dirent *e, int depth)
{
  if (is_dir(dirfd, e)) return remove_dir(dirfd, e->d_name, depth + 1);
  return unlinkat(dirfd, e->d_name, 0) == -1 && errno != ENOENT ? -1 : 0;
}

static int dots(const char *s)
{
  return s[0] == '.' && (!s[1] || (s[1] == '.' && !s[2]));
}

/* Remove what is in the open directory fd, which is closed. Goes on after a
 * failure and tells the last. */
static int empty_dir(int fd, int depth)
{
  DIR *d = fdopendir(fd);
  struct dirent *e;
  int ret = 0, saved = 0;

  if (!d) {
    saved = errno;
    close(fd);
    errno = saved;
    return -1;
  }
  while ((errno = 0, e = readdir(d)))
    if (!dots(e->d_name) && remove_entry(dirfd(d), e, depth) == -1) {
      saved = errno;
      ret = -1;
    }
  if (errno) {
    saved = errno;
    ret = -1;
  }
  closedir(d);
  errno = saved;
  return ret;
}

static int remove_dir(int dirfd, const char *name, int depth)
{
  int fd;

  if (depth > DEPTH_LIMIT) {
    errno = ELOOP;
    return -1;
  }
  /* what has gone meanwhile was removed by another who does the same */
  fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (fd == -1) return errno == ENOENT ? 0 : -1;
  if (empty_dir(fd, depth) == -1) return -1;
  return unlinkat(dirfd, name, AT_REMOVEDIR) == -1 && errno != ENOENT ? -1 : 0;
}

int remove_below(int dirfd, const char *name)
{
  return remove_dir(dirfd, name, 0);
}

/*
 * Not even a new name finds room: empty the folder where it is, mail first,
 * so that a kill leaves less of it and never a part that looks like another.
 */
static int delete_in_place(const struct tree *t, const char *dir)
{
  static const char *const part[] = { "cur", "new", "tmp" };
  int fd = openat(t->rootfd, dir,
                  O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW), i;

  if (fd == -1) return -1;
  for (i = 0; i < 3; i++)
    if (remove_below(fd, part[i]) == -1) break;
  close(fd);
  return remove_below(t->rootfd, dir);
}

static int delete(const struct tree *t, const char *dir)
{
  stralloc tmp = STRALLOC_ZERO;
  struct stat st;
  int ret = -1, saved;

  stralloc_cats(&tmp, TREE_DELETE);
  filename_unique(&tmp);
  stralloc_0(&tmp);
  if (fstatat(t->rootfd, dir, &st, AT_SYMLINK_NOFOLLOW) == -1) goto done;
  if (S_ISLNK(st.st_mode)) ret = unlinkat(t->rootfd, dir, 0);
  else if (renameat(t->rootfd, dir, t->rootfd, tmp.s) == 0) {
    ret = sync_dir(t->rootfd);
    if (remove_below(t->rootfd, tmp.s) == -1) log_fault_file("delete-left", tmp.s);
  } else if (errno == ENOSPC || errno == EDQUOT)
    ret = delete_in_place(t, dir);
done:
  saved = errno;
  stralloc_free(&tmp);
  errno = saved;
  return ret;
}

int tree_delete(const struct tree *t, const char *storage, size_t len)
{
  stralloc dir = STRALLOC_ZERO;
  int ret, saved;

  if (!len) {
    errno = EINVAL;
    return -1;
  }
  ret = tree_exists(t, storage, len);
  if (ret == 0) errno = ENOENT;
  if (ret != 1) return -1;
  tree_dir(&dir, storage, len);
  ret = delete(t, dir.s);
  saved = errno;
  stralloc_free(&dir);
  errno = saved;
  return ret;
}

/* When the name was made, 0 if it is not one of ours. */
static int64_t made_at(const char *name)
{
  const char *rest;
  uint32_t micro;

  if (!strncmp(name, TREE_CREATE, sizeof TREE_CREATE - 1))
    rest = name + sizeof TREE_CREATE - 1;
  else if (!strncmp(name, TREE_DELETE, sizeof TREE_DELETE - 1))
    rest = name + sizeof TREE_DELETE - 1;
  else return 0;
  return filename_time(rest, strlen(rest), &micro);
}

void tree_sweep(const struct tree *t)
{
  int fd = openat(t->rootfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *d = fd == -1 ? 0 : fdopendir(fd);
  int64_t now = time(0), made;
  struct dirent *e;

  if (!d) {
    if (fd != -1) close(fd);
    return;
  }
  while ((e = readdir(d))) {
    made = made_at(e->d_name);
    if (made && made < now - SWEEP_AGE
        && remove_below(t->rootfd, e->d_name) == -1)
      log_fault_file("delete-left", e->d_name);
  }
  closedir(d);
}
