/* ISC licence; see LICENSE. */
#include "maildir/mailbox_ids.h"

#include <errno.h>
#include <sys/wait.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "check.h"
#include "scratch.h"

const char *PROG = "mailbox_ids";

#define NAME "dovecot-uidvalidity"

static int dir;

static void guids(void)
{
  char a[33], b[33];

  mailbox_guid(a);
  mailbox_guid(b);
  CHECK(strlen(a) == 32 && strspn(a, "0123456789abcdef") == 32);
  CHECK(strcmp(a, b));
}

static void values(void)
{
  char name[64];
  uint32_t v;

  v = uidvalidity_next(dir);            /* the first of an account */
  snprintf(name, sizeof name, NAME ".%08lx", (unsigned long)v);
  CHECK(v && scratch_has(dir, name) && scratch_is(dir, NAME, name + 20));
  CHECK(uidvalidity_next(dir) == v + 1 && !scratch_has(dir, name));
  CHECK(scratch_count(dir) == 2);
  scratch_puts(dir, NAME, "00000001");  /* a hint that lags */
  CHECK(uidvalidity_next(dir) == v + 2);
  scratch_puts(dir, NAME, "zzz");
  CHECK(uidvalidity_next(dir) == v + 3);
  unlinkat(dir, NAME, 0);
  CHECK(uidvalidity_next(dir) == v + 4);
  CHECK(scratch_count(dir) == 2);
  scratch_puts(dir, NAME ".00000007", "");      /* lower, and the hint is it */
  scratch_puts(dir, NAME ".00000008", "");
  scratch_puts(dir, NAME, "00000007");
  CHECK(uidvalidity_next(dir) == v + 5);
  scratch_puts(dir, NAME ".ffffffff", "");
  unlinkat(dir, NAME, 0);
  CHECK(uidvalidity_next(dir) != 0);
}

/* 2 processes never get the same value */
static void contention(void)
{
  enum { N = 200 };
  uint32_t mine[N], theirs[N];
  int p[2], i, j, twice = 0;
  pid_t pid;

  if (pipe(p) == -1) scratch_die("pipe");
  pid = fork();
  for (i = 0; i < N; i++) mine[i] = uidvalidity_next(dir);
  if (!pid) _exit(write(p[1], mine, sizeof mine) != sizeof mine);
  CHECK(read(p[0], theirs, sizeof theirs) == sizeof theirs);
  waitpid(pid, 0, 0);
  for (i = 0; i < N; i++)
    for (j = 0; j < N; j++) twice += mine[i] == theirs[j];
  CHECK(!twice);
}

/* nothing can be written: the clock, never twice */
static void no_files(void)
{
  uint32_t a, b;
  int fd = open("/proc/self", O_RDONLY | O_DIRECTORY);

  a = uidvalidity_next(fd);
  b = uidvalidity_next(fd);
  CHECK(a && b > a);
  close(fd);
}

int main(void)
{
  guids();
  dir = scratch_dir();
  values();
  scratch_remove();
  dir = scratch_dir();
  contention();
  scratch_remove();
  no_files();
  return check_done(PROG);
}
