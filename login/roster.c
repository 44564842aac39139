/* ISC licence; see LICENSE. */
#include "roster.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define TRIES 8                 /* an empty directory may go as we come */
#define DRAFT_MAX_AGE 60        /* seconds that a file may be without a name */
#define SESSIONS_MAX 65536      /* of an account: more are not looked at */

static int open_dir(int at, const char *name)
{
  return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* close without touching errno */
static void drop(int fd)
{
  int saved = errno;

  close(fd);
  errno = saved;
}

int roster_open(const char *dir)
{
  struct stat st;
  int fd = open_dir(AT_FDCWD, dir);

  if (fd == -1 && errno == ENOENT) {
    if (mkdir(dir, 0700) == -1 && errno != EEXIST) return -1;
    fd = open_dir(AT_FDCWD, dir);
  }
  if (fd == -1) return -1;
  if (fstat(fd, &st) == 0) {
    if (st.st_uid == geteuid() && !(st.st_mode & 022)) return fd;
    errno = EPERM;
  }
  drop(fd);
  return -1;
}

/* ------------------------------------------------------------ directories */

/*
 * Straight from the kernel: opendir would ask for a buffer of 32 kB, of a
 * process that is to be small.
 */
int roster_names(int dir, int (*each)(int, const char *, void *), void *arg)
{
  char buf[2048] __attribute__((aligned(__alignof__(struct dirent64))));
  const struct dirent64 *d;
  ssize_t n, at;
  int r;

  if (lseek(dir, 0, SEEK_SET) == -1) return -1;
  while ((n = getdents64(dir, buf, sizeof buf)) > 0)
    for (at = 0; at < n; at += d->d_reclen) {
      d = (const struct dirent64 *)(buf + at);
      r = each(dir, d->d_name, arg);
      if (r) return r;
    }
  return (int)n;
}

/* ---------------------------------------------------------- one's own file */

int roster_write(const struct place *p, const struct entry *e)
{
  return pwrite(p->fd, e, sizeof *e, 0) == (ssize_t)sizeof *e ? 0 : -1;
}

/*
 * Under a name that nobody counts until it is locked and written: a file
 * without a lock is taken for stale.
 */
static int add_file(struct place *p, int account, const struct entry *e)
{
  char draft[ENTRY_NAME_MAX + 1];

  snprintf(draft, sizeof draft, ".%s", p->name);
  p->fd = openat(account, draft,
    O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (p->fd == -1) return -1;
  if (flock(p->fd, LOCK_EX | LOCK_NB) == 0 && roster_write(p, e) == 0
      && renameat(account, draft, account, p->name) == 0)
    return 0;
  drop(p->fd);
  p->fd = -1;
  unlinkat(account, draft, 0);
  return -1;
}

int roster_add(struct place *p, int dir, const struct entry_account *a,
  const struct entry *e)
{
  int account, tries, r = -1;

  p->fd = -1;
  entry_account_name(p->account, a);
  entry_name(p->name, e->monitor, e->address);
  for (tries = 0; r == -1 && tries < TRIES; tries++) {
    if (mkdirat(dir, p->account, 0700) == -1 && errno != EEXIST) return -1;
    account = open_dir(dir, p->account);
    if (account == -1) {
      if (errno == ENOENT) continue;
      return -1;
    }
    r = add_file(p, account, e);
    drop(account);
    if (r == -1 && errno != ENOENT) return -1;
  }
  return r;
}

void roster_remove(struct place *p, int dir)
{
  char path[2 * ENTRY_NAME_MAX];

  if (p->fd == -1) return;
  snprintf(path, sizeof path, "%s/%s", p->account, p->name);
  unlinkat(dir, path, 0);
  unlinkat(dir, p->account, AT_REMOVEDIR);      /* if that was the last */
  close(p->fd);
  p->fd = -1;
}

/* ------------------------------------------------------- others' sessions */

/* 1 if the monitor of the file that fd is open on lives */
static int is_held(int fd)
{
  return flock(fd, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK;
}

/*
 * Read a session's file. 1; 0: it is stale (it was removed), gone, or not
 * to be believed.
 */
static int take(int dir, const char *name, struct entry *e)
{
  const char *address;
  pid_t pid = entry_name_parse(name, &address);
  int fd, good = 0;
  ssize_t n;

  if (!pid) return 0;
  fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd == -1) return 0;
  if (is_held(fd)) {
    n = pread(fd, e, sizeof *e, 0);
    good = n > 0 && entry_fits(e, (size_t)n) && e->monitor == pid;
  } else unlinkat(dir, name, 0);
  close(fd);
  return good;
}

static int pidfd_open_(pid_t pid)
{
  return (int)syscall(SYS_pidfd_open, pid, 0U);
}

/*
 * The pidfd first: if the lock is held after that, then the process that it
 * stands for is the one that wrote the name. On a kernel without, or behind a
 * filter that knows no pidfd, a moment is left.
 *
 * With claim the file is removed before the signal, and who has removed it
 * has ended the session: a monitor that ends at once would remove it itself,
 * and nobody would know who was to tell of it.
 */
static int send_signal(const struct roster_at *at, int sig, int claim)
{
  const char *address;
  pid_t pid = entry_name_parse(at->name, &address);
  int pidfd, fd, mine, r;

  if (!pid) {
    errno = EINVAL;
    return -1;
  }
  pidfd = pidfd_open_(pid);
  if (pidfd == -1 && errno != ENOSYS && errno != EPERM) return -1;
  fd = openat(at->dir, at->name,
    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  mine = fd != -1 && is_held(fd)
    && (!claim || unlinkat(at->dir, at->name, 0) == 0);
  if (fd != -1) close(fd);
  errno = ESRCH;
  if (!mine) r = -1;
  else if (pidfd == -1) r = kill(pid, sig);
  else r = (int)syscall(SYS_pidfd_send_signal, pidfd, sig, (void *)0, 0U);
  if (pidfd != -1) drop(pidfd);
  return r;
}

int roster_signal(const struct roster_at *at, int sig)
{
  return send_signal(at, sig, 0);
}

/* --------------------------------------------------------------- the limit */

struct candidate {
  int64_t active, since;
  char name[ENTRY_NAME_MAX];
};

struct search {
  const struct place *own;
  const char *address;          /* of the name; 0: any */
  unsigned int count;           /* those that match */
  unsigned int all;             /* counted by count_one alone */
  struct candidate *found;      /* 0: only count */
  unsigned int room;
};

static int matches(const struct search *s, const char *name)
{
  const char *address;

  if (!entry_name_parse(name, &address)) return 0;
  return !s->address || !strcmp(address, s->address);
}

static int count_one(int dir, const char *name, void *arg)
{
  struct search *s = arg;

  const char *address;

  (void)dir;
  if (!entry_name_parse(name, &address)) return 0;
  s->all++;
  if (!strcmp(address, s->address)) s->count++;
  return 0;
}

int roster_count(int dir, const struct place *p, unsigned int *address,
  unsigned int *all)
{
  struct search s = { p, 0, 0, 0, 0, 0 };
  int account = open_dir(dir, p->account), r;

  if (account == -1) return -1;
  entry_name_parse(p->name, &s.address);
  r = roster_names(account, count_one, &s);
  drop(account);
  *address = s.count;
  *all = s.all;
  return r;
}

static int find_one(int dir, const char *name, void *arg)
{
  struct search *s = arg;
  struct candidate *c = s->found + s->count;
  struct entry e;

  if (!matches(s, name) || !strcmp(name, s->own->name)) return 0;
  if (!take(dir, name, &e)) return 0;
  c->active = e.active;
  c->since = e.since;
  entry_put(c->name, sizeof c->name, name, strlen(name));
  return ++s->count == s->room;
}

/* the longest idle first; of equals the oldest */
static int by_idleness(const void *a, const void *b)
{
  const struct candidate *x = a, *y = b;

  if (x->active != y->active) return x->active < y->active ? -1 : 1;
  if (x->since != y->since) return x->since < y->since ? -1 : 1;
  return strcmp(x->name, y->name);
}

/* those that live, and of these the longest idle beyond max less our own */
static int end_some(int dir, struct search *s, unsigned int max, int sig,
  void (*ended)(const struct entry *, void *), void *arg)
{
  struct roster_at at = { dir, 0 };
  struct entry e;
  unsigned int i, excess;
  int n = 0;

  if (s->count + 1 <= max) return 0;
  excess = s->count + 1 - max;
  qsort(s->found, s->count, sizeof *s->found, by_idleness);
  for (i = 0; i < s->count && excess; i++) {
    at.name = s->found[i].name;
    if (!take(dir, at.name, &e)) {      /* it ended, or another ended it */
      excess--;
      continue;
    }
    if (send_signal(&at, sig, 1) == -1) {
      if (errno == ESRCH) excess--;
      continue;
    }
    excess--;
    n++;
    if (ended) ended(&e, arg);
  }
  return n;
}

int roster_limit(int dir, const struct place *p, int any_address,
  unsigned int max, int sig, void (*ended)(const struct entry *, void *),
  void *arg)
{
  struct search s = { p, 0, 0, 0, 0, 0 };
  unsigned int n, all;
  int account, r = -1;

  if (roster_count(dir, p, &n, &all) == -1) return -1;
  if (any_address) n = all;
  if (n <= max) return 0;
  if (!any_address) entry_name_parse(p->name, &s.address);
  account = open_dir(dir, p->account);
  if (account == -1) return -1;
  /* room for those that come meanwhile */
  s.room = n < SESSIONS_MAX ? n + 16 : SESSIONS_MAX;
  s.found = malloc(s.room * sizeof *s.found);
  if (s.found) r = roster_names(account, find_one, &s);
  if (r != -1) r = end_some(account, &s, max, sig, ended, arg);
  free(s.found);
  drop(account);
  return r;
}

/* --------------------------------------------------------------------- all */

struct walk {
  void (*each)(const struct roster_at *, const struct entry *, void *);
  void *arg;
};

/* what a monitor that was killed between two steps left */
static void sweep_draft(int dir, const char *name)
{
  struct stat st;
  int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  if (fd == -1) return;
  if (fstat(fd, &st) == 0 && st.st_mtime < time(0) - DRAFT_MAX_AGE
      && !is_held(fd))
    unlinkat(dir, name, 0);
  close(fd);
}

static int walk_session(int dir, const char *name, void *arg)
{
  const struct walk *w = arg;
  struct roster_at at = { dir, name };
  struct entry e;

  if (name[0] == '.' && name[1] && name[1] != '.') sweep_draft(dir, name);
  else if (take(dir, name, &e)) w->each(&at, &e, w->arg);
  return 0;
}

static int walk_account(int dir, const char *name, void *arg)
{
  int account;

  /* in those of addresses there is nobody to show, only to be swept */
  if (!entry_account_is(name)
      && strncmp(name, ROSTER_PLACE, strlen(ROSTER_PLACE)))
    return 0;
  account = open_dir(dir, name);
  if (account == -1) return 0;
  roster_names(account, walk_session, arg);
  close(account);
  unlinkat(dir, name, AT_REMOVEDIR);    /* if it is empty */
  return 0;
}

int roster_each(int dir, void (*each)(const struct roster_at *,
  const struct entry *, void *), void *arg)
{
  struct walk w = { each, arg };

  return roster_names(dir, walk_account, &w);
}
