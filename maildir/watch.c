/* ISC licence; see LICENSE. */
#include "folder_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "watch_impl.h"

/*
 * Waiting for changes in new/ and cur/. The kernel gives one uid 128 inotify
 * instances by default, and all mailboxes may share one uid: then dnotify,
 * whose signal comes through a signalfd, so that both look alike.
 */
#define WATCH_NONE 0
#define WATCH_INOTIFY 1
#define WATCH_DNOTIFY 2

static const char *const subdirs[2] = { "/new", "/cur" };

static void sub_path(const struct folder *f, int i, stralloc *path)
{
  path->len = 0;
  stralloc_cats(path, f->dir.s);
  stralloc_cats(path, subdirs[i]);
  stralloc_0(path);
}

/* inotify takes paths, not descriptors: go through /proc/self/fd */
int watch_inotify_dir(int inotify, int dir, uint32_t mask)
{
  stralloc link = STRALLOC_ZERO;
  int r;

  stralloc_cats(&link, "/proc/self/fd/");
  stralloc_catu(&link, (uint64_t)dir);
  stralloc_0(&link);
  r = inotify_add_watch(inotify, link.s, mask);
  stralloc_free(&link);                 /* free(3) keeps errno */
  return r;
}

int watch_dnotify_dir(int dir)
{
  if (fcntl(dir, F_SETSIG, DNOTIFY_SIGNAL) == -1) return -1;
  return fcntl(dir, F_NOTIFY,
               DN_CREATE | DN_DELETE | DN_RENAME | DN_MULTISHOT);
}

int watch_signals(void)
{
  sigset_t set;

  sigemptyset(&set);
  sigaddset(&set, DNOTIFY_SIGNAL);
  sigaddset(&set, SIGIO);
  if (sigprocmask(SIG_BLOCK, &set, 0) == -1) return -1;
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static int add_inotify(const struct folder *f, int fd, int i)
{
  stralloc path = STRALLOC_ZERO;
  int dir, r = -1;

  sub_path(f, i, &path);
  dir = openat(f->account->rootfd, path.s,
               O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir != -1) {
    r = watch_inotify_dir(fd, dir, IN_CREATE | IN_DELETE | IN_MOVED_FROM
                          | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF);
    close(dir);
  }
  stralloc_free(&path);
  return r;
}

static int watch_inotify(struct folder *f)
{
  int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

  if (fd == -1) return -1;
  if (add_inotify(f, fd, 0) == -1 || add_inotify(f, fd, 1) == -1) {
    close(fd);
    return -1;
  }
  f->watchfd = fd;
  f->watch_kind = WATCH_INOTIFY;
  return 0;
}

static int watch_dnotify(struct folder *f)
{
  stralloc path = STRALLOC_ZERO;
  int i, ok = 1;

  f->watchfd = watch_signals();
  if (f->watchfd == -1) return -1;
  for (i = 0; ok && i < 2; i++) {
    sub_path(f, i, &path);
    f->watch_dirs[i] = openat(f->account->rootfd, path.s,
                              O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ok = f->watch_dirs[i] != -1 && watch_dnotify_dir(f->watch_dirs[i]) != -1;
  }
  stralloc_free(&path);
  f->watch_kind = WATCH_DNOTIFY;
  if (!ok) folder_unwatch(f);
  return ok ? 0 : -1;
}

int folder_watch(struct folder *f)
{
  if (f->watchfd != -1) return f->watchfd;
  if (tick_ns(f->account) == TICK_NETWORK_NS) return -1;
  if (watch_inotify(f) == -1) watch_dnotify(f);
  return f->watchfd;
}

int folder_again_ms(const struct folder *f)
{
  int64_t cost = (int64_t)f->rec.messages * 2 / 1000;

  if (!f->rec.again_cur && !f->rec.again_new) return -1;
  return cost > 1000 ? 1100 : (int)cost + 50;
}

int folder_watch_poll_ms(const struct folder *f)
{
  int again = folder_again_ms(f);

  if (again != -1) return again;
  return f->watchfd == -1 ? POLL_MS : POLL_SLOW_MS;
}

void folder_watch_clear(struct folder *f)
{
  char buf[4096];

  if (f->watchfd == -1) return;
  while (read(f->watchfd, buf, sizeof buf) > 0) ;
}

void folder_unwatch(struct folder *f)
{
  fd_close_once(&f->watchfd);
  fd_close_once(&f->watch_dirs[0]);
  fd_close_once(&f->watch_dirs[1]);
  f->watch_kind = WATCH_NONE;
}
