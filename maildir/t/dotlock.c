/* ISC licence; see LICENSE. */
#include "maildir/dotlock.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "check.h"
#include "scratch.h"

const char *PROG = "dotlock";

static int dir;

static int take(struct dotlock *l, int ms)
{
  return dotlock_take(l, dir, "f.lock", "f", ms);
}

/* a lock as someone else leaves it, age seconds old */
static void plant(long pid, const char *host, int age)
{
  char s[320], h[256];
  struct timespec t[2];

  if (!host) {
    gethostname(h, sizeof h);
    host = h;
  }
  snprintf(s, sizeof s, "%ld:%s", pid, host);
  scratch_puts(dir, "f.lock", s);
  clock_gettime(CLOCK_REALTIME, &t[0]);
  t[0].tv_sec -= age;
  t[1] = t[0];
  utimensat(dir, "f.lock", t, 0);
}

static void age_guarded(int age)
{
  struct timespec t[2];

  scratch_puts(dir, "f", "x");
  clock_gettime(CLOCK_REALTIME, &t[0]);
  t[0].tv_sec -= age;
  t[1] = t[0];
  utimensat(dir, "f", t, 0);
}

static long dead_pid(void)
{
  pid_t pid = fork();

  if (!pid) _exit(0);
  waitpid(pid, 0, 0);
  return pid;
}

static void basics(void)
{
  struct dotlock a = DOTLOCK_ZERO, b = DOTLOCK_ZERO;
  char want[320], h[256];

  gethostname(h, sizeof h);
  snprintf(want, sizeof want, "%ld:%s", (long)getpid(), h);
  CHECK(take(&a, 0) == 0);
  CHECK(scratch_is(dir, "f.lock", want));
  CHECK(dotlock_touch(&a) == 0);
  CHECK(take(&b, 5000) == -1 && errno == EDEADLK);
  errno = 77;
  dotlock_release(&a);
  CHECK(errno == 77 && !scratch_has(dir, "f.lock"));
  dotlock_release(&a);
  CHECK(take(&b, 0) == 0);
  dotlock_release(&b);
  CHECK(scratch_count(dir) == 0);
  CHECK(dotlock_touch(&b) == -1 && errno == ESTALE);
}

/* whoever lost his lock must learn it, and must not remove the thief's */
static void robbed(void)
{
  struct dotlock a = DOTLOCK_ZERO;

  CHECK(take(&a, 0) == 0);
  unlinkat(dir, "f.lock", 0);
  CHECK(dotlock_touch(&a) == -1 && errno == ESTALE);
  plant(1, 0, 0);                       /* most likely in the same inode */
  CHECK(dotlock_touch(&a) == -1 && errno == ESTALE);
  dotlock_release(&a);
  CHECK(scratch_has(dir, "f.lock"));
  unlinkat(dir, "f.lock", 0);
}

static void stale_rules(void)
{
  struct dotlock a = DOTLOCK_ZERO;

  plant(dead_pid(), 0, 10);
  CHECK(take(&a, 0) == 0);
  dotlock_release(&a);
  plant(dead_pid(), 0, 0);              /* too young to be believed dead */
  CHECK(take(&a, 0) == -1 && errno == EAGAIN);
  CHECK(take(&a, 4000) == 0);
  dotlock_release(&a);
  plant((long)getpid(), 0, 0);          /* ours, from a former life */
  CHECK(take(&a, 0) == 0);
  dotlock_release(&a);
  plant(1, 0, 0);                       /* alive */
  CHECK(take(&a, 30) == -1 && errno == EAGAIN);
  CHECK(scratch_has(dir, "f.lock"));
  unlinkat(dir, "f.lock", 0);
}

/* the pid was given to a process that started after the lock was made */
static void reused_pid(void)
{
  struct dotlock a = DOTLOCK_ZERO;
  pid_t pid = fork();

  if (!pid) {
    pause();
    _exit(0);
  }
  plant((long)pid, 0, 5000);
  CHECK(take(&a, dotlock_quiet_ms - 30) == -1 && errno == EAGAIN);
  CHECK(take(&a, dotlock_quiet_ms + 500) == 0);
  dotlock_release(&a);
  plant((long)pid, 0, -5);              /* touched after it started */
  CHECK(take(&a, dotlock_quiet_ms + 100) == -1 && errno == EAGAIN);
  unlinkat(dir, "f.lock", 0);
  kill(pid, SIGKILL);
  waitpid(pid, 0, 0);
}

static void other_hosts(void)
{
  struct dotlock a = DOTLOCK_ZERO;
  int wait = dotlock_quiet_ms + 100;

  plant(1, "elsewhere.example", 130);
  CHECK(take(&a, 10) == -1 && errno == EAGAIN);
  age_guarded(5);
  CHECK(take(&a, wait) == -1 && errno == EAGAIN);
  age_guarded(125);
  CHECK(take(&a, wait + 500) == 0);
  dotlock_release(&a);
  plant(1, "elsewhere.example", 60);
  CHECK(take(&a, wait) == -1 && errno == EAGAIN);
  plant(0, "", 60);
  CHECK(take(&a, wait) == -1 && errno == EAGAIN);
  CHECK(scratch_count(dir) == 2);       /* no file of ours stays behind */
  scratch_puts(dir, "f.lock", "");      /* its maker was killed at once */
  CHECK(take(&a, dotlock_quiet_ms - 50) == -1 && errno == EAGAIN);
  CHECK(take(&a, wait + 500) == 0);
  dotlock_release(&a);
  unlinkat(dir, "f", 0);
}

/* A counter that is read, then written: one lost step shows two holders. */
static void contend(int steps, int die_at)
{
  struct dotlock l = DOTLOCK_ZERO;
  char s[32], *got;
  int i;

  for (i = 0; i < steps; i++) {
    if (take(&l, 60000) == -1) _exit(1);
    if (i == die_at) raise(SIGKILL);
    got = scratch_get(dir, "n");
    snprintf(s, sizeof s, "%d", atoi(got) + 1);
    free(got);
    scratch_puts(dir, "n", s);
    dotlock_release(&l);
  }
  _exit(0);
}

static void exclusion(void)
{
  enum { N = 4, STEPS = 150 };
  struct dotlock l = DOTLOCK_ZERO;
  pid_t pid[N + 1];
  int i, st, good = 0, killed = 0;

  for (i = 0; i <= N; i++) {
    pid[i] = fork();
    if (!pid[i]) contend(STEPS, i == N ? STEPS / 2 : -1);
  }
  for (i = 0; i <= N; i++) {
    waitpid(pid[i], &st, 0);
    if (WIFSIGNALED(st)) killed++;
    else if (!WEXITSTATUS(st)) good++;
  }
  CHECK(good == N && killed == 1);
  CHECK(scratch_is(dir, "n", "675"));   /* 4 * 150 + 75 */
  CHECK(take(&l, 4000) == 0);           /* the killed one may be the last */
  dotlock_release(&l);
  unlinkat(dir, "n", 0);
}

/* a child that cleans up must not open what its parent holds */
static void forked(void)
{
  struct dotlock a = DOTLOCK_ZERO;
  pid_t pid;

  CHECK(take(&a, 0) == 0);
  pid = fork();
  if (!pid) {
    dotlock_release(&a);
    _exit(0);
  }
  waitpid(pid, 0, 0);
  CHECK(scratch_has(dir, "f.lock") && dotlock_touch(&a) == 0);
  dotlock_release(&a);
  CHECK(!scratch_has(dir, "f.lock"));
}

static void failures(void)
{
  struct dotlock a = DOTLOCK_ZERO;

  CHECK(dotlock_take(&a, dir, "no/f.lock", "f", 0) == -1 && errno == ENOENT);
  scratch_mkdir(dir, "f.lock");         /* nonsense in the way: no loop */
  CHECK(take(&a, 30) == -1 && errno == EAGAIN);
  scratch_mkdir(dir, "f.lock/x");       /* and one that cannot be removed */
  utimensat(dir, "f.lock", (struct timespec[2]){ { 1, 0 }, { 1, 0 } }, 0);
  CHECK(take(&a, dotlock_quiet_ms + 100) == -1 && errno == EISDIR);
}

int main(void)
{
  dir = scratch_dir();
  dotlock_quiet_ms = 300;
  if (!freopen("/dev/null", "w", stderr)) return 1;
  basics();
  robbed();
  stale_rules();
  reused_pid();
  other_hosts();
  exclusion();
  forked();
  failures();
  scratch_remove();
  return check_done(PROG);
}
