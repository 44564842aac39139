/* ISC licence; see LICENSE. */
#include "scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "name_hash.h"

#define DENTS 65536             /* one getdents64: about 800 mail files */

#define TMP_AGE (36 * 3600)     /* s; maildir(5) */

struct dent {
  uint64_t ino;
  int64_t off;
  uint16_t reclen;
  unsigned char type;
  char name[];
};

/* May this entry be a mail file? No name of a file has '/' or NUL in it; its
 * length, or 0. */
static size_t mail_file(const struct dent *d)
{
  size_t len;

  if (d->type == DT_DIR || *d->name == '.' || *d->name == ':') return 0;
  len = strlen(d->name);
  return len <= FILENAME_LIMIT && !memchr(d->name, '\n', len) ? len : 0;
}

static int open_dir(int rootfd, const char *dir)
{
  return openat(rootfd, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void close_keep(int fd)
{
  int saved = errno;

  close(fd);
  errno = saved;
}

struct into {
  struct scan *s;
  int rootfd;
  const char *folder;
  int in_new;
  const struct namemap *wanted; /* no others; 0: all */
  int took;                     /* one of them */
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

/* a name that lies at an offset of the map's texts */
struct entry {
  size_t off, len, base;
  uint32_t hash;
};

static int add_entry(struct into *to, const struct entry *e)
{
  struct scan *s = to->s;
  const char *name = s->map.text.s + e->off;
  size_t i;
  int known;

  if (to->wanted && namemap_find(to->wanted, name, e->base) == NAMEMAP_NONE)
    return 0;
  to->took = 1;
  i = namemap_meet_at(&s->map, e->hash, e->off, e->len, e->base, &known);
  if (known) {
    if (strcmp(namemap_text(&s->map, i), name) == 0
        && (s->where[i] & SCAN_NEW) == to->in_new)
      return 0;                 /* the very same name, listed twice */
    if (!settle_twice(to, i, name)) return 0;
    s->where[i] = (unsigned char)to->in_new;
    return namemap_reset_at(&s->map, i, e->off, e->len);
  }
  if (i == NAMEMAP_NONE) return -1;
  if (i >= s->a) {
    s->a = s->map.a;
    s->where = xrealloc(s->where, s->a);
  }
  s->where[i] = (unsigned char)to->in_new;
  return 0;
}

/* the next names of what getdents64 wrote, while their places in the table
 * are fetched; how many */
static size_t next_names(struct into *to, size_t *from, size_t end,
                         struct entry e[NAMEMAP_SOME])
{
  const struct dent *d;
  size_t n = 0;

  for (; n < NAMEMAP_SOME && *from < end; *from += d->reclen) {
    d = (const struct dent *)(to->s->map.text.s + *from);
    e[n].len = mail_file(d);
    if (!e[n].len) continue;
    e[n].off = *from + offsetof(struct dent, name);
    e[n].base = filename_base(d->name, e[n].len);
    e[n].hash = namemap_hash(d->name, e[n].base);
    namemap_near(&to->s->map, e[n++].hash);
  }
  return n;
}

/* enter what lies there, as getdents64 wrote it */
static int add_entries(struct into *to, size_t from, size_t end)
{
  struct entry e[NAMEMAP_SOME];
  size_t i, n;

  while ((n = next_names(to, &from, end, e)))
    for (i = 0; i < n; i++)
      if (add_entry(to, e + i) == -1) return -1;
  return 0;
}

struct hashes {
  const uint64_t *key;
  struct digest *d;
};

static void add_hashes(const struct hashes *h, const char *s, size_t n)
{
  const struct dent *d;
  size_t at, len;

  for (at = 0; at < n; at += d->reclen) {
    d = (const struct dent *)(s + at);
    len = mail_file(d);
    if (len) digest_add(h->d, name_hash(h->key, d->name, len));
  }
}

/* a directory tells about how many names it may have: where it takes blocks
 * some hundred octets are one, elsewhere it is a hint as good as none */
static void expect(struct scan *s, int fd)
{
  struct stat st;

  if (fstat(fd, &st) == 0 && st.st_size > 0 && st.st_size < 1 << 30)
    namemap_expect(&s->map, s->map.n + (size_t)st.st_size / 110);
}

/* read a directory to the end of the texts; its names are entered into to, or
 * go by their hashes into h, while they are in the processor's cache */
static int read_dir(struct scan *s, int rootfd, const char *dir,
                    struct into *to, const struct hashes *h)
{
  stralloc *text = &s->map.text;
  int fd = open_dir(rootfd, dir);
  size_t at;
  long r = -1;

  if (fd == -1) return -1;
  text->len = (text->len + 7) & ~(size_t)7;     /* as its numbers want it */
  s->raw.from = text->len;
  if (to && !to->wanted) expect(s, fd);
  for (;;) {
    stralloc_readyplus(text, DENTS);
    r = syscall(SYS_getdents64, fd, text->s + text->len, DENTS);
    if (r <= 0) break;
    at = text->len;
    text->len += (size_t)r;
    if (h) add_hashes(h, text->s + at, (size_t)r);
    if (!to) continue;
    to->took = 0;
    r = add_entries(to, at, at + (size_t)r);
    if (r == -1) break;
    if (to->wanted && !to->took) text->len = at;        /* not worth keeping */
  }
  s->raw.to = text->len;
  close_keep(fd);
  return r == -1 ? -1 : 0;
}

static void dir_path(stralloc *dir, const char *folder, const char *what)
{
  stralloc_cats(dir, folder);
  stralloc_cats(dir, what);
  stralloc_0(dir);
}

int scan_dir(struct scan *s, int rootfd, const char *folder, int in_new)
{
  return scan_for(s, rootfd, folder, in_new, 0);
}

int scan_for(struct scan *s, int rootfd, const char *folder, int in_new,
             const struct namemap *wanted)
{
  struct into to = { s, rootfd, folder, in_new ? SCAN_NEW : 0, wanted, 0 };
  stralloc dir = STRALLOC_ZERO;
  int r;

  dir_path(&dir, folder, in_new ? "/new" : "/cur");
  r = read_dir(s, rootfd, dir.s, &to, 0);
  stralloc_free(&dir);
  return r;
}

int scan_digest(struct scan *s, int rootfd, const char *folder,
                const uint64_t key[2], struct digest *d)
{
  struct hashes h = { key, d };
  stralloc dir = STRALLOC_ZERO;
  int r;

  dir_path(&dir, folder, "/cur");
  r = read_dir(s, rootfd, dir.s, 0, &h);
  stralloc_free(&dir);
  return r;
}

int scan_take(struct scan *s, int rootfd, const char *folder)
{
  struct into to = { s, rootfd, folder, 0, 0, 0 };

  return add_entries(&to, s->raw.from, s->raw.to);
}

/* put one that was found to its place; 1 if it is the first */
static int found(const uint64_t *hash, size_t n, uint64_t h, size_t off,
                 size_t *at)
{
  size_t i;

  for (i = 0; i < n && hash[i] != h; i++) ;
  if (i == n || at[i]) return 0;
  at[i] = off;
  return 1;
}

int scan_find(const struct scan *s, const uint64_t key[2],
              const uint64_t *hash, size_t n, size_t *at)
{
  const struct dent *d;
  unsigned char may[256] = { 0 };
  size_t from, len, i, left = n;
  uint64_t h;

  for (i = 0; i < n; i++) {
    at[i] = 0;                  /* no name is at 0: its entry is */
    may[hash[i] & 255] = 1;
  }
  for (from = s->raw.from; left && from < s->raw.to; from += d->reclen) {
    d = (const struct dent *)(s->map.text.s + from);
    len = mail_file(d);
    if (!len) continue;
    h = name_hash(key, d->name, len);
    if (may[h & 255])
      left -= (size_t)found(hash, n, h, from + offsetof(struct dent, name),
                            at);
  }
  return !left;
}

struct sweep {
  int rootfd;
  const char *dir;
  time_t before;
};

static void sweep_one(const struct sweep *w, const char *name)
{
  stralloc path = STRALLOC_ZERO;
  struct stat st;

  stralloc_cats(&path, w->dir);
  stralloc_cats(&path, "/");
  stralloc_cats(&path, name);
  stralloc_0(&path);
  if (fstatat(w->rootfd, path.s, &st, AT_SYMLINK_NOFOLLOW) == 0
      && S_ISREG(st.st_mode) && st.st_mtime < w->before
      && st.st_ctime < w->before && st.st_atime < w->before)
    unlinkat(w->rootfd, path.s, 0);
  stralloc_free(&path);
}

static void sweep_all(const struct sweep *w)
{
  const struct dent *d;
  int fd = open_dir(w->rootfd, w->dir);
  char *buf;
  long r, at;

  if (fd == -1) return;
  buf = xalloc(DENTS);
  while ((r = syscall(SYS_getdents64, fd, buf, DENTS)) > 0)
    for (at = 0; at < r; at += d->reclen) {
      d = (const struct dent *)(buf + at);
      if (mail_file(d)) sweep_one(w, d->name);
    }
  free(buf);
  close_keep(fd);
}

void scan_sweep_tmp(int rootfd, const char *folder)
{
  stralloc dir = STRALLOC_ZERO;
  struct sweep w = { rootfd, 0, time(0) - TMP_AGE };

  dir_path(&dir, folder, "/tmp");
  w.dir = dir.s;
  sweep_all(&w);
  stralloc_free(&dir);
}

void scan_clear(struct scan *s)
{
  namemap_clear(&s->map);
  s->raw.from = s->raw.to = 0;
}

void scan_free(struct scan *s)
{
  namemap_free(&s->map);
  free(s->where);
  s->where = 0;
  s->a = 0;
}
