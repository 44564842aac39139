/* ISC licence; see LICENSE. */
#include "tree.h"

#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "mutf7.h"

/*
 * Between wire and disk a name is UTF-8 with '.' between its parts:
 *
 *   wire -> UTF-8 -> without prefix, parts checked, '.' -> disk's encoding
 *
 * and back. A name that would not come back the same way is not shown.
 */
#define MAILBOX_LIMIT 2048      /* octets of a name as a client writes it */

static int refuse(const char **why, const char *text, int e)
{
  *why = text;
  errno = e;
  return -1;
}

static int has_control(const char *s, size_t len)
{
  size_t i;

  for (i = 0; i < len; i++)
    if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f) return 1;
  return 0;
}

static int is_inbox(const char *s, size_t len)
{
  return len == 5 && !strncasecmp(s, "INBOX", 5);
}

/* Octets of the prefix that name starts with, -1 if it does not. INBOX is
 * INBOX in any case, also in "inbox.a". */
static ssize_t skip_prefix(const struct namespace *ns, const char *s,
                           size_t len)
{
  size_t n = ns->prefix.len, i = 0;

  if (len < n) return -1;
  if (n > 5 && is_inbox(ns->prefix.s, 5) && ns->prefix.s[5] == ns->separator
      && is_inbox(s, 5)) i = 5;
  if (n > i && memcmp(s + i, ns->prefix.s + i, n - i)) return -1;
  return (ssize_t)n;
}

/* What is wrong with a name of parts with sep between them, or 0. */
static const char *parts_fault(const char *s, size_t len, char sep)
{
  char other = sep == '.' ? '/' : '.', last = sep;
  size_t i;

  if (len && *s == '~') return "a mailbox name may not start with ~";
  for (i = 0; i < len; i++) {
    if (s[i] == other)
      return other == '/' ? "a mailbox name may not contain /"
        : "a mailbox name may not contain a dot";
    if (s[i] == sep && last == sep) break;
    last = s[i];
  }
  return i < len || last == sep ? "part of the mailbox name is empty" : 0;
}

static int to_utf8(stralloc *name, const char *mailbox, size_t len, int utf8,
                   const char **why)
{
  if (!utf8) {
    if (mutf7_to_utf8(name, mailbox, len) == 0) return 0;
    return refuse(why, "mailbox name is not valid modified UTF-7", EINVAL);
  }
  if (!utf8_valid(mailbox, len))
    return refuse(why, "mailbox name is not valid UTF-8", EINVAL);
  if (has_control(mailbox, len))
    return refuse(why, "mailbox name contains a control character", EINVAL);
  stralloc_catb(name, mailbox, len);
  return 0;
}

/* Is there a directory for this storage name? */
static int on_disk(const struct tree *t, const stralloc *storage)
{
  stralloc dir = STRALLOC_ZERO;
  struct stat st;
  int ret;

  if (storage->len >= TREE_DIR_LIMIT) return 0;
  tree_dir(&dir, storage->s, storage->len);
  ret = fstatat(t->rootfd, dir.s, &st, 0) == 0;
  stralloc_free(&dir);
  return ret;
}

/* UTF-8 to the disk's encoding. A name that is there in the other one, in an
 * account that has both, is that one. */
static void encode(const struct tree *t, stralloc *storage,
                   const stralloc *name)
{
  stralloc m = STRALLOC_ZERO;

  storage->len = 0;
  if (t->encoding == TREE_UTF8 || utf8_to_mutf7(&m, name->s, name->len) == -1
      || (m.len != name->len && !on_disk(t, &m) && on_disk(t, name)
          && !mutf7_valid(name->s, name->len)))
    stralloc_copy(storage, name);
  else stralloc_copy(storage, &m);
  stralloc_free(&m);
}

/* name: the whole mailbox name in UTF-8; becomes the dotted storage name */
static int strip(const struct tree *t, stralloc *name, const char **why)
{
  ssize_t n = skip_prefix(&t->ns, name->s, name->len);
  const char *fault;
  size_t i;

  if (n == -1)
    return refuse(why, "mailbox name is outside the namespace", EINVAL);
  name->len -= (size_t)n;
  memmove(name->s, name->s + n, name->len);
  fault = parts_fault(name->s, name->len, t->ns.separator);
  if (fault) return refuse(why, fault, EINVAL);
  for (i = 0; i < name->len; i++)
    if (name->s[i] == t->ns.separator) name->s[i] = '.';
  return 0;
}

int tree_storage_name(const struct tree *t, stralloc *storage,
                      const char *mailbox, size_t len, int utf8,
                      const char **why)
{
  static const char too_long[] = "mailbox name is too long";
  stralloc name = STRALLOC_ZERO;
  int ret = -1, saved;

  if (!len) return refuse(why, "mailbox name is empty", EINVAL);
  if (len > MAILBOX_LIMIT) return refuse(why, too_long, ENAMETOOLONG);
  storage->len = 0;
  if (is_inbox(mailbox, len)) return 0;
  if (to_utf8(&name, mailbox, len, utf8, why) == 0
      && strip(t, &name, why) == 0) {
    encode(t, storage, &name);
    ret = 0;
    if (storage->len + 1 > TREE_DIR_LIMIT)
      ret = refuse(why, too_long, ENAMETOOLONG);
  }
  saved = errno;
  stralloc_free(&name);
  errno = saved;
  return ret;
}

/* A name on disk to UTF-8. 0, or -1 if it is in no encoding that we know. */
static int decode(const struct tree *t, stralloc *name, const char *s,
                  size_t len)
{
  if (t->encoding == TREE_MUTF7 && mutf7_to_utf8(name, s, len) == 0) return 0;
  if (!utf8_valid(s, len) || has_control(s, len)) return -1;
  stralloc_catb(name, s, len);
  return 0;
}

static int show(const struct tree *t, stralloc *mailbox, stralloc *name,
                int utf8)
{
  size_t i;

  if (parts_fault(name->s, name->len, '.')) return -1;
  if (!t->ns.prefix.len && is_inbox(name->s, name->len)) return -1;
  for (i = 0; i < name->len; i++)
    if (name->s[i] == '.') name->s[i] = t->ns.separator;
  stralloc_cat(mailbox, &t->ns.prefix);
  if (!utf8) return utf8_to_mutf7(mailbox, name->s, name->len);
  stralloc_cat(mailbox, name);
  return 0;
}

int tree_mailbox_name(const struct tree *t, stralloc *mailbox,
                      const char *storage, size_t len, int utf8)
{
  stralloc name = STRALLOC_ZERO;
  size_t start = mailbox->len;
  int ret;

  if (!len) {
    stralloc_cats(mailbox, "INBOX");
    return 0;
  }
  ret = decode(t, &name, storage, len);
  if (ret == 0) ret = show(t, mailbox, &name, utf8);
  stralloc_free(&name);
  if (ret == 0) return 0;
  mailbox->len = start;
  errno = EILSEQ;
  return -1;
}

void tree_dir(stralloc *dir, const char *storage, size_t len)
{
  stralloc_append(dir, '.');
  stralloc_catb(dir, storage, len);
  stralloc_0(dir);
}

/* What a name tells of the encoding: it has a shift of modified UTF-7, or is
 * UTF-8 that cannot be modified UTF-7, or neither. */
static void look_at(const char *s, int *mutf7, int *utf8)
{
  size_t len = strlen(s), i;

  if (!mutf7_valid(s, len)) {
    if (utf8_valid(s, len) && !has_control(s, len)) *utf8 = 1;
    return;
  }
  for (i = 0; i < len; i++)
    if (s[i] == '&' && s[i + 1] != '-') *mutf7 = 1;
}

/* cur, new and tmp as directories: a bit each */
static unsigned int part_bit(const struct dirent *e)
{
  if (e->d_type != DT_DIR) return 0;
  return !strcmp(e->d_name, "cur") ? 1 : !strcmp(e->d_name, "new") ? 2
    : !strcmp(e->d_name, "tmp") ? 4 : 0;
}

/* one look at the Maildir for both: it is read at every login */
static void look_around(struct tree *t, int rootfd)
{
  int fd = openat(rootfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *d = fd == -1 ? 0 : fdopendir(fd);
  int mutf7 = 0, utf8 = 0, links = 0;
  unsigned int parts = 0;
  struct dirent *e;

  t->encoding = TREE_MUTF7;
  t->plain = 0;
  if (!d) {
    if (fd != -1) close(fd);
    return;
  }
  while ((e = readdir(d))) {
    if (e->d_name[0] == '.') look_at(e->d_name + 1, &mutf7, &utf8);
    parts |= part_bit(e);
    links |= e->d_type == DT_LNK || e->d_type == DT_UNKNOWN;
  }
  closedir(d);
  if (utf8 && !mutf7) t->encoding = TREE_UTF8;
  t->plain = parts == 7 && !links;
}

void tree_init(struct tree *t, int rootfd)
{
  namespace_init(&t->ns);
  t->rootfd = rootfd;
  look_around(t, rootfd);
}

void tree_free(struct tree *t)
{
  stralloc_free(&t->ns.prefix);
}
