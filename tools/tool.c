/* ISC licence; see LICENSE. */
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <skalibs/types.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/timedio.h"

int tool_never = 100;

static int among(const gid_t *group, int n, gid_t gid)
{
  while (n-- > 0)
    if (group[n] == gid) return 1;
  return 0;
}

/*
 * The groups of the uid's account, and the Maildir's own if that is one of
 * them: who owns a directory need not be in its group, and must not get there
 * through us. A uid without an account has the Maildir's alone.
 */
static int take_groups(uid_t uid, gid_t gid)
{
  const struct passwd *pw = getpwuid(uid);
  gid_t *group;
  int n;

  if (!pw) return setgroups(1, &gid) == -1 ? -1 : setgid(gid);
  if (initgroups(pw->pw_name, pw->pw_gid) == -1) return -1;
  n = getgroups(0, 0);
  if (n == -1) return -1;
  group = xalloc(((size_t)n + 1) * sizeof *group);
  n = getgroups(n, group);
  if (!among(group, n, gid)) gid = pw->pw_gid;
  free(group);
  return n == -1 ? -1 : setgid(gid);
}

static void not_there(const char *maildir) __attribute__((noreturn));
static void not_there(const char *maildir)
{
  die_sys(errno == ENOENT || errno == ENOTDIR ? tool_never : 111,
          "unable to change to ", maildir);
}

/* from the directory that we are in, through no link: 0, -1 */
static int enter(const char *path)
{
  stralloc part = STRALLOC_ZERO;
  int fd, r = 0, saved;
  size_t n;

  for (; r == 0 && *path; path += n + (path[n] == '/')) {
    n = strcspn(path, "/");
    if (!n) continue;
    stralloc_copyb(&part, path, n);
    stralloc_0(&part);
    fd = open(part.s, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    r = fd == -1 ? -1 : fchdir(fd);
    saved = errno;
    if (fd != -1) close(fd);
    errno = saved;
  }
  stralloc_free(&part);                 /* free(3) keeps errno */
  return r;
}

static void become_owner(const char *maildir);

void tool_own(const char *maildir)
{
  if (chdir(maildir) == -1) not_there(maildir);
  become_owner(maildir);
}

void tool_own_below(const char *maildir, size_t tree)
{
  stralloc top = STRALLOC_ZERO;

  stralloc_copyb(&top, maildir, tree);
  stralloc_0(&top);
  if (chdir(top.s) == -1 || enter(maildir + tree) == -1) not_there(maildir);
  stralloc_free(&top);
  become_owner(maildir);
}

/* of the directory that we are in, if we are root */
static void become_owner(const char *maildir)
{
  struct stat st;

  umask(077);
  if (geteuid()) return;
  if (stat(".", &st) == -1) die_sys(111, "unable to look at ", maildir);
  if (!st.st_uid) die_text(tool_never, "this Maildir belongs to root: ", maildir);
  if (take_groups(st.st_uid, st.st_gid) == -1 || setuid(st.st_uid) == -1)
    die_sys(111, "unable to become the owner of ", maildir);
  if (chdir(".") == -1) die_sys(111, "its owner may not enter ", maildir);
}

void tool_open(struct account *a, const char *maildir)
{
  tool_own(maildir);
  if (account_open(a, ".") == -1) die_sys(111, "unable to open ", maildir);
}

void tool_storage(const struct tree *t, stralloc *storage, const char *name)
{
  const char *why;

  if (tree_storage_name(t, storage, name, strlen(name), 1, &why) == -1)
    die_text(tool_never, why, 0);
}

const char *tool_name(const struct tree *t, const char *storage)
{
  static stralloc name = STRALLOC_ZERO;

  name.len = 0;
  if (tree_mailbox_name(t, &name, storage, strlen(storage), 1) == -1) return 0;
  stralloc_0(&name);
  return name.s;
}

static int one(struct account *a, const char *storage, tool_fn *fn, void *arg)
{
  const char *name = tool_name(&a->tree, storage);

  if (name) return fn(a, storage, name, arg);
  log_begin("left-out");
  log_str("file", storage);
  log_end();
  return 0;
}

static int only_one(struct account *a, const char *only, tool_fn *fn,
                    void *arg)
{
  stralloc storage = STRALLOC_ZERO;
  int r;

  tool_storage(&a->tree, &storage, only);
  r = tree_exists(&a->tree, storage.s, storage.len);
  if (r == -1) die_sys(111, "unable to look at ", only);
  if (!r) die_text(tool_never, "there is no folder ", only);
  stralloc_0(&storage);
  r = one(a, storage.s, fn, arg);
  stralloc_free(&storage);
  return r;
}

int tool_each(struct account *a, const char *only, tool_fn *fn, void *arg)
{
  stralloc names = STRALLOC_ZERO;
  const char *s;
  int ret, r;

  if (only) return only_one(a, only, fn, arg);
  if (tree_list(&a->tree, &names) == -1)
    die_sys(111, "unable to list the folders", 0);
  ret = one(a, "", fn, arg);
  for (s = names.s; s && s < names.s + names.len; s += strlen(s) + 1) {
    r = one(a, s, fn, arg);
    if (r > ret) ret = r;
  }
  stralloc_free(&names);
  return ret;
}

unsigned long long tool_number(const char *s, unsigned long long max,
                               const char *what)
{
  uint64_t n;
  size_t used = uint64_scan(s, &n);

  if (!used || s[used] || used > 19 || n > max) die_text(tool_never, what, s);
  return n;
}

void tool_say(stralloc *out)
{
  if (fd_put(1, out->s, out->len) == -1)
    die_sys(111, "unable to write the output", 0);
  out->len = 0;
}

char *tool_absolute(const char *path)
{
  stralloc s = STRALLOC_ZERO;
  char *cwd;

  if (*path == '/') return xstrdup(path);
  cwd = getcwd(0, 0);
  if (!cwd) die_sys(111, "unable to tell the current directory", 0);
  stralloc_cats(&s, cwd);
  stralloc_cats(&s, "/");
  stralloc_cats(&s, path);
  stralloc_0(&s);
  free(cwd);
  return s.s;
}
