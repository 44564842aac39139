/* ISC licence; see LICENSE. */
/* The roster: files come and go, the longest idle is ended, what is stale or
 * hostile does not count. Children stand for monitors. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "login/roster.h"
#include "test.h"

static char top[] = "/tmp/roost-roster.XXXXXX";
static char path[64];
static struct entry_account joe = { 1, 1000, 1, 2, "joe" };
static struct entry_account ann = { 1, 1000, 1, 3, "ann" };

static void fill(struct entry *e, const char *address, int64_t active)
{
  memset(e, 0, sizeof *e);
  memcpy(e->magic, ENTRY_MAGIC, sizeof e->magic);
  e->since = 1;
  e->active = active;
  e->monitor = getpid();
  e->handler = getpid();
  entry_put(e->address, sizeof e->address, address, strlen(address));
}

/* a process that is in the roster until a signal comes; its end tells which */
static pid_t session(const struct entry_account *a, const char *address,
  int64_t active)
{
  struct place p;
  struct entry e;
  int fd[2], dir;
  pid_t pid;
  char c = 0;

  if (pipe(fd) == -1 || (pid = fork()) == -1) exit(111);
  if (!pid) {
    fill(&e, address, active);
    dir = roster_open(path);
    c = dir != -1 && roster_add(&p, dir, a, &e) == 0;
    if (write(fd[1], &c, 1) != 1) _exit(1);
    for (;;) pause();
  }
  CHECK(read(fd[0], &c, 1) == 1 && c == 1);
  close(fd[0]);
  close(fd[1]);
  return pid;
}

/* the signal that has ended a session; 0: it lives */
static int ended_by(pid_t pid, int options)
{
  int status = 0;

  if (waitpid(pid, &status, options) != pid) return 0;
  return WIFSIGNALED(status) ? WTERMSIG(status) : -1;
}

static void stop(pid_t pid)
{
  kill(pid, SIGKILL);
  ended_by(pid, 0);
}

static int seen;

static void count(const struct roster_at *at, const struct entry *e,
  void *arg)
{
  (void)arg;
  CHECK(at->dir != -1 && e->monitor > 1);
  seen++;
}

static int living(int dir)
{
  seen = 0;
  CHECK(roster_each(dir, count, 0) == 0);
  return seen;
}

static int names_in(const char *dir)
{
  DIR *d = opendir(dir);
  int n = 0;

  if (!d) return -1;
  while (readdir(d)) n++;
  closedir(d);
  return n - 2;
}

static void test_open(void)
{
  struct stat st;
  int dir = roster_open(path);

  CHECK(dir != -1 && fstat(dir, &st) == 0 && (st.st_mode & 0777) == 0700);
  close(dir);
  chmod(path, 0770);
  CHECK(roster_open(path) == -1);
  chmod(path, 0755);            /* others may look: that is as they like */
  dir = roster_open(path);
  CHECK(dir != -1);
  close(dir);
  CHECK(roster_open("/dev/null") == -1 && roster_open("/no/such") == -1);
}

static void test_one(int dir)
{
  struct place p;
  struct entry e;

  fill(&e, "192.0.2.1", 5);
  CHECK(roster_add(&p, dir, &joe, &e) == 0);
  CHECK(living(dir) == 1);
  CHECK(roster_write(&p, &e) == 0);
  CHECK(roster_limit(dir, &p, 0, 1, SIGUSR1, 0, 0) == 0);
  roster_remove(&p, dir);
  CHECK(p.fd == -1 && living(dir) == 0 && names_in(path) == 0);
  roster_remove(&p, dir);       /* once more: nothing */
}

static void test_limit(int dir)
{
  pid_t old = session(&joe, "192.0.2.1", 50);
  pid_t idle = session(&joe, "192.0.2.1", 10);
  pid_t far = session(&joe, "192.0.2.2", 5);
  pid_t other = session(&ann, "192.0.2.1", 1);
  unsigned int near, all;
  struct place p;
  struct entry e;

  fill(&e, "192.0.2.1", 100);
  CHECK(roster_add(&p, dir, &joe, &e) == 0);
  CHECK(roster_count(dir, &p, &near, &all) == 0 && near == 3 && all == 4);
  CHECK(roster_limit(dir, &p, 0, 3, SIGUSR1, 0, 0) == 0);
  CHECK(roster_limit(dir, &p, 0, 2, SIGUSR1, 0, 0) == 1);
  CHECK(ended_by(idle, 0) == SIGUSR1);
  CHECK(roster_limit(dir, &p, 0, 2, SIGUSR1, 0, 0) == 0);
  CHECK(roster_limit(dir, &p, 1, 2, SIGUSR2, 0, 0) == 1);
  CHECK(ended_by(far, 0) == SIGUSR2);
  CHECK(!ended_by(old, WNOHANG) && !ended_by(other, WNOHANG));
  CHECK(living(dir) == 3);
  /* our own is never ended, whatever its times say */
  e.active = e.since = 0;
  roster_write(&p, &e);
  CHECK(roster_limit(dir, &p, 1, 1, SIGUSR1, 0, 0) == 1);
  CHECK(ended_by(old, 0) == SIGUSR1);
  CHECK(roster_limit(dir, &p, 1, 1, SIGUSR1, 0, 0) == 0);
  roster_remove(&p, dir);
  stop(other);
  CHECK(living(dir) == 0 && names_in(path) == 0);
}

/* killed monitors do not count, and an old session is not ended for them */
static void test_stale(int dir)
{
  pid_t live = session(&joe, "192.0.2.1", 1), dead[5];
  struct place p;
  struct entry e;
  int i;

  for (i = 0; i < 5; i++) dead[i] = session(&joe, "192.0.2.1", 100 + i);
  for (i = 0; i < 5; i++) stop(dead[i]);
  fill(&e, "192.0.2.1", 200);
  CHECK(roster_add(&p, dir, &joe, &e) == 0);
  CHECK(roster_limit(dir, &p, 0, 2, SIGUSR1, 0, 0) == 0);
  CHECK(!ended_by(live, WNOHANG) && living(dir) == 2);
  roster_remove(&p, dir);
  stop(live);
  CHECK(living(dir) == 0 && names_in(path) == 0);
}

/* a record that says another pid than its name is not believed */
static void test_forged(int dir)
{
  pid_t victim = fork();
  struct roster_at at;
  struct place p;
  struct entry e;
  char name[ENTRY_NAME_MAX], account[ENTRY_NAME_MAX];
  int sub;

  if (!victim) for (;;) pause();
  fill(&e, "192.0.2.1", 5);
  CHECK(roster_add(&p, dir, &joe, &e) == 0);
  e.monitor = victim;
  roster_write(&p, &e);
  CHECK(living(dir) == 0);
  entry_account_name(account, &joe);
  sub = openat(dir, account, O_RDONLY | O_DIRECTORY);
  entry_name(name, victim, "192.0.2.1");
  at.dir = sub;
  at.name = name;
  CHECK(roster_signal(&at, SIGKILL) == -1);     /* no file */
  close(openat(sub, name, O_WRONLY | O_CREAT, 0600));
  CHECK(roster_signal(&at, SIGKILL) == -1);     /* no lock */
  at.name = "1-x";
  CHECK(roster_signal(&at, SIGKILL) == -1);
  CHECK(!ended_by(victim, WNOHANG));
  stop(victim);
  CHECK(roster_signal(&at, SIGKILL) == -1);
  close(sub);
  roster_remove(&p, dir);
  CHECK(living(dir) == 0 && names_in(path) == 0);
}

int main(void)
{
  int dir;

  if (!mkdtemp(top)) return 111;
  strcpy(path, top);
  strcat(path, "/run");
  test_open();
  dir = roster_open(path);
  test_one(dir);
  test_limit(dir);
  test_stale(dir);
  test_forged(dir);
  rmdir(path);
  CHECK(rmdir(top) == 0);
  return test_end("roster");
}
