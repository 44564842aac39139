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
 *   wire -> UTF-8 -> without prefix or alias, parts checked, '.' -> disk's encoding
 *
 * and back. A name that would not come back the same way is not shown.
 */
#define MAILBOX_LIMIT 2048      /* octets of a name as a client writes it */

static const char too_long[] = "mailbox name is too long";

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

/* a name in UTF-8 without its prefix to its storage name */
static int stored(const struct tree *t, stralloc *storage, const char *s,
                  size_t len, const char **why)
{
  const char *fault = parts_fault(s, len, t->ns.separator);
  stralloc name = STRALLOC_ZERO;
  size_t i;

  if (fault) return refuse(why, fault, EINVAL);
  /* by the alias; such a folder would have no name: see show() */
  if (!t->ns.prefix.len && is_inbox(s, len))
    return refuse(why, "INBOX is not below a prefix", EINVAL);
  stralloc_copyb(&name, s, len);
  for (i = 0; i < len; i++)
    if (name.s[i] == t->ns.separator) name.s[i] = '.';
  encode(t, storage, &name);
  stralloc_free(&name);
  if (storage->len + 1 <= TREE_DIR_LIMIT) return 0;
  return refuse(why, too_long, ENAMETOOLONG);
}

static int exists(const struct tree *t, const stralloc *storage)
{
  return tree_exists(t, storage->s, storage->len) == 1;
}

/* Is there a folder above this one, below the first skip octets? */
static int above_exists(const struct tree *t, const stralloc *storage,
                        size_t skip)
{
  size_t i;

  for (i = storage->len; i > skip; i--)
    if (storage->s[i - 1] == '.'
        && tree_exists(t, storage->s, i - 1) == 1) return 1;
  return 0;
}

/*
 * A name that begins with the prefix and, longer, with the alias, as all do
 * with the prefix "" and the alias "INBOX.". It is the folder that has it as
 * its own name, or the one that the alias makes of it, or where neither is
 * there a new one: below a folder that has its own name such, or by the alias.
 */
static int either(const struct tree *t, stralloc *storage,
                  const stralloc *name, int *alias, const char **why)
{
  size_t p = t->ns.prefix.len, a = t->ns.alias.len;
  stralloc own = STRALLOC_ZERO;
  const char *unheeded;
  int ret = 0;
  int is_own = stored(t, &own, name->s + p, name->len - p, &unheeded) == 0;

  if (!is_own || !exists(t, &own)) {
    ret = stored(t, storage, name->s + a, name->len - a, why);
    is_own = is_own && ret == 0 && !exists(t, storage)
      && above_exists(t, &own, a - p);
    if (!is_own && ret == 0) *alias = 1;
  }
  if (is_own) stralloc_copy(storage, &own);
  stralloc_free(&own);
  return ret;
}

/* the whole mailbox name in UTF-8 to its storage name */
static int resolve(const struct tree *t, stralloc *storage,
                   const stralloc *name, int *alias, const char **why)
{
  const struct namespace *ns = &t->ns;
  ssize_t p = namespace_skip(ns, &ns->prefix, name->s, name->len), a = -1;
  size_t skip;

  if (ns->has_alias) a = namespace_skip(ns, &ns->alias, name->s, name->len);
  if (p == -1 && a == -1)
    return refuse(why, "mailbox name is outside the namespace", EINVAL);
  if (p != -1 && a > p) return either(t, storage, name, alias, why);
  skip = (size_t)(p == -1 ? a : p);
  if (stored(t, storage, name->s + skip, name->len - skip, why) == -1)
    return -1;
  *alias = p == -1;
  return 0;
}

int tree_storage_as(const struct tree *t, stralloc *storage,
                    const char *mailbox, size_t len, int utf8, int *alias,
                    const char **why)
{
  stralloc name = STRALLOC_ZERO;
  int ret, saved;

  if (!len) return refuse(why, "mailbox name is empty", EINVAL);
  if (len > MAILBOX_LIMIT) return refuse(why, too_long, ENAMETOOLONG);
  storage->len = 0;
  if (is_inbox(mailbox, len)) return 0;
  ret = to_utf8(&name, mailbox, len, utf8, why);
  if (ret == 0) ret = resolve(t, storage, &name, alias, why);
  saved = errno;
  stralloc_free(&name);
  errno = saved;
  return ret;
}

int tree_storage_name(const struct tree *t, stralloc *storage,
                      const char *mailbox, size_t len, int utf8,
                      const char **why)
{
  int unheeded;

  return tree_storage_as(t, storage, mailbox, len, utf8, &unheeded, why);
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

static int show(const struct tree *t, const stralloc *prefix,
                stralloc *mailbox, stralloc *name, int utf8)
{
  size_t i;

  if (parts_fault(name->s, name->len, '.')) return -1;
  if (!prefix->len && is_inbox(name->s, name->len)) return -1;
  for (i = 0; i < name->len; i++)
    if (name->s[i] == '.') name->s[i] = t->ns.separator;
  stralloc_cat(mailbox, prefix);
  if (!utf8) return utf8_to_mutf7(mailbox, name->s, name->len);
  stralloc_cat(mailbox, name);
  return 0;
}

static int named(const struct tree *t, const stralloc *prefix,
                 stralloc *mailbox, const char *storage, size_t len, int utf8)
{
  stralloc name = STRALLOC_ZERO;
  size_t start = mailbox->len;
  int ret;

  if (!len) {
    stralloc_cats(mailbox, "INBOX");
    return 0;
  }
  ret = decode(t, &name, storage, len);
  if (ret == 0) ret = show(t, prefix, mailbox, &name, utf8);
  stralloc_free(&name);
  if (ret == 0) return 0;
  mailbox->len = start;
  errno = EILSEQ;
  return -1;
}

int tree_mailbox_name(const struct tree *t, stralloc *mailbox,
                      const char *storage, size_t len, int utf8)
{
  return named(t, &t->ns.prefix, mailbox, storage, len, utf8);
}

/* Does the name that was appended at start lead back to the folder? */
static int leads_back(const struct tree *t, const stralloc *mailbox,
                      size_t start, const char *storage, size_t len, int utf8)
{
  stralloc back = STRALLOC_ZERO;
  const char *why;
  int r = tree_storage_name(t, &back, mailbox->s + start, mailbox->len - start,
                            utf8, &why) == 0
    && back.len == len && !memcmp(back.s, storage, len);

  stralloc_free(&back);
  return r;
}

int tree_alias_name(const struct tree *t, stralloc *mailbox,
                    const char *storage, size_t len, int utf8)
{
  const struct namespace *ns = &t->ns;
  size_t start = mailbox->len;

  if (tree_mailbox_name(t, mailbox, storage, len, utf8) == -1) return -1;
  if (!len || !ns->has_alias) return 0;
  if (ns->alias.len > ns->prefix.len
      && namespace_skip(ns, &ns->alias, mailbox->s + start,
                        mailbox->len - start) != -1
      && leads_back(t, mailbox, start, storage, len, utf8)) return 0;
  mailbox->len = start;
  if (named(t, &ns->alias, mailbox, storage, len, utf8) == 0
      && leads_back(t, mailbox, start, storage, len, utf8)) return 0;
  mailbox->len = start;
  return tree_mailbox_name(t, mailbox, storage, len, utf8);
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
  namespace_free(&t->ns);
}
