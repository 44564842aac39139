/* ISC licence; see LICENSE. */
#include "term.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/timedio.h"
#include "login/sign.h"

static volatile sig_atomic_t caught;    /* the signal */
static sigset_t while_waiting;          /* the mask */

static void on_term(int sig)
{
  caught = sig;
}

void term_init(void)
{
  const int sig[] = { SIGTERM, SIGN_ADDRESS_LIMIT, SIGN_ACCOUNT_LIMIT,
                      SIGN_KICKED };
  struct sigaction sa;
  sigset_t set;
  size_t i;

  memset(&sa, 0, sizeof sa);
  sigfillset(&sa.sa_mask);
  sa.sa_handler = on_term;
  sigemptyset(&set);
  for (i = 0; i < sizeof sig / sizeof *sig; i++) sigaddset(&set, sig[i]);
  sigprocmask(SIG_BLOCK, &set, &while_waiting);
  for (i = 0; i < sizeof sig / sizeof *sig; i++) {
    sigdelset(&while_waiting, sig[i]);
    sigaction(sig[i], &sa, 0);
  }
}

int term_caught(void)
{
  return caught;
}

static int wait_for(int fd, short events, int64_t deadline)
{
  struct pollfd p = { fd, events, 0 };
  struct timespec t;
  int64_t left = deadline - clock_ms();

  if (left < 0) left = 0;
  t.tv_sec = (time_t)(left / 1000);
  t.tv_nsec = (long)(left % 1000) * 1000000;
  return ppoll(&p, 1, &t, &while_waiting);
}

int term_poll(int fd, int64_t deadline)
{
  return wait_for(fd, POLLIN, deadline);
}

int term_write(int fd, const char *buf, size_t len, int64_t ms)
{
  ssize_t w;
  int r, before = caught;

  if (before && ms > LAST_WORD_MS) ms = LAST_WORD_MS;
  while (len) {
    r = wait_for(fd, POLLOUT, clock_ms() + ms);
    if (!r) errno = ETIMEDOUT;
    if (r == -1 && errno == EINTR && caught == before) continue;
    if (r != 1) return -1;
    w = write_some(fd, buf, len);
    if (w == -1) {
      if (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK) continue;
      return -1;
    }
    buf += w;
    len -= (size_t)w;
  }
  return 0;
}
