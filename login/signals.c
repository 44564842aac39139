/* ISC licence; see LICENSE. */
#include "signals.h"

#include <signal.h>
#include <string.h>

#include "address_limit.h"
#include "base/timedio.h"
#include "sign.h"

static volatile sig_atomic_t term_came, room_wanted;
static volatile sig_atomic_t end_came;  /* which of the three */

static void on_term(int sig)
{
  (void)sig;
  term_came = 1;
}

static void on_room(int sig)
{
  (void)sig;
  room_wanted = 1;
}

static void on_end(int sig)
{
  end_came = sig;
}

static void on_child(int sig)
{
  (void)sig;
}

static void handle(int sig, void (*what)(int))
{
  struct sigaction sa;

  memset(&sa, 0, sizeof sa);
  sa.sa_handler = what;
  sigemptyset(&sa.sa_mask);
  sigaction(sig, &sa, 0);
}

void signals_init(void)
{
  sigset_t set;

  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGN_ADDRESS_LIMIT);
  sigaddset(&set, SIGN_ACCOUNT_LIMIT);
  sigaddset(&set, SIGN_KICKED);
  sigaddset(&set, ADDRESS_LIMIT_SIGNAL);
  sigprocmask(SIG_SETMASK, &set, 0);
  handle(ADDRESS_LIMIT_SIGNAL, on_room);
  handle(SIGCHLD, on_child);
  handle(SIGTERM, on_term);
  handle(SIGN_ADDRESS_LIMIT, on_end);
  handle(SIGN_ACCOUNT_LIMIT, on_end);
  handle(SIGN_KICKED, on_end);
  handle(SIGPIPE, SIG_IGN);
}

uint64_t signals_mask(void)
{
  const int all[] = { SIGCHLD, SIGTERM, SIGN_ADDRESS_LIMIT,
    SIGN_ACCOUNT_LIMIT, SIGN_KICKED };
  uint64_t set = 0;
  size_t i;

  for (i = 0; i < sizeof all / sizeof *all; i++)
    set |= (uint64_t)1 << (all[i] - 1);
  return set;
}

int signals_term(void)
{
  int r = term_came;

  term_came = 0;
  return r;
}

int signals_room(void)
{
  int r = room_wanted;

  room_wanted = 0;
  return r;
}

int signals_end(void)
{
  int r = end_came;

  end_came = 0;
  return r;
}

int signals_poll(struct pollfd *p, nfds_t n, int64_t deadline)
{
  struct timespec ts;
  int64_t left = 0;
  sigset_t none;

  if (deadline != -1) {
    left = deadline - clock_ms();
    if (left < 0) left = 0;
  }
  ts.tv_sec = (time_t)(left / 1000);
  ts.tv_nsec = (long)(left % 1000) * 1000000;
  sigemptyset(&none);
  return ppoll(p, n, deadline == -1 ? 0 : &ts, &none);
}

void signals_default(void)
{
  sigset_t none;
  int sig;

  for (sig = 1; sig < NSIG; sig++)
    if (sig != SIGKILL && sig != SIGSTOP) signal(sig, SIG_DFL);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, 0);
}
