/* ISC licence; see LICENSE. */
#include "scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"

#define DENTS 65536             /* one getdents64: about 800 mail files */

#define TMP_AGE (36 * 3600)     /* s; maildir(5) */

struct dent {
  uint64_t ino;
  int64_t off;
  uint16_t reclen;
  unsigned char type;
  char name[];
};

/* call each for every entry that may be a mail file; 0, -1 with errno */
static int each_entry(int rootfd, const char *dir,
                      int (*each)(void *, const char *, size_t), void *arg)
{
  char *buf;
  long r = -1, at;
  size_t len;
  const struct dent *d;
  int fd = openat(rootfd, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), saved;

  if (fd == -1) return -1;
  buf = xalloc(DENTS);
  while ((r = syscall(SYS_getdents64, fd, buf, DENTS)) > 0)
    for (at = 0; at < r; at += d->reclen) {
      d = (const struct dent *)(buf + at);
      if (d->type == DT_DIR) continue;
      len = strlen(d->name);
      if (filename_ok(d->name, len) && each(arg, d->name, len) == -1) {
        r = -1;
        goto done;
      }
    }
done:
  saved = errno;
  free(buf);
  close(fd);
  errno = saved;
  return r == -1 ? -1 : 0;
}

static int add_sum(void *arg, const char *name, size_t len)
{
  *(uint64_t *)arg += name_hash(name, len);
  return 0;
}

int scan_sum(int rootfd, const char *dir, uint64_t *sum)
{
  *sum = 0;
  return each_entry(rootfd, dir, add_sum, sum);
}

struct into {
  struct scan *s;
  int rootfd;
  const char *folder;
  int in_new;
  const struct namemap *wanted; /* no others; 0: all */
};

static void entry_path(stralloc *p, const struct into *to, int in_new,
                       const char *name)
{
  p->len = 0;
  stralloc_cats(p, to->folder);
  stralloc_cats(p, in_new ? "/new/" : "/cur/");
  stralloc_cats(p, name);
  stralloc_0(p);
}

/* A second file of the same base name gets a fresh one, in new/, or in cur/
 * with its flags if it has such: nobody can tell which of the two has the
 * flags that a client set last. */
static void give_fresh_name(const struct into *to, const stralloc *path,
                            const char *name)
{
  stralloc fresh = STRALLOC_ZERO, p = STRALLOC_ZERO;
  const char *info = name + filename_base(name, strlen(name));

  filename_unique(&fresh);
  stralloc_cats(&fresh, info);
  stralloc_0(&fresh);
  entry_path(&p, to, !*info, fresh.s);
  if (renameat(to->rootfd, path->s, to->rootfd, p.s) == 0) {
    log_begin("duplicate-renamed");
    log_str("from", path->s);
    log_str("to", p.s);
    log_end();
  }
  stralloc_free(&fresh);
  stralloc_free(&p);
}

/*
 * The base name is there already, as entry i. Usually a rename went on while
 * we read, and one of the two names is gone. 1 if name is to replace it.
 */
static int settle_twice(const struct into *to, size_t i, const char *name)
{
  stralloc a = STRALLOC_ZERO, b = STRALLOC_ZERO;
  struct stat sa, sb;
  int has_a, has_b;

  entry_path(&a, to, to->s->where[i] & SCAN_NEW,
             namemap_text(&to->s->map, i));
  entry_path(&b, to, to->in_new, name);
  has_a = fstatat(to->rootfd, a.s, &sa, AT_SYMLINK_NOFOLLOW) == 0;
  has_b = fstatat(to->rootfd, b.s, &sb, AT_SYMLINK_NOFOLLOW) == 0;
  if (has_a && has_b && (sa.st_ino != sb.st_ino || sa.st_dev != sb.st_dev))
    give_fresh_name(to, &b, name);
  stralloc_free(&a);
  stralloc_free(&b);
  return has_b && !has_a;
}

static int add_entry(void *arg, const char *name, size_t len)
{
  struct into *to = arg;
  struct scan *s = to->s;
  size_t base = filename_base(name, len);
  int known;
  size_t i = namemap_meet(&s->map, name, len, base, &known);

  if (known) {
    if (strcmp(namemap_text(&s->map, i), name) == 0
        && (s->where[i] & SCAN_NEW) == to->in_new)
      return 0;                 /* the very same name, listed twice */
    if (!settle_twice(to, i, name)) return 0;
    s->where[i] = (unsigned char)to->in_new;
    return namemap_reset(&s->map, i, name, len);
  }
  if (i == NAMEMAP_NONE) return -1;
  if (i >= s->a) {
    s->a = s->map.a;
    s->where = xrealloc(s->where, s->a);
  }
  s->where[i] = (unsigned char)to->in_new;
  return 0;
}

static int add_wanted(void *arg, const char *name, size_t len)
{
  const struct into *to = arg;

  if (namemap_find(to->wanted, name, filename_base(name, len))
      == NAMEMAP_NONE) return 0;
  return add_entry(arg, name, len);
}

int scan_for(struct scan *s, int rootfd, const char *folder, int in_new,
             const struct namemap *wanted)
{
  struct into to = { s, rootfd, folder, in_new ? SCAN_NEW : 0, wanted };
  stralloc dir = STRALLOC_ZERO;
  int r;

  stralloc_cats(&dir, folder);
  stralloc_cats(&dir, in_new ? "/new" : "/cur");
  stralloc_0(&dir);
  r = each_entry(rootfd, dir.s, wanted ? add_wanted : add_entry, &to);
  stralloc_free(&dir);
  return r;
}

int scan_dir(struct scan *s, int rootfd, const char *folder, int in_new)
{
  return scan_for(s, rootfd, folder, in_new, 0);
}

struct sweep {
  int rootfd;
  const char *dir;
  time_t before;
};

static int sweep_one(void *arg, const char *name, size_t len)
{
  struct sweep *w = arg;
  stralloc path = STRALLOC_ZERO;
  struct stat st;

  stralloc_cats(&path, w->dir);
  stralloc_cats(&path, "/");
  stralloc_catb(&path, name, len);
  stralloc_0(&path);
  if (fstatat(w->rootfd, path.s, &st, AT_SYMLINK_NOFOLLOW) == 0
      && S_ISREG(st.st_mode) && st.st_mtime < w->before
      && st.st_ctime < w->before && st.st_atime < w->before)
    unlinkat(w->rootfd, path.s, 0);
  stralloc_free(&path);
  return 0;
}

void scan_sweep_tmp(int rootfd, const char *folder)
{
  stralloc dir = STRALLOC_ZERO;
  struct sweep w = { rootfd, 0, time(0) - TMP_AGE };

  stralloc_cats(&dir, folder);
  stralloc_cats(&dir, "/tmp");
  stralloc_0(&dir);
  w.dir = dir.s;
  each_entry(rootfd, dir.s, sweep_one, &w);
  stralloc_free(&dir);
}

void scan_clear(struct scan *s)
{
  namemap_clear(&s->map);
}

void scan_free(struct scan *s)
{
  namemap_free(&s->map);
  free(s->where);
  s->where = 0;
  s->a = 0;
}
