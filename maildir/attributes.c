/* ISC licence; see LICENSE. */
#include "attributes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "dotlock.h"
#include "replace.h"

#define WAIT_MS 30000
#define SPECIAL "special-use"

/* one line, taken apart */
struct line {
  const char *name, *key, *value;
  size_t namelen, keylen, len;
};

static int take(const char *s, size_t len, struct line *l)
{
  const char *a = memchr(s, '\t', len), *b;

  b = a ? memchr(a + 1, '\t', (size_t)(s + len - a - 1)) : 0;
  if (!b || memchr(s, 0, len)) return 0;
  l->name = s;
  l->namelen = (size_t)(a - s);
  l->key = a + 1;
  l->keylen = (size_t)(b - a - 1);
  l->value = b + 1;
  l->len = (size_t)(s + len - b - 1);
  return 1;
}

static void put(stralloc *out, const char *name, size_t namelen,
                const char *key, size_t keylen, const char *value, size_t len)
{
  static const char hex[] = "0123456789ABCDEF";
  size_t i;
  unsigned char c;

  stralloc_catb(out, name, namelen);
  stralloc_append(out, '\t');
  stralloc_catb(out, key, keylen);
  stralloc_append(out, '\t');
  for (i = 0; i < len; i++) {
    c = (unsigned char)value[i];
    if (c >= ' ' && c != '%' && c != 0x7f) {
      stralloc_append(out, (char)c);
      continue;
    }
    stralloc_append(out, '%');
    stralloc_append(out, hex[c >> 4]);
    stralloc_append(out, hex[c & 15]);
  }
  stralloc_append(out, '\n');
}

static int digit(char c)
{
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void decode(stralloc *out, const char *s, size_t len)
{
  size_t i;

  out->len = 0;
  for (i = 0; i < len; i++) {
    if (s[i] == '%' && len - i > 2 && digit(s[i + 1]) >= 0
        && digit(s[i + 2]) >= 0) {
      stralloc_append(out, (char)(digit(s[i + 1]) << 4 | digit(s[i + 2])));
      i += 2;
    } else
      stralloc_append(out, s[i]);
  }
}

static int same(const char *a, size_t alen, const char *b, size_t blen)
{
  return alen == blen && !strncasecmp(a, b, alen);
}

/* the next line of *s, moved behind it; without LF it is none */
static int next_line(const char **s, const char *end, const char **line,
                     size_t *len)
{
  const char *lf = *s < end ? memchr(*s, '\n', (size_t)(end - *s)) : 0;

  if (!lf) return 0;
  *line = *s;
  *len = (size_t)(lf - *s);
  *s = lf + 1;
  return 1;
}

/* the directory that the owner's file is in; -1 with errno */
static int open_dir(const struct tree *t, const struct attribute_owner *o)
{
  stralloc dir = STRALLOC_ZERO;
  int fd;

  if (o->server) stralloc_catb(&dir, ".", 2);
  else {
    int r = tree_exists(t, o->storage, o->len);

    if (!r) errno = ENOENT;
    if (r != 1) return -1;
    tree_dir(&dir, o->storage, o->len);
  }
  fd = openat(t->rootfd, dir.s, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  stralloc_free(&dir);                  /* free(3) keeps errno */
  return fd;
}

static int is_his(const struct line *l, const struct attribute_owner *o)
{
  if (!l->keylen || *l->key != '/') return 0;
  return o->server ? l->namelen == 1 && *l->name == '/' : !l->namelen;
}

static int read_file(stralloc *sa, int fd)
{
  int r = read_whole(sa, fd, ATTRIBUTES_NAME, ATTRIBUTES_FILE_MAX, 0);

  return r == -1 && errno == ENOENT ? 0 : r;
}

int attributes_each(const struct tree *t, const struct attribute_owner *o,
                    attributes_fn *each, void *arg)
{
  stralloc sa = STRALLOC_ZERO, value = STRALLOC_ZERO;
  const char *s, *text;
  struct attribute a;
  struct line l;
  size_t len;
  int fd = open_dir(t, o), r;

  if (fd == -1) return -1;
  r = read_file(&sa, fd);
  for (s = sa.s; r == 0 && next_line(&s, sa.s + sa.len, &text, &len); ) {
    if (!take(text, len, &l) || !is_his(&l, o)) continue;
    decode(&value, l.value, l.len);
    a.key = l.key;
    a.keylen = l.keylen;
    a.value = value.s ? value.s : "";
    a.len = value.len;
    each(arg, &a);
  }
  stralloc_free(&sa);                   /* free(3) keeps errno */
  stralloc_free(&value);
  fd_close_once(&fd);
  return r;
}

/* ---- changing ---- */

/* Write what edit makes of the file, under the lock. edit: 0, or an errno. */
typedef int edit_fn(void *arg, const stralloc *old, stralloc *new);

static int rewrite(int fd, edit_fn *edit, void *arg)
{
  stralloc old = STRALLOC_ZERO, new = STRALLOC_ZERO;
  struct dotlock lock;
  struct iovec v;
  int r = -1, e = 0, saved;

  if (dotlock_take(&lock, fd, ATTRIBUTES_LOCK, ATTRIBUTES_NAME, WAIT_MS)
      == -1)
    return -1;
  if (read_file(&old, fd) == 0) {
    e = edit(arg, &old, &new);
    v.iov_base = new.s;
    v.iov_len = new.len;
    if (e) errno = e;
    else if (new.len > ATTRIBUTES_FILE_MAX) errno = E2BIG;
    else if (new.len == old.len
             && (!new.len || !memcmp(new.s, old.s, new.len))) r = 0;
    else r = replace_file(fd, ATTRIBUTES_TMP, ATTRIBUTES_NAME, &v, 1, 0);
  }
  saved = errno;
  dotlock_release(&lock);
  stralloc_free(&old);
  stralloc_free(&new);
  errno = saved;
  return r;
}

struct setting {
  const struct attribute_owner *owner;
  const struct attribute *v;
  size_t n;
};

static int set(void *arg, const stralloc *old, stralloc *new)
{
  const struct setting *x = arg;
  const char *s = old->s, *text, *name = x->owner->server ? "/" : "";
  struct line l;
  size_t len, i, count = 0;

  while (next_line(&s, old->s + old->len, &text, &len)) {
    if (take(text, len, &l) && is_his(&l, x->owner)) {
      for (i = 0; i < x->n; i++)
        if (same(l.key, l.keylen, x->v[i].key, x->v[i].keylen)) break;
      if (i < x->n) continue;
      count++;
    }
    stralloc_catb(new, text, len + 1);
  }
  for (i = 0; i < x->n; i++) {
    if (!x->v[i].value) continue;
    put(new, name, strlen(name), x->v[i].key, x->v[i].keylen, x->v[i].value,
        x->v[i].len);
    count++;
  }
  return count > ATTRIBUTES_MAX ? E2BIG : 0;
}

int attributes_set(const struct tree *t, const struct attribute_owner *o,
                   const struct attribute *v, size_t n)
{
  struct setting x = { o, v, n };
  int fd = open_dir(t, o), r;

  if (fd == -1) return -1;
  r = rewrite(fd, set, &x);
  fd_close_once(&fd);
  return r;
}

/* ---- special uses ---- */

struct use {
  const char *storage, *uses;   /* or the old and the new name */
  int moved;
};

static int is_use(const struct line *l)
{
  return l->keylen == sizeof SPECIAL - 1
    && !memcmp(l->key, SPECIAL, sizeof SPECIAL - 1);
}

/* is it the folder, or below it? then what follows the folder's name */
static const char *below(const struct line *l, const char *storage)
{
  size_t n = strlen(storage);

  if (l->namelen < n || memcmp(l->name, storage, n)) return 0;
  return l->namelen == n || l->name[n] == '.' ? l->name + n : 0;
}

static int edit_uses(void *arg, const stralloc *old, stralloc *new)
{
  const struct use *u = arg;
  const char *s = old->s, *text, *rest;
  struct line l;
  size_t len;

  while (next_line(&s, old->s + old->len, &text, &len)) {
    rest = take(text, len, &l) && is_use(&l) ? below(&l, u->storage) : 0;
    if (rest && !u->moved && rest != l.name + l.namelen) rest = 0;
    /* a folder that goes leaves those below it where they are */
    if (rest && u->moved && !u->uses && rest != l.name + l.namelen) rest = 0;
    if (rest && u->moved && u->uses) {
      stralloc_cats(new, u->uses);
      stralloc_catb(new, rest, (size_t)(text + len + 1 - rest));
    }
    if (!rest) stralloc_catb(new, text, len + 1);
  }
  if (!u->moved && u->uses)
    put(new, u->storage, strlen(u->storage), SPECIAL, sizeof SPECIAL - 1,
        u->uses, strlen(u->uses));
  return 0;
}

int special_set(const struct tree *t, const char *storage, const char *uses)
{
  struct use u = { storage, uses, 0 };

  return rewrite(t->rootfd, edit_uses, &u);
}

int special_moved(const struct tree *t, const char *from, const char *to)
{
  struct use u = { from, to, 1 };
  struct stat st;

  /* most have no such file, and renaming is to cost them no lock */
  if (fstatat(t->rootfd, ATTRIBUTES_NAME, &st, 0) == -1 && errno == ENOENT)
    return 0;
  return rewrite(t->rootfd, edit_uses, &u);
}
