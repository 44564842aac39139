/* ISC licence; see LICENSE. */
#include "dotlock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <skalibs/random.h>

#include "base/log.h"
#include "base/timedio.h"

#define CONTENTS_LIMIT 320      /* pid:host */
#define DEAD_AGE_MS 2000
#define FOREIGN_AGE_MS 120000
#define TOUCH_MS 10000
#define SLEEP_MAX_MS 64

int dotlock_quiet_ms = 11000;

static struct dotlock *all_held;

/* What a lock that we wait for looks like, and since when. */
struct seen {
  struct stat lock, guarded;    /* guarded.st_ino 0: no such file */
  long pid;                     /* 0: another host's, or unreadable */
  int torn;                     /* its maker had not written all of it */
  long long since;              /* clock_ms; nothing changed since then */
};

static long long ns_of(const struct timespec *t)
{
  return (long long)t->tv_sec * 1000000000 + t->tv_nsec;
}

static int same_file(const struct stat *a, const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino
    && ns_of(&a->st_mtim) == ns_of(&b->st_mtim)
    && ns_of(&a->st_ctim) == ns_of(&b->st_ctim) && a->st_size == b->st_size;
}

static const char *this_host(void)
{
  static char host[256];

  if (!*host && (gethostname(host, sizeof host - 1) == -1 || !*host))
    strcpy(host, "localhost");
  return host;
}

/* Octets of the lock file, NUL-terminated; -1 if it cannot be read. */
static ssize_t read_small(int dirfd, const char *name, char *s, size_t size)
{
  int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  ssize_t r;

  if (fd == -1) return -1;
  r = read(fd, s, size - 1);
  s[r > 0 ? r : 0] = 0;
  close(fd);
  return r;
}

/* The pid in the lock if this host made it, else 0. */
static long pid_in(int dirfd, const char *name)
{
  char s[CONTENTS_LIMIT], *end;
  long pid;

  if (read_small(dirfd, name, s, sizeof s) <= 0) return 0;
  if (*s < '1' || *s > '9') return 0;
  errno = 0;
  pid = strtol(s, &end, 10);
  if (errno || *end != ':' || pid > INT32_MAX) return 0;
  end[1 + strcspn(end + 1, "\n")] = 0;
  return strcmp(end + 1, this_host()) ? 0 : pid;
}

/* Nothing, or a pid without a host: others write it as we do, at one go, and
 * only who was killed in the middle leaves that. */
static int is_torn(int dirfd, const char *name)
{
  char s[CONTENTS_LIMIT];
  ssize_t n = read_small(dirfd, name, s, sizeof s);

  return n >= 0 && strspn(s, "0123456789") == (size_t)n;
}

/*
 * Fields 3 and 22 of /proc/PID/stat: its state, 0 if unknown, and its start,
 * in ns since 1970 (the file has clock ticks since boot), 0 if unknown. The
 * name in field 2 may hold anything: fields are counted from its last ')'.
 */
static char look_up(long pid, long long *start)
{
  char path[48], s[1024], *p, *state;
  struct timespec wall, boot;
  long hz = sysconf(_SC_CLK_TCK);
  unsigned long long ticks;
  int i;

  *start = 0;
  snprintf(path, sizeof path, "/proc/%ld/stat", pid);
  if (hz < 1 || read_small(AT_FDCWD, path, s, sizeof s) <= 0) return 0;
  p = strrchr(s, ')');
  if (!p || p[1] != ' ') return 0;
  state = p + 2;
  for (i = 2; p && i < 22; i++) p = strchr(p + 1, ' ');
  if (p && sscanf(p, " %llu", &ticks) == 1) {
    clock_gettime(CLOCK_REALTIME, &wall);
    clock_gettime(CLOCK_BOOTTIME, &boot);
    *start = ns_of(&wall) - ns_of(&boot)
      + (long long)(ticks / (unsigned long)hz) * 1000000000;
  }
  return *state;
}

/* The file server's idea of now, from a file made for the purpose; 0: none */
static long long server_now(int dirfd, const char *lockname)
{
  char name[256], r[9];
  struct stat st;
  int fd, ok;

  random_name(r, 8);
  r[8] = 0;
  if (snprintf(name, sizeof name, "%s.%ld.%s", lockname, (long)getpid(), r)
      >= (int)sizeof name) return 0;
  fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd == -1) return 0;
  ok = fstat(fd, &st) == 0;
  unlinkat(dirfd, name, 0);
  close(fd);
  return ok ? ns_of(&st.st_mtim) : 0;
}

/* older than ms by the wall clock; a time in the future is no age */
static int older(const struct stat *st, long long ms)
{
  struct timespec now;

  clock_gettime(CLOCK_REALTIME, &now);
  return ns_of(&now) - ns_of(&st->st_mtim) >= ms * 1000000;
}

static int stale_foreign(const struct seen *s, int dirfd, const char *lockname)
{
  long long quiet = clock_ms() - s->since, now, last;

  if (quiet >= FOREIGN_AGE_MS) return 1;
  if (quiet < dotlock_quiet_ms) return 0;
  now = server_now(dirfd, lockname);
  last = ns_of(&s->lock.st_mtim);
  if (s->guarded.st_ino && ns_of(&s->guarded.st_mtim) > last)
    last = ns_of(&s->guarded.st_mtim);
  return now && now - last >= FOREIGN_AGE_MS * 1000000ll;
}

static int stale(const struct seen *s, int dirfd, const char *lockname)
{
  long long quiet = clock_ms() - s->since, start;
  char state;

  /* its maker was killed before it wrote its name: nobody will release it */
  if (s->torn && quiet >= dotlock_quiet_ms) return 1;
  if (!s->pid) return stale_foreign(s, dirfd, lockname);
  if (s->pid == (long)getpid()) return 1;
  state = look_up(s->pid, &start);
  /* a zombie answers to kill, but it holds no lock any more */
  if (state == 'Z' || state == 'X'
      || (kill((pid_t)s->pid, 0) == -1 && errno == ESRCH))
    return quiet >= DEAD_AGE_MS || older(&s->lock, DEAD_AGE_MS);
  return quiet >= dotlock_quiet_ms && start > ns_of(&s->lock.st_mtim);
}

/* Bring s up to the lock. Returns 0, or -1 with errno ENOENT: it has gone. */
static int look(struct seen *s, int dirfd, const char *lockname,
                const char *guarded)
{
  struct stat lock, file;

  if (fstatat(dirfd, lockname, &lock, AT_SYMLINK_NOFOLLOW) == -1) return -1;
  if (fstatat(dirfd, guarded, &file, 0) == -1) memset(&file, 0, sizeof file);
  if (same_file(&lock, &s->lock) && same_file(&file, &s->guarded)) return 0;
  s->lock = lock;
  s->guarded = file;
  s->pid = pid_in(dirfd, lockname);
  s->torn = is_torn(dirfd, lockname);
  s->since = clock_ms();
  return 0;
}

/*
 * Remove the lock that s describes and no other. Two that break at once must
 * not take the second's fresh lock for the stale one, so they take turns at
 * a flock of the directory and look again under it. 1: removed; 0: not; -1
 * with errno: it could not be, and waiting would not help.
 */
static int break_lock(const struct seen *s, int dirfd, const char *lockname)
{
  int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct stat st;
  int done = 0, saved = 0;

  if (fd == -1) return 0;
  if (flock(fd, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK) goto out;
  if (fstatat(dirfd, lockname, &st, AT_SYMLINK_NOFOLLOW) == -1
      || !same_file(&st, &s->lock)) goto out;
  if (unlinkat(dirfd, lockname, 0) == -1) {
    saved = errno;
    done = saved == ENOENT ? 0 : -1;
    goto out;
  }
  done = 1;
  log_begin("lock-broken");
  log_str("file", lockname);
  log_num("pid", (uint64_t)s->pid);
  log_end();
out:
  close(fd);
  errno = saved;
  return done;
}

/* Make the lock file. 0, or -1 with errno, EEXIST if there is one. */
static int make_lock(struct dotlock *l, int dirfd, const char *lockname)
{
  char s[CONTENTS_LIMIT];
  struct stat st;
  ssize_t w;
  int fd, n, saved;

  n = snprintf(s, sizeof s, "%ld:%s", (long)getpid(), this_host());
  fd = openat(dirfd, lockname,
              O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (fd == -1) return -1;
  w = write(fd, s, (size_t)n);
  if (w >= 0 && w != n) {
    w = -1;
    errno = ENOSPC;
  }
  if (w != -1 && fstat(fd, &st) == 0) {
    l->dev = st.st_dev;
    l->ino = st.st_ino;
    l->ctime_ns = ns_of(&st.st_ctim);
  } else w = -1;
  saved = errno;
  if (close(fd) == -1 && w != -1) {     /* NFS may report a full disk here */
    w = -1;
    saved = errno;
  }
  if (w == -1) unlinkat(dirfd, lockname, 0);
  errno = saved;
  return w == -1 ? -1 : 0;
}

static int held_here(const struct stat *st)
{
  const struct dotlock *l;

  for (l = all_held; l; l = l->next)
    if (l->dev == st->st_dev && l->ino == st->st_ino) return 1;
  return 0;
}

static void sleep_ms(long ms)
{
  struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

  nanosleep(&t, 0);
}

/* Wait until the lock has gone or may be broken; ms is the next sleep. */
static int wait_turn(struct seen *s, int dirfd, const char *lockname,
                     const char *guarded, long long deadline, int *ms)
{
  long long left = deadline - clock_ms();
  int broken;

  if (look(s, dirfd, lockname, guarded) == -1)
    return errno == ENOENT ? 0 : -1;
  if (s->pid == (long)getpid() && held_here(&s->lock)) {
    errno = EDEADLK;
    return -1;
  }
  if (stale(s, dirfd, lockname)) {
    broken = break_lock(s, dirfd, lockname);
    if (broken) return broken == 1 ? 0 : -1;
  }
  /* a lock on a read-only file system keeps its place for good */
  if (faccessat(dirfd, ".", W_OK, 0) == -1 && errno == EROFS) return -1;
  if (left <= 0) {
    errno = EAGAIN;
    return -1;
  }
  sleep_ms(*ms < left ? *ms : (long)left);
  if (*ms < SLEEP_MAX_MS) *ms *= 2;
  return 0;
}

int dotlock_take(struct dotlock *l, int dirfd, const char *lockname,
                 const char *guarded, int wait_ms)
{
  long long deadline = clock_ms() + wait_ms;
  struct seen s;
  int ms = 1;

  memset(&s, 0, sizeof s);
  l->held = 0;
  while (make_lock(l, dirfd, lockname) == -1) {
    if (errno != EEXIST) return -1;
    if (wait_turn(&s, dirfd, lockname, guarded, deadline, &ms) == -1)
      return -1;
  }
  l->dirfd = dirfd;
  l->name = lockname;
  l->touched = clock_ms();
  l->pid = (long)getpid();
  l->held = 1;
  l->next = all_held;
  all_held = l;
  return 0;
}

/*
 * Is the file there ours? An inode number alone may have been given to the
 * lock of someone who broke ours; then its ctime or its contents differ.
 * Where it cannot be looked at we say yes: nobody takes a live process's.
 */
static int still_ours(struct dotlock *l)
{
  struct stat st;

  if (l->pid != (long)getpid()) return 0;
  if (fstatat(l->dirfd, l->name, &st, AT_SYMLINK_NOFOLLOW) == -1)
    return errno != ENOENT;
  if (st.st_dev != l->dev || st.st_ino != l->ino) return 0;
  return ns_of(&st.st_ctim) == l->ctime_ns
    || pid_in(l->dirfd, l->name) == (long)getpid();
}

int dotlock_touch(struct dotlock *l)
{
  struct stat st;

  if (!l->held || !still_ours(l)) {
    errno = ESTALE;
    return -1;
  }
  if (clock_ms() - l->touched < TOUCH_MS) return 0;
  l->touched = clock_ms();
  if (utimensat(l->dirfd, l->name, 0, 0) == 0
      && fstatat(l->dirfd, l->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
    l->ctime_ns = ns_of(&st.st_ctim);
  return 0;
}

void dotlock_release(struct dotlock *l)
{
  struct dotlock **p;
  int saved = errno;

  if (!l->held) return;
  for (p = &all_held; *p; p = &(*p)->next)
    if (*p == l) {
      *p = l->next;
      break;
    }
  /* as long as we live, one that stays would keep everybody out */
  if (still_ours(l) && unlinkat(l->dirfd, l->name, 0) == -1
      && errno != ENOENT) unlinkat(l->dirfd, l->name, 0);
  l->held = 0;
  errno = saved;
}
