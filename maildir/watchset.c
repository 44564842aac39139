/* ISC licence; see LICENSE. */
#include "watchset.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "extra.h"
#include "folder_impl.h"
#include "uidlist.h"
#include "watch_impl.h"

/*
 * Each folder has three directories to watch: its own, for control files, new/
 * and cur/. A watch is known by a number, inotify's own or the descriptor of
 * the directory for dnotify; keys finds whose it is. Two folders may be one
 * directory (a link; INBOX and the Maildir), so a number may stand there more
 * than once.
 */
enum { IN_DIR, IN_NEW, IN_CUR, PLACES };
enum how { BY_TIME, BY_INOTIFY, BY_DNOTIFY };

#define DIRS_MASK (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)
#define DIR_MASK (DIRS_MASK | IN_CLOSE_WRITE | IN_ATTRIB)
#define MAIL_MASK (DIRS_MASK | IN_DELETE_SELF | IN_MOVE_SELF)
#define SPARE_FDS 64            /* dnotify leaves so many for all else */
#define WANTED_FDS 65536

struct place {
  int number;                   /* of its watch; -1: none */
  struct dir_stamp stamp;       /* for looks by time */
};

struct watched {
  void *whose;
  char *dir;                    /* below the Maildir */
  int root;                     /* the Maildir itself */
  int denied;
  struct place at[PLACES];
  struct watched *next, *before;
};

struct key {
  int number, place;
  struct watched *w;
};

struct watchset {
  struct account *account;
  enum how how;
  int fd;
  int room;                     /* descriptors that dnotify may keep */
  struct watched *all;
  struct key *keys;             /* by number */
  size_t n, a;
  size_t unwatched;             /* places without a watch */
  int64_t slow;                 /* when all were looked at last, clock_ms */
};

/* ---- numbers ---- */

/* index of the first key that is not below number */
static size_t lower(const struct watchset *s, int number)
{
  size_t lo = 0, hi = s->n, mid;

  while (lo < hi) {
    mid = lo + (hi - lo) / 2;
    if (s->keys[mid].number < number) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

static void add_key(struct watchset *s, int number, struct watched *w,
                    int place)
{
  size_t i;

  if (s->n == s->a) {
    s->a = s->a * 2 + 16;
    s->keys = xrealloc(s->keys, s->a * sizeof *s->keys);
  }
  i = lower(s, number + 1);
  memmove(s->keys + i + 1, s->keys + i, (s->n - i) * sizeof *s->keys);
  s->keys[i].number = number;
  s->keys[i].place = place;
  s->keys[i].w = w;
  s->n++;
}

/* 1 if no other place has this number */
static int take_key(struct watchset *s, int number, const struct watched *w,
                    int place)
{
  size_t i = lower(s, number), first = i;

  for (; i < s->n && s->keys[i].number == number; i++)
    if (s->keys[i].w == w && s->keys[i].place == place) {
      s->n--;
      memmove(s->keys + i, s->keys + i + 1, (s->n - i) * sizeof *s->keys);
      break;
    }
  return first == s->n || s->keys[first].number != number;
}

/* ---- one directory ---- */

static void place_path(const struct watched *w, int place, stralloc *path)
{
  static const char *const below[PLACES] = { "", "/new", "/cur" };

  path->len = 0;
  stralloc_cats(path, w->dir);
  stralloc_cats(path, below[place]);
  stralloc_0(path);
}

static void stamp_dir(struct dir_stamp *d, const struct stat *st)
{
  struct stamp s;

  stamp_of(&s, st);
  d->ino = s.ino;
  d->mtime_ns = s.mtime_ns;
}

static void unwatch(struct watchset *s, struct watched *w, int place)
{
  int number = w->at[place].number;

  w->at[place].number = -1;
  if (number == -1) {
    s->unwatched--;
    return;
  }
  if (!take_key(s, number, w, place)) return;
  if (s->how == BY_INOTIFY) inotify_rm_watch(s->fd, number);
  else close(number);
}

/* the number of a watch for an open directory, which is closed if dnotify
 * does not need it; -1 */
static int number_of(struct watchset *s, int dir, int place)
{
  int number = -1;

  if (s->how == BY_INOTIFY)
    number = watch_inotify_dir(s->fd, dir, IN_MASK_ADD
                               | (place == IN_DIR ? DIR_MASK : MAIL_MASK));
  else if (s->how == BY_DNOTIFY && dir < s->room
           && watch_dnotify_dir(dir) != -1)
    return dir;
  close(dir);
  return number;
}

static void watch(struct watchset *s, struct watched *w, int place)
{
  struct place *at = &w->at[place];
  stralloc path = STRALLOC_ZERO;
  struct stat st;
  int dir;

  memset(&at->stamp, 0, sizeof at->stamp);
  at->number = -1;
  place_path(w, place, &path);
  dir = openat(s->account->rootfd, path.s,
               O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir == -1 && errno == EACCES) w->denied = 1;
  if (dir != -1) {
    if (fstat(dir, &st) == 0) stamp_dir(&at->stamp, &st);
    at->number = number_of(s, dir, place);
  }
  if (at->number == -1) s->unwatched++;
  else add_key(s, at->number, w, place);
  stralloc_free(&path);
}

/* ---- the set ---- */

static int places(const struct watched *w)
{
  return w->root ? 1 : PLACES;
}

static struct watched *add(struct watchset *s, const char *dir, int root,
                           void *whose)
{
  struct watched *w = xalloc(sizeof *w);
  int i;

  memset(w, 0, sizeof *w);
  w->whose = whose;
  w->root = root;
  w->dir = xalloc(strlen(dir) + 1);
  memcpy(w->dir, dir, strlen(dir) + 1);
  w->next = s->all;
  if (s->all) s->all->before = w;
  s->all = w;
  for (i = 0; i < places(w); i++) watch(s, w, i);
  return w;
}

/* dnotify keeps a descriptor for each directory */
static int descriptors(void)
{
  struct rlimit l;

  if (getrlimit(RLIMIT_NOFILE, &l) == -1) return 0;
  if (l.rlim_cur < WANTED_FDS && l.rlim_cur < l.rlim_max) {
    l.rlim_cur = l.rlim_max < WANTED_FDS ? l.rlim_max : WANTED_FDS;
    setrlimit(RLIMIT_NOFILE, &l);
    getrlimit(RLIMIT_NOFILE, &l);
  }
  return l.rlim_cur > WANTED_FDS ? WANTED_FDS : (int)l.rlim_cur - SPARE_FDS;
}

struct watchset *watchset_new(struct account *a)
{
  struct watchset *s = xalloc(sizeof *s);

  memset(s, 0, sizeof *s);
  s->account = a;
  s->fd = -1;
  s->slow = clock_ms();
  if (tick_ns(a) != TICK_NETWORK_NS) {
    s->how = BY_INOTIFY;
    s->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (s->fd == -1) {
      s->fd = watch_signals();
      s->how = s->fd == -1 ? BY_TIME : BY_DNOTIFY;
      s->room = descriptors();
    }
  }
  add(s, ".", 1, 0);
  return s;
}

struct watched *watchset_add(struct watchset *s, const char *storage,
                             void *whose)
{
  stralloc dir = STRALLOC_ZERO;
  struct watched *w;

  tree_dir(&dir, storage, strlen(storage));
  w = add(s, dir.s, 0, whose);
  stralloc_free(&dir);
  return w;
}

void watchset_again(struct watchset *s, struct watched *w)
{
  int i;

  w->denied = 0;
  for (i = 0; i < places(w); i++) {
    unwatch(s, w, i);
    watch(s, w, i);
  }
}

int watchset_denied(const struct watched *w)
{
  return w->denied;
}

void watchset_drop(struct watchset *s, struct watched *w)
{
  int i;

  for (i = 0; i < places(w); i++) unwatch(s, w, i);
  if (w->next) w->next->before = w->before;
  if (w->before) w->before->next = w->next;
  else s->all = w->next;
  free(w->dir);
  free(w);
}

void watchset_free(struct watchset *s)
{
  if (!s) return;
  while (s->all) watchset_drop(s, s->all);
  fd_close_once(&s->fd);
  free(s->keys);
  free(s);
}

int watchset_fd(const struct watchset *s)
{
  return s->fd;
}

int watchset_poll_ms(const struct watchset *s)
{
  return s->unwatched ? POLL_MS : POLL_SLOW_MS;
}

/* ---- looking ---- */

static int is(const char *name, const char *what)
{
  return !strcmp(name, what);
}

/* what a name in the Maildir's directory stands for */
static unsigned of_root(const char *name)
{
  if (name[0] == '.' && name[1] && name[1] != '.') return WATCH_NAMES;
  if (is(name, "subscriptions") || is(name, "courierimapsubscribed"))
    return WATCH_SUBSCRIPTIONS;
  return is(name, "roost-attributes") ? WATCH_ATTRIBUTES : 0;
}

/* in a folder's: locks come and go there, too */
static unsigned of_folder(const char *name)
{
  if (is(name, EXTRA_NAME) || is(name, UIDLIST_NAME)) return WATCH_MAIL;
  if (is(name, "new") || is(name, "cur")) return WATCH_AGAIN | WATCH_MAIL;
  return is(name, "roost-attributes") ? WATCH_ATTRIBUTES : 0;
}

/* without a name: all that may be */
static unsigned of_any(const struct key *k)
{
  if (k->place != IN_DIR) return WATCH_MAIL;
  if (!k->w->root) return WATCH_MAIL | WATCH_ATTRIBUTES;
  return WATCH_NAMES | WATCH_SUBSCRIPTIONS | WATCH_ATTRIBUTES;
}

static unsigned meaning(const struct key *k, const struct inotify_event *e)
{
  if (e->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED))
    return WATCH_AGAIN | WATCH_MAIL;
  if (k->place != IN_DIR) return WATCH_MAIL;
  if (!e->len) return 0;
  return k->w->root ? of_root(e->name) : of_folder(e->name);
}

static void one_event(struct watchset *s, const struct inotify_event *e,
                      watchset_fn *each, void *arg)
{
  size_t i;
  unsigned what;

  if (e->mask & IN_Q_OVERFLOW) {
    each(arg, 0, WATCH_LOST);
    return;
  }
  for (i = lower(s, e->wd); i < s->n && s->keys[i].number == e->wd; i++) {
    what = meaning(&s->keys[i], e);
    if (what) each(arg, s->keys[i].w->whose, what);
  }
}

static void read_inotify(struct watchset *s, watchset_fn *each, void *arg)
{
  char buf[16384] __attribute__((aligned(8)));
  const struct inotify_event *e;
  ssize_t n, at;

  while ((n = read(s->fd, buf, sizeof buf)) > 0)
    for (at = 0; at < n; at += (ssize_t)(sizeof *e + e->len)) {
      e = (const struct inotify_event *)(buf + at);
      one_event(s, e, each, arg);
    }
}

static void read_dnotify(struct watchset *s, watchset_fn *each, void *arg)
{
  struct signalfd_siginfo info[32];
  ssize_t n, j;
  size_t i;

  while ((n = read(s->fd, info, sizeof info)) > 0)
    for (j = 0; j < n / (ssize_t)sizeof *info; j++) {
      if (info[j].ssi_signo != (uint32_t)DNOTIFY_SIGNAL) {
        each(arg, 0, WATCH_LOST);       /* SIGIO: too many were waiting */
        continue;
      }
      for (i = lower(s, info[j].ssi_fd);
           i < s->n && s->keys[i].number == info[j].ssi_fd; i++)
        each(arg, s->keys[i].w->whose, of_any(&s->keys[i]));
    }
}

static unsigned look_at(struct watchset *s, struct watched *w, int place)
{
  struct key k = { -1, place, w };
  struct dir_stamp now = { 0 };
  stralloc path = STRALLOC_ZERO;
  unsigned what = 0;
  struct stat st;

  place_path(w, place, &path);
  if (fstatat(s->account->rootfd, path.s, &st, 0) == 0) stamp_dir(&now, &st);
  if (!dir_stamp_eq(&now, &w->at[place].stamp)) what = of_any(&k);
  if (now.ino != w->at[place].stamp.ino && !w->root) what |= WATCH_AGAIN;
  w->at[place].stamp = now;
  stralloc_free(&path);
  return what;
}

static int readable(const struct watchset *s, const struct watched *w)
{
  stralloc path = STRALLOC_ZERO;
  int i, ok = 1;

  for (i = 0; ok && i < places(w); i++) {
    place_path(w, i, &path);
    ok = !faccessat(s->account->rootfd, path.s, R_OK | X_OK, AT_EACCESS);
  }
  stralloc_free(&path);
  return ok;
}

static void by_time(struct watchset *s, watchset_fn *each, void *arg)
{
  int64_t now = clock_ms();
  int i, all = now - s->slow >= POLL_SLOW_MS;
  struct watched *w;
  unsigned what;

  if (all) s->slow = now;
  for (w = s->all; w; w = w->next) {
    what = 0;
    for (i = 0; i < places(w); i++)
      if (all || w->at[i].number == -1) what |= look_at(s, w, i);
    if (w->denied && readable(s, w)) what |= WATCH_AGAIN;
    if (what) each(arg, w->whose, what);
  }
}

void watchset_look(struct watchset *s, int timed, watchset_fn *each, void *arg)
{
  if (s->how == BY_INOTIFY) read_inotify(s, each, arg);
  if (s->how == BY_DNOTIFY) read_dnotify(s, each, arg);
  if (timed) by_time(s, each, arg);
}
