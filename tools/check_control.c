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
#include "maildir/dotlock.h"
#include "maildir/keywords.h"
#include "maildir/maildirsize.h"
#include "maildir/maildirsize_count.h"
#include "maildir/replace.h"
#include "maildir/tree.h"
#include "maildir/tree_impl.h"
#include "maildir/uidlist.h"
#include "tool.h"

#define LOCK_OLD 120            /* seconds; holders touch theirs every 10 */
#define INDEX_LEFT "roost.index."

static int skip_record(void *arg, const struct uidlist_record *r)
{
  (void)arg;
  (void)r;
  return 0;
}

static void check_uidlist(struct check *c, const char *dir, int fd)
{
  struct uidlist u;
  struct stat st;

  memset(&u, 0, sizeof u);
  if (fstatat(fd, UIDLIST_NAME, &st, 0) == -1) return;
  check_mode(c, dir, UIDLIST_NAME, &st, S_IRUSR | S_IWUSR);
  if (uidlist_read(&u, fd, skip_record, 0) == -1 && errno == EBADMSG)
    check_tell(c, dir, UIDLIST_NAME, "is broken (the log has the line)",
               "put it back from a backup, else every client will download "
               "this folder anew", 0);
  uidlist_free(&u);
}

/* "0 name" to "25 name"; anything else is passed over by every reader */
static int keyword_line_ok(const char *s, size_t len)
{
  size_t i = 0;
  unsigned int n = 0;

  while (i < len && i < 3 && s[i] >= '0' && s[i] <= '9')
    n = n * 10 + (unsigned int)(s[i++] - '0');
  return i && n < KEYWORD_LETTERS && i + 1 < len && s[i] == ' ';
}

static void check_keywords(struct check *c, const char *dir, int fd)
{
  stralloc text = STRALLOC_ZERO;
  const char *p, *lf;
  struct stat st;
  int bad = 0;

  if (fstatat(fd, KEYWORDS_NAME, &st, 0) == -1) return;
  check_mode(c, dir, KEYWORDS_NAME, &st, S_IRUSR | S_IWUSR);
  if (read_whole(&text, fd, KEYWORDS_NAME, 1 << 20, 0) == -1) bad = 1;
  for (p = text.s; p && p < text.s + text.len; p = lf + 1) {
    lf = memchr(p, '\n', (size_t)(text.s + text.len - p));
    if (!lf) lf = text.s + text.len;
    if (!keyword_line_ok(p, (size_t)(lf - p))) bad = 1;
  }
  stralloc_free(&text);
  if (bad)
    check_tell(c, dir, KEYWORDS_NAME, "has lines that nobody understands",
               "they are passed over; remove them by hand", 0);
}

static void check_lock(struct check *c, const char *dir, int fd,
                       const char *lock, const char *guarded)
{
  struct dotlock l = DOTLOCK_ZERO;
  struct stat st;
  int fixed;

  if (fstatat(fd, lock, &st, AT_SYMLINK_NOFOLLOW) == -1
      || st.st_mtime > time(0) - LOCK_OLD) return;
  fixed = c->fix && dotlock_take(&l, fd, lock, guarded, 0) == 0;
  if (fixed) dotlock_release(&l);
  check_tell(c, dir, lock, "is a lock that nobody has touched for minutes",
             c->fix ? "its process lives: see what hangs there" :
             "run this with -f: it goes if its process is gone", fixed);
}

void check_control(struct check *c, const char *dir)
{
  int fd = openat(c->tree.rootfd, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd == -1) {
    check_tell(c, dir, 0, "cannot be opened", "see to its rights", 0);
    return;
  }
  check_uidlist(c, dir, fd);
  check_keywords(c, dir, fd);
  check_lock(c, dir, fd, UIDLIST_LOCK, UIDLIST_NAME);
  close(fd);
}

/* ---- only in the Maildir itself ---- */

static void check_subscriptions(struct check *c)
{
  stralloc names = STRALLOC_ZERO;
  struct stat st;

  check_lock(c, ".", c->tree.rootfd, "subscriptions.lock", "subscriptions");
  if (fstatat(c->tree.rootfd, "subscriptions", &st, 0) == -1) return;
  check_mode(c, ".", "subscriptions", &st, S_IRUSR | S_IWUSR);
  if (subscriptions_read(&c->tree, &names) == -1)
    check_tell(c, ".", "subscriptions", "cannot be read",
               "see to its rights, or remove it", 0);
  stralloc_free(&names);
}

static void check_quota(struct check *c)
{
  struct maildirsize q;
  struct usage u;
  int fixed;

  if (maildirsize_open(&q, c->tree.rootfd) != 1) return;
  maildirsize_close(&q);
  if (usage_count(&u, c->tree.rootfd) == -1
      || (u.bytes == q.bytes && u.count == q.count)) return;
  fixed = c->fix && maildirsize_set(c->tree.rootfd, 0) == 0;
  check_tell(c, ".", "maildirsize", "does not say what the mail adds up to",
             "maildir-quota -r, or run this with -f", fixed);
}

static int is_left_over(const char *name)
{
  return !strncmp(name, TREE_CREATE, sizeof TREE_CREATE - 1)
    || !strncmp(name, TREE_DELETE, sizeof TREE_DELETE - 1)
    || !strncmp(name, INDEX_LEFT, sizeof INDEX_LEFT - 1);
}

static void check_left_overs(struct check *c)
{
  DIR *d = opendir(".");
  struct dirent *e;
  struct stat st;
  int fixed;

  while (d && (e = readdir(d))) {
    if (!is_left_over(e->d_name)
        || fstatat(c->tree.rootfd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1
        || st.st_ctime > time(0) - 36 * 3600) continue;
    fixed = c->fix && remove_below(c->tree.rootfd, e->d_name) == 0;
    check_tell(c, e->d_name, 0, "was left behind by a process that was killed",
               "remove it, or run this with -f", fixed);
  }
  if (d) closedir(d);
}

static void check_index(struct check *c)
{
  struct stat st;

  if (fstatat(c->tree.rootfd, "roost.index", &st, 0) == 0)
    check_mode(c, "roost.index", 0, &st, S_IRWXU);
  if (fstatat(c->tree.rootfd, "roost.index/data.mdb", &st, 0) == 0)
    check_mode(c, "roost.index", "data.mdb", &st, S_IRUSR | S_IWUSR);
}

/* Each folder has a name, and no two have the same: one may be written in
 * UTF-8, the other in modified UTF-7. */
static void check_names(struct check *c)
{
  stralloc names = STRALLOC_ZERO, back = STRALLOC_ZERO, dir = STRALLOC_ZERO;
  const char *s, *name, *why;

  if (tree_list(&c->tree, &names) == -1) return;
  for (s = names.s; s && s < names.s + names.len; s += strlen(s) + 1) {
    dir.len = 0;
    tree_dir(&dir, s, strlen(s));
    name = tool_name(&c->tree, s);
    if (!name) {
      check_tell(c, dir.s, 0, "has a name that no client can show",
                 "rename the directory", 0);
      continue;
    }
    if (tree_storage_name(&c->tree, &back, name, strlen(name), 1, &why) == -1
        || back.len != strlen(s) || memcmp(back.s, s, back.len))
      check_tell(c, dir.s, 0, "is hidden by another folder of the same name, "
                 "or written in another way than the rest",
                 "rename the directory", 0);
  }
  stralloc_free(&names);
  stralloc_free(&back);
  stralloc_free(&dir);
}

void check_root(struct check *c)
{
  check_subscriptions(c);
  check_quota(c);
  check_left_overs(c);
  check_index(c);
  check_names(c);
}
