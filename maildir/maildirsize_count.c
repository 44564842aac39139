/* ISC licence; see LICENSE. */
#include "maildirsize_count.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "filename.h"
#include "maildirsize.h"
#include "tree.h"

/* Called with a directory of mail relative to rootfd; 0 or -1. */
typedef int each_dir(struct usage *, int rootfd, const char *path);

/* new/ and cur/ of one folder */
static int two_dirs(struct usage *u, int rootfd, const char *storage,
                    each_dir *each)
{
  static const char *const part[] = { "/new", "/cur" };
  stralloc path = STRALLOC_ZERO;
  int i, ret = 0, saved;

  for (i = 0; i < 2 && ret == 0; i++) {
    path.len = 0;
    tree_dir(&path, storage, strlen(storage));
    path.len--;
    stralloc_catb(&path, part[i], sizeof "/new");
    ret = each(u, rootfd, path.s);
    if (ret == -1 && (errno == ENOENT || errno == ENOTDIR)) ret = 0;
  }
  saved = errno;
  stralloc_free(&path);
  errno = saved;
  return ret;
}

static int all_dirs(struct usage *u, int rootfd, each_dir *each)
{
  struct tree t = { 0 };
  stralloc names = STRALLOC_ZERO;
  const char *s;
  int ret, saved;

  t.rootfd = rootfd;
  ret = tree_list(&t, &names);
  if (ret == 0) ret = two_dirs(u, rootfd, "", each);
  for (s = names.s; ret == 0 && s && s < names.s + names.len;
       s += strlen(s) + 1)
    if (maildirsize_counts(s, strlen(s), 0))
      ret = two_dirs(u, rootfd, s, each);
  saved = errno;
  stralloc_free(&names);
  errno = saved;
  return ret;
}

static int look(struct usage *u, int rootfd, const char *path)
{
  struct stat st;
  int64_t ns;

  if (fstatat(rootfd, path, &st, 0) == -1) return -1;
  ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
  if (ns > u->newest) u->newest = ns;
  return 0;
}

/* One directory entry. A message that leaves meanwhile counts nothing: the
 * directory's mtime then tells that all has to be done again. */
static void count_entry(struct usage *u, int dirfd, const char *name)
{
  size_t len = strlen(name);
  uint32_t flags, keywords;
  struct stat st;
  int64_t size;

  if (*name == '.') return;
  filename_flags(name, len, &flags, &keywords);
  if (flags & MF_DELETED) return;
  size = filename_size(name, len, 'S');
  if (size == -1) {
    if (fstatat(dirfd, name, &st, 0) == -1) return;
    size = st.st_size;
  }
  if (__builtin_add_overflow(u->bytes, size, &u->bytes)) u->bytes = INT64_MAX;
  u->count++;
}

static int count_dir(struct usage *u, int rootfd, const char *path)
{
  int fd = openat(rootfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), saved;
  DIR *d = fd == -1 ? 0 : fdopendir(fd);
  struct dirent *e;

  if (!d) {
    saved = errno;
    if (fd != -1) close(fd);
    errno = saved;
    return -1;
  }
  while ((errno = 0, e = readdir(d))) count_entry(u, dirfd(d), e->d_name);
  saved = errno;
  closedir(d);
  errno = saved;
  return saved ? -1 : 0;
}

int usage_newest(int64_t *newest, int rootfd)
{
  struct usage u = { 0, 0, 0 };
  int ret = all_dirs(&u, rootfd, look);

  *newest = u.newest;
  return ret;
}

int usage_count(struct usage *u, int rootfd)
{
  memset(u, 0, sizeof *u);
  if (all_dirs(u, rootfd, look) == -1) return -1;
  return all_dirs(u, rootfd, count_dir);
}
