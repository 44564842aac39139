/* ISC licence; see LICENSE. */
#include "deadline.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "base/log.h"
#include "auth.h"

/*
 * The library is interrupted at any instruction, perhaps while it allocates
 * memory: so the start of the line is made beforehand, and the handler only
 * puts octets together and writes them.
 */
#define LINE_MAX_OCTETS 2560    /* user and address fourfold at most, and words */

static char line[LINE_MAX_OCTETS];
static size_t begun;
static const char *volatile step = "begin";

static size_t put(size_t n, const char *s)
{
  while (*s && n < sizeof line) line[n++] = *s++;
  return n;
}

static void over(int sig)
{
  size_t n = begun;

  (void)sig;
  n = put(n, " what=");
  n = put(n, step);
  n = put(n, " error=timeout\n");
  if (write(2, line, n) == -1) { /* nothing that could be done */ }
  _exit(AUTH_TEMPORARY);
}

static void make_line(const struct credentials *c)
{
  const char *address = getenv("TCPREMOTEIP");
  stralloc s = STRALLOC_ZERO;

  stralloc_cats(&s, PROG);
  stralloc_cats(&s, ": deferred user=");
  log_value(&s, c->name, strlen(c->name));
  if (address) {
    stralloc_cats(&s, " address=");
    log_value(&s, address, strlen(address));
  }
  begun = s.len < sizeof line - 128 ? s.len : sizeof line - 128;
  memcpy(line, s.s, begun);
  stralloc_free(&s);
}

void deadline_begin(unsigned int seconds, const struct credentials *c)
{
  struct sigaction act = { .sa_handler = over };
  sigset_t set;

  make_line(c);
  sigemptyset(&act.sa_mask);
  sigaction(SIGALRM, &act, 0);
  sigemptyset(&set);
  sigaddset(&set, SIGALRM);
  sigprocmask(SIG_UNBLOCK, &set, 0);
  alarm(seconds);
}

void deadline_step(const char *what)
{
  step = what;
}

void deadline_end(void)
{
  alarm(0);
  signal(SIGALRM, SIG_DFL);
}
