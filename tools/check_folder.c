/* ISC licence; see LICENSE. */
#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "maildir/filename.h"
#include "maildir/names.h"
#include "maildir/scan.h"

#define LEFT_OVER (36 * 3600)   /* seconds; deliverers give up after 24 h */

static void below(stralloc *path, const char *dir, const char *name)
{
  path->len = 0;
  stralloc_cats(path, dir);
  stralloc_append(path, '/');
  stralloc_cats(path, name);
  stralloc_0(path);
}

/* one of cur/, new/, tmp/; 1 if it is there in the end */
static int check_part(struct check *c, const char *dir, const char *part)
{
  stralloc path = STRALLOC_ZERO;
  struct stat st;
  int there, fixed;

  below(&path, dir, part);
  there = fstatat(c->tree.rootfd, path.s, &st, 0) == 0;
  if (!there && errno == ENOENT) {
    fixed = c->fix && mkdirat(c->tree.rootfd, path.s, 0700) == 0;
    check_tell(c, dir, part, "is missing", "make it, or run this with -f",
               fixed);
    there = fixed;
  } else if (!there || !S_ISDIR(st.st_mode)) {
    check_tell(c, dir, part, "is no directory that can be used",
               "move it away", 0);
    there = 0;
  } else check_mode(c, dir, part, &st, S_IRWXU);
  stralloc_free(&path);
  return there;
}

/* Dovecot's zlib plugin stores messages so: gzip, bzip2, xz, lz4, zstd */
static int is_compressed(struct check *c, const char *path)
{
  static const char *const magic[] =
    { "\x1f\x8b", "BZh", "\xfd" "7zXZ", "Dovecot-LZ4\r*", "\x28\xb5\x2f\xfd" };
  char head[16] = { 0 };
  int fd = openat(c->tree.rootfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  size_t i;
  ssize_t r;

  if (fd == -1) return 0;
  r = read(fd, head, sizeof head);
  close(fd);
  for (i = 0; r > 0 && i < sizeof magic / sizeof *magic; i++)
    if ((size_t)r >= strlen(magic[i])
        && !memcmp(head, magic[i], strlen(magic[i]))) return 1;
  return 0;
}

static void check_size(struct check *c, const char *dir, const char *name,
                       const char *path, const struct stat *st)
{
  int64_t size = filename_size(name, strlen(name), 'S');

  if (is_compressed(c, path))
    check_tell(c, dir, name, "is compressed, as by Dovecot's zlib plugin",
               "have Dovecot write it out (doveadm sync to a Maildir)", 0);
  else if (size >= 0 && size != st->st_size)
    check_tell(c, dir, name, "has another size than its name says",
               "quota and POP3 clients may count wrong; a new name would be "
               "a new message to clients, so leave it", 0);
}

/* one entry of new/ or cur/; its base name is appended to bases */
static void check_mail(struct check *c, const char *dir, const char *name,
                       stralloc *bases)
{
  stralloc path = STRALLOC_ZERO;
  struct stat st;

  below(&path, dir, name);
  if (!filename_ok(name, strlen(name)))
    check_tell(c, dir, name, "has a name that no message can have",
               "rename it, or move it away", 0);
  else if (fstatat(c->tree.rootfd, path.s, &st, 0) == -1) {
    if (errno != ENOENT)
      check_tell(c, dir, name, "cannot be looked at", "move it away", 0);
  } else if (!S_ISREG(st.st_mode))
    check_tell(c, dir, name, "is no file", "move it away", 0);
  else {
    check_mode(c, dir, name, &st, S_IRUSR);
    check_size(c, dir, name, path.s, &st);
    stralloc_catb(bases, name, filename_base(name, strlen(name)));
    stralloc_0(bases);
  }
  stralloc_free(&path);
}

static void check_mails(struct check *c, const char *dir, const char *part,
                        stralloc *bases)
{
  stralloc path = STRALLOC_ZERO;
  struct dirent *e;
  DIR *d;
  int fd;

  below(&path, dir, part);
  fd = openat(c->tree.rootfd, path.s, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  d = fd == -1 ? 0 : fdopendir(fd);
  if (!d) check_tell(c, dir, part, "cannot be read", "see to its rights", 0);
  while (d && (e = readdir(d)))
    if (e->d_name[0] != '.') check_mail(c, path.s, e->d_name, bases);
  if (d) closedir(d);
  else if (fd != -1) close(fd);
  stralloc_free(&path);
}

static int by_octets(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* two files of one base name are one message to every server */
static void check_twins(struct check *c, const char *dir, stralloc *bases)
{
  const char **name, *s;
  size_t n = 0, i;

  for (s = bases->s; s && s < bases->s + bases->len; s += strlen(s) + 1) n++;
  name = xalloc((n + 1) * sizeof *name);
  n = 0;
  for (s = bases->s; s && s < bases->s + bases->len; s += strlen(s) + 1)
    name[n++] = s;
  qsort(name, n, sizeof *name, by_octets);
  for (i = 1; i < n; i++)
    if (!strcmp(name[i], name[i - 1]))
      check_tell(c, dir, name[i], "is there twice",
                 "the next session gives one of them a name of its own", 0);
  free(name);
}

static void check_tmp(struct check *c, const char *dir)
{
  stralloc path = STRALLOC_ZERO;
  struct dirent *e;
  struct stat st;
  unsigned long old = 0;
  DIR *d;
  int fd;

  below(&path, dir, "tmp");
  fd = openat(c->tree.rootfd, path.s, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  d = fd == -1 ? 0 : fdopendir(fd);
  while (d && (e = readdir(d)))
    if (e->d_name[0] != '.' && fstatat(fd, e->d_name, &st, 0) == 0
        && st.st_mtime < time(0) - LEFT_OVER
        && st.st_ctime < time(0) - LEFT_OVER) old++;
  if (d) closedir(d);
  else if (fd != -1) close(fd);
  stralloc_free(&path);
  if (!old) return;
  if (c->fix) scan_sweep_tmp(c->tree.rootfd, dir);
  check_tell(c, dir, "tmp", "holds what deliveries left behind long ago",
             "remove it, or run this with -f", c->fix);
}

/* what Maildir++ has in every folder but the INBOX */
static void check_marker(struct check *c, const char *dir)
{
  stralloc path = STRALLOC_ZERO;
  int fd;

  below(&path, dir, "maildirfolder");
  if (faccessat(c->tree.rootfd, path.s, F_OK, 0) == -1 && errno == ENOENT) {
    fd = c->fix ? openat(c->tree.rootfd, path.s,
                         O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    check_tell(c, dir, "maildirfolder", "is missing",
               "make it (empty), or run this with -f", fd != -1);
    if (fd != -1) close(fd);
  }
  stralloc_free(&path);
}

void check_folder(struct check *c, const char *dir)
{
  static const char *const part[] = { "cur", "new", "tmp" };
  stralloc bases = STRALLOC_ZERO;
  struct stat st;
  int there[3], i;

  if (fstatat(c->tree.rootfd, dir, &st, 0) == 0)
    check_mode(c, dir, 0, &st, S_IRWXU);
  for (i = 0; i < 3; i++) there[i] = check_part(c, dir, part[i]);
  for (i = 0; i < 2; i++)
    if (there[i]) check_mails(c, dir, part[i], &bases);
  check_twins(c, dir, &bases);
  if (there[2]) check_tmp(c, dir);
  if (strcmp(dir, ".")) check_marker(c, dir);
  stralloc_free(&bases);
}
