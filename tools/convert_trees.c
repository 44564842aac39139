/* ISC licence; see LICENSE. */
#include "convert_trees.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"

#define DEPTH_MAX 12            /* directories above a Maildir */
#define LINE_MAX_IN 4096        /* of the list on descriptor 0 */

static void add_path(struct trees *r, const char *s)
{
  stralloc_cats(&r->paths, s);
  stralloc_0(&r->paths);
  stralloc_catb(&r->lengths, (const char *)&r->tree, sizeof r->tree);
  r->n++;
}

static int has(int fd, const char *sub)
{
  struct stat st;

  return fstatat(fd, sub, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

static int by_text(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* the directories in fd, sorted; no links, nothing hidden */
static char **directories(int fd, const char *dir, size_t *n)
{
  int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *d = copy == -1 ? 0 : fdopendir(copy);
  struct dirent *e;
  struct stat st;
  char **v = 0;
  size_t a = 0;

  *n = 0;
  if (!d) {
    log_fault_file("fault", dir);
    if (copy != -1) close(copy);
    return 0;
  }
  while ((e = readdir(d))) {
    if (*e->d_name == '.'
        || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1
        || !S_ISDIR(st.st_mode)) continue;
    if (*n == a) {
      a = a ? a * 2 : 64;
      v = xrealloc(v, a * sizeof *v);
    }
    v[(*n)++] = xstrdup(e->d_name);
  }
  closedir(d);
  if (*n) qsort(v, *n, sizeof *v, by_text);
  return v;
}

/* By descriptors: below the tree that was given every directory is someone's,
 * who may put a link in its place while root looks. */
static void walk(struct trees *r, int fd, const char *dir, int depth)
{
  stralloc path = STRALLOC_ZERO;
  char **v;
  size_t n, i;
  int sub;

  if (has(fd, "cur") && has(fd, "new")) {
    add_path(r, dir);
    return;
  }
  if (depth == DEPTH_MAX) return;
  v = directories(fd, dir, &n);
  for (i = 0; i < n; i++) {
    path.len = 0;
    stralloc_cats(&path, dir);
    stralloc_append(&path, '/');
    stralloc_cats(&path, v[i]);
    stralloc_0(&path);
    sub = openat(fd, v[i], O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (sub == -1) log_fault_file("fault", path.s);
    else {
      walk(r, sub, path.s, depth + 1);
      close(sub);
    }
    free(v[i]);
  }
  free(v);
  stralloc_free(&path);
}

void trees_add(struct trees *r, const char *path)
{
  size_t before = r->n;
  int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

  r->tree = strlen(path);
  if (fd == -1) log_fault_file("fault", path);
  else {
    walk(r, fd, path, 0);
    close(fd);
  }
  if (r->n > before) return;
  log_begin("no-maildir");
  log_str("file", path);
  log_end();
  r->missing = 1;
}

void trees_read(struct trees *r)
{
  stralloc in = STRALLOC_ZERO;
  char buf[65536], *lf;
  ssize_t got;
  size_t at = 0;

  while ((got = read(0, buf, sizeof buf)) > 0) stralloc_catb(&in, buf, got);
  if (got == -1) die_sys(111, "unable to read the list", 0);
  if (in.len && in.s[in.len - 1] != '\n') stralloc_append(&in, '\n');
  for (; at < in.len; at = (size_t)(lf + 1 - in.s)) {
    lf = memchr(in.s + at, '\n', in.len - at);
    *lf = 0;
    if ((size_t)(lf - in.s) - at > LINE_MAX_IN)
      die_text(100, "a line of the list is too long", 0);
    if (lf > in.s + at) trees_add(r, in.s + at);
  }
  stralloc_free(&in);
}

size_t trees_length(const struct trees *r, size_t i)
{
  return ((const size_t *)(const void *)r->lengths.s)[i];
}
