/* ISC licence; see LICENSE. */
#include "subscriptions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "dotlock.h"
#include "mutf7.h"
#include "names.h"
#include "replace.h"
#include "takeover.h"

/*
 * Version 1: a storage name per line. Version 2: after the header below a
 * name per line, TAB between its parts, which have five octets escaped as
 * 0x01 and a letter.
 */
#define NAME "subscriptions"
#define LOCK "subscriptions.lock"
#define TMP "subscriptions.tmp"
#define COURIER "courierimapsubscribed"
#define BINC ".bincimap-subscribed"     /* a name per line */
#define BINC_OLD "bincimap-subscribed"  /* sections of keys, as its cache */
#define HEADER_2 "V\t2\n\n"
#define FILE_LIMIT 8388608
#define WAIT_MS 30000

struct list {
  stralloc text;                /* the lines, each with its LF */
  int version;
};

static const char escaped[] = { 0, 1, '\t', '\r', '\n' };
static const char letter[] = { '0', '1', 't', 'r', 'n' };

static void escape(stralloc *out, const char *s, size_t len)
{
  const char *p;
  size_t i;

  for (i = 0; i < len; i++) {
    if (s[i] == '.') {
      stralloc_append(out, '\t');
      continue;
    }
    p = memchr(escaped, s[i], sizeof escaped);
    if (p) stralloc_append(out, 1);
    stralloc_append(out, p ? letter[p - escaped] : s[i]);
  }
}

/* The octet that follows 0x01 at s to what it stands for; 0 if none. */
static char unescaped(const char *s, const char *end)
{
  const char *p = s < end ? memchr(letter, *s, sizeof letter) : 0;

  return p ? escaped[p - letter] : 0;
}

/* A line to a storage name, appended. 0 if it can be none of ours: a NUL, an
 * LF, or a dot within a part. */
static int unescape(stralloc *out, const char *s, size_t len)
{
  size_t start = out->len;
  const char *end = s + len;
  char c;

  for (; s < end; s++) {
    c = *s == '.' ? 0 : *s == '\t' ? '.' : *s;
    if (c == 1) c = unescaped(++s, end);
    if (!c || c == '\n') {
      out->len = start;
      return 0;
    }
    stralloc_append(out, c);
  }
  return out->len > start;
}

static int is_inbox(const char *s, size_t len)
{
  return len == 5 && !strncasecmp(s, "INBOX", 5);
}

/* One line to a NUL-ended storage name, appended to names; 0 if it is none */
static int take_line(stralloc *names, int version, const char *s, size_t len)
{
  size_t start = names->len;

  if (version == 2) {
    if (!unescape(names, s, len)) return 0;
  } else {
    if (!len || memchr(s, 0, len)) return 0;
    stralloc_catb(names, s, len);
  }
  if (is_inbox(names->s + start, names->len - start)) names->len = start;
  stralloc_0(names);
  return 1;
}

/* A name of Courier's file, which may be in the disk's other encoding. */
static void recode(const struct tree *t, stralloc *out, const char *s,
                   size_t len)
{
  if (t->encoding == TREE_UTF8) {
    if (mutf7_to_utf8(out, s, len) == 0) return;
  } else if (!mutf7_valid(s, len) && utf8_to_mutf7(out, s, len) == 0) return;
  stralloc_catb(out, s, len);
}

/* "INBOX" or "INBOX.a.b"; others, such as "#shared.", are not ours */
static void courier_line(const struct tree *t, stralloc *out, const char *s,
                         size_t len)
{
  if (len < 5 || !is_inbox(s, 5) || (len > 5 && s[5] != '.')
      || memchr(s, 0, len)) return;
  if (len == 5) stralloc_cats(out, "INBOX");
  else if (len > 6) recode(t, out, s + 6, len - 6);
  else return;
  stralloc_append(out, '\n');
}

/* BincIMAP's "INBOX" or "INBOX/a/b", with spaces around it */
static void binc_line(const struct tree *t, stralloc *out, const char *s,
                      size_t len)
{
  stralloc name = STRALLOC_ZERO;
  size_t i;

  for (; len && strchr(" \t\r", *s) && *s; s++) len--;
  while (len && strchr(" \t\r", s[len - 1]) && s[len - 1]) len--;
  stralloc_catb(&name, s, len);
  for (i = 0; i < len && name.s[i] != '.' && name.s[i] != '\n'; i++)
    if (name.s[i] == '/') name.s[i] = '.';
  if (len && i == len) courier_line(t, out, name.s, len);
  stralloc_free(&name);
}

typedef void foreign_line(const struct tree *, stralloc *out, const char *s,
                          size_t len);

/* another server's file as lines of version 1; one that was broken off ends
 * with the last whole line. 0, -1 with errno: ENOENT there is none */
static int read_lines(const struct tree *t, const char *file,
                      foreign_line *line, stralloc *lines)
{
  stralloc sa = STRALLOC_ZERO;
  const char *s, *lf;
  size_t len;
  int r = read_whole(&sa, t->rootfd, file, FILE_LIMIT, 0);

  for (s = sa.s, len = sa.len; r == 0 && len;
       len -= (size_t)(lf + 1 - s), s = lf + 1) {
    lf = memchr(s, '\n', len);
    if (!lf) break;
    line(t, lines, s, (size_t)(lf - s));
  }
  stralloc_free(&sa);
  return r;
}

static int read_binc_old(const struct tree *t, stralloc *lines)
{
  stralloc sa = STRALLOC_ZERO, names = STRALLOC_ZERO;
  const char *s;
  int r = read_whole(&sa, t->rootfd, BINC_OLD, FILE_LIMIT, 0);

  if (r == 0) {
    takeover_binc_values(&sa, "subscribed", &names);
    for (s = names.s; s && s < names.s + names.len; s += strlen(s) + 1)
      binc_line(t, lines, s, strlen(s));
  }
  stralloc_free(&sa);
  stralloc_free(&names);
  return r;
}

/* What another server left, the first that is there. 0, or -1 with errno. */
static int read_foreign(const struct tree *t, stralloc *lines)
{
  if (read_lines(t, COURIER, courier_line, lines) == 0) return 0;
  if (errno != ENOENT) return -1;
  if (read_lines(t, BINC, binc_line, lines) == 0) return 0;
  if (errno != ENOENT) return -1;
  return read_binc_old(t, lines) == -1 && errno != ENOENT ? -1 : 0;
}

/* Lines of version 1 to version 2. */
static void to_version_2(struct list *l)
{
  stralloc out = STRALLOC_ZERO;
  const char *s = l->text.s, *lf;
  size_t len = l->text.len;

  for (; len; len -= (size_t)(lf + 1 - s), s = lf + 1) {
    lf = memchr(s, '\n', len);
    escape(&out, s, (size_t)(lf - s));
    stralloc_append(&out, '\n');
  }
  stralloc_free(&l->text);
  l->text = out;
  l->version = 2;
}

/* The lines that hold; a file that is to be made is of version 2. */
static int list_read(const struct tree *t, struct list *l)
{
  static const size_t n = sizeof HEADER_2 - 1;
  int ret = read_whole(&l->text, t->rootfd, NAME, FILE_LIMIT, 0);

  l->version = 1;
  if (ret == -1 && errno == ENOENT) {
    if (read_foreign(t, &l->text) == -1) return -1;
    to_version_2(l);
    return 0;
  }
  if (ret == -1) return -1;
  if (l->text.len >= n && !memcmp(l->text.s, HEADER_2, n)) {
    l->version = 2;
    l->text.len -= n;
    memmove(l->text.s, l->text.s + n, l->text.len);
  } else if (!l->text.len) l->version = 2;
  if (l->text.len && l->text.s[l->text.len - 1] != '\n')
    stralloc_append(&l->text, '\n');    /* written by hand, perhaps */
  return 0;
}

int subscriptions_read(const struct tree *t, stralloc *names)
{
  struct list l = { STRALLOC_ZERO, 0 };
  size_t start = names->len, len;
  const char *s, *lf;

  if (list_read(t, &l) == -1) {
    stralloc_free(&l.text);
    return -1;
  }
  for (s = l.text.s, len = l.text.len; len;
       len -= (size_t)(lf + 1 - s), s = lf + 1) {
    lf = memchr(s, '\n', len);
    take_line(names, l.version, s, (size_t)(lf - s));
  }
  stralloc_free(&l.text);
  names_sort(names, start);
  return 0;
}

/* Copy the lines of l to out but those for name, and but empty ones in
 * version 1: behind a name "V TAB 2" they would make the header of version 2.
 * Returns how many are for name. */
static unsigned int copy_others(const struct list *l, stralloc *out,
                                const stralloc *name)
{
  stralloc got = STRALLOC_ZERO;
  const char *s = l->text.s, *lf;
  size_t len = l->text.len;
  unsigned int found = 0;

  for (; len; len -= (size_t)(lf + 1 - s), s = lf + 1) {
    lf = memchr(s, '\n', len);
    got.len = 0;
    if (take_line(&got, l->version, s, (size_t)(lf - s))
        && got.len == name->len && !memcmp(got.s, name->s, got.len)) found++;
    else if (l->version == 2 || lf > s)
      stralloc_catb(out, s, (size_t)(lf + 1 - s));
  }
  stralloc_free(&got);
  return found;
}

static int list_write(const struct tree *t, int version, stralloc *lines)
{
  struct iovec v[2];

  v[0].iov_base = HEADER_2;
  v[0].iov_len = version == 2 ? sizeof HEADER_2 - 1 : 0;
  v[1].iov_base = lines->s;
  v[1].iov_len = lines->len;
  return replace_file(t->rootfd, TMP, NAME, v, 2, 0);
}

static int change(const struct tree *t, const stralloc *name, int subscribed)
{
  struct list l = { STRALLOC_ZERO, 0 };
  stralloc out = STRALLOC_ZERO;
  int ret = list_read(t, &l), saved;
  unsigned int found;

  if (ret == 0) {
    found = copy_others(&l, &out, name);
    if (subscribed) {
      if (name->len == 1) stralloc_cats(&out, "INBOX");
      else if (l.version == 2) escape(&out, name->s, name->len - 1);
      else stralloc_catb(&out, name->s, name->len - 1);
      stralloc_append(&out, '\n');
    }
    if (found != (subscribed ? 1u : 0u))
      ret = list_write(t, l.version, &out);
  }
  saved = errno;
  stralloc_free(&out);
  stralloc_free(&l.text);
  errno = saved;
  return ret;
}

int subscriptions_set(const struct tree *t, const char *storage, size_t len,
                      int subscribed)
{
  struct dotlock l = DOTLOCK_ZERO;
  stralloc name = STRALLOC_ZERO;
  int ret, saved;

  if (len && (memchr(storage, '\n', len) || memchr(storage, 0, len))) {
    errno = EINVAL;
    return -1;
  }
  if (dotlock_take(&l, t->rootfd, LOCK, NAME, WAIT_MS) == -1) return -1;
  stralloc_catb(&name, storage, len);
  stralloc_0(&name);
  ret = change(t, &name, subscribed);
  saved = errno;
  dotlock_release(&l);
  stralloc_free(&name);
  errno = saved;
  return ret;
}

int subscriptions_settle(const struct tree *t)
{
  struct dotlock l = DOTLOCK_ZERO;
  struct list list = { STRALLOC_ZERO, 0 };
  struct stat st;
  int ret = -1, saved;

  if (fstatat(t->rootfd, NAME, &st, 0) == 0) return 0;
  if (errno != ENOENT || dotlock_take(&l, t->rootfd, LOCK, NAME, WAIT_MS) == -1)
    return -1;
  if (fstatat(t->rootfd, NAME, &st, 0) == 0) ret = 0;
  else if (list_read(t, &list) == 0)
    ret = list.text.len ? list_write(t, list.version, &list.text) : 0;
  saved = errno;
  dotlock_release(&l);
  stralloc_free(&list.text);
  errno = saved;
  return ret;
}
