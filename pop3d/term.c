/* ISC licence; see LICENSE. */
#include "term.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/timedio.h"

static volatile sig_atomic_t caught;
static volatile sig_atomic_t writing = -1;
static sigset_t all_but_term;           /* the mask while we wait */

/*
 * timed_write goes on after EINTR; a closed descriptor is what ends it. Only
 * async-signal-safe calls here.
 */
static void on_term(int sig)
{
  (void)sig;
  caught = 1;
  if (writing != -1) close((int)writing);
  writing = -1;
}

void term_init(void)
{
  struct sigaction sa;
  sigset_t term;

  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  sigprocmask(SIG_BLOCK, &term, &all_but_term);
  sigdelset(&all_but_term, SIGTERM);
  memset(&sa, 0, sizeof sa);
  sigemptyset(&sa.sa_mask);
  sa.sa_handler = on_term;
  sigaction(SIGTERM, &sa, 0);
}

int term_caught(void)
{
  return caught;
}

int term_poll(int fd, long long deadline)
{
  struct pollfd p = { fd, POLLIN, 0 };
  struct timespec t;
  long long left = deadline - clock_ms();

  if (left < 0) left = 0;
  t.tv_sec = (time_t)(left / 1000);
  t.tv_nsec = (long)(left % 1000) * 1000000;
  return ppoll(&p, 1, &t, &all_but_term);
}

int term_write(int fd, const char *buf, unsigned long len, long long ms)
{
  sigset_t blocked;
  int r, saved;

  writing = fd;
  sigprocmask(SIG_SETMASK, &all_but_term, &blocked);
  r = caught ? -1 : timed_write(fd, buf, len, ms);
  saved = errno;
  sigprocmask(SIG_SETMASK, &blocked, 0);
  writing = -1;
  errno = caught ? EINTR : saved;
  return caught ? -1 : r;
}
