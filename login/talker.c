/* ISC licence; see LICENSE. */
#include "talker.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address_limit.h"
#include "base/confine.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "base/title.h"
#include "sign.h"

/*
 * No core (it would hold a password), no process, no further descriptor
 * (poll wants a few numbers to be left), 10 s of processor time.
 */
static void set_limits(void)
{
  confine_limit(RLIMIT_CORE, 0);
  confine_limit(RLIMIT_NPROC, 0);
  confine_limit(RLIMIT_NOFILE, 4);
  confine_limit(RLIMIT_CPU, 10);
#ifndef __SANITIZE_ADDRESS__
  confine_limit(RLIMIT_DATA, 4 << 20);
#endif
}

static void reset_signals(void)
{
  sigset_t none;

  signal(SIGTERM, SIG_DFL);
  signal(SIGCHLD, SIG_DFL);
  signal(SIGN_ADDRESS_LIMIT, SIG_DFL);
  signal(SIGN_ACCOUNT_LIMIT, SIG_DFL);
  signal(SIGN_KICKED, SIG_DFL);
  signal(ADDRESS_LIMIT_SIGNAL, SIG_DFL);
  signal(SIGPIPE, SIG_IGN);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, 0);
}

static void confine(const struct settings *s, pid_t monitor)
{
  reset_signals();
  if (geteuid() == 0) {
    confine_root(s->root);
    confine_ids(s->uid, s->gid);
  }
  confine_capabilities();
  confine_environment();        /* envdir may have put a password there */
  set_limits();
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
    die_sys(111, "unable to forbid core dumps", 0);
  /* after the change of uid, which would clear it */
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == -1)
    die_sys(111, "unable to tie the talker to its parent", 0);
  if (getppid() != monitor) _exit(111);
  if (sandbox_talker() == -1) {
    if (errno != ENOSYS && errno != EOPNOTSUPP)
      die_sys(111, "unable to set the talker's filter", 0);
    log_fault("warning", "seccomp");
  }
  close(2);
}

static void run(const struct settings *s, int monitor, int greet,
  unsigned int failures, int64_t deadline)
{
  static struct talk t;

  client_init(&t.client, 0, 1, deadline);
  t.monitor = monitor;
  t.greet = greet;
  t.plain_ok = settings_plain_ok(s);
  t.starttls = settings_starttls(s);
  t.stamp = s->stamp;
  t.noise = s->noise;
  t.mechanisms = s->mechanisms;
  t.offered = s->offered;
  t.failures = failures;
  s->talk(&t);
  _exit(111);
}

/*
 * Keep 0, 1, 2 and the socket, which becomes 3. All else is the monitor's,
 * or was left open by whoever started the server.
 */
static void close_others(int monitor)
{
  if (monitor != 3 && dup2(monitor, 3) == -1)
    die_sys(111, "unable to set descriptor 3", 0);
  confine_descriptors(4);
}

pid_t talker_start(const struct settings *s, int greet,
  unsigned int failures, int64_t deadline, int *fd)
{
  pid_t monitor = getpid(), pid;
  int pair[2], saved;

  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
    return -1;
  pid = fork();
  if (pid == -1) {
    saved = errno;
    close(pair[0]);
    close(pair[1]);
    errno = saved;
    return -1;
  }
  if (!pid) {
    title_set(s->peer.ip, "talker", (char *)0);
    close_others(pair[1]);
    confine(s, monitor);
    run(s, 3, greet, failures, deadline);
  }
  close(pair[1]);
  *fd = pair[0];
  return pid;
}

/* ----------------------------------------- what the protocols use of it */

static void tell(struct talk *t, const struct frame *f)
{
  char buf[FRAME_MAX];
  size_t n = frame_make(buf, f);
  ssize_t w;

  do w = send(t->monitor, buf, n, MSG_NOSIGNAL);
  while (w == -1 && errno == EINTR);
  explicit_bzero(buf, n);
  if (w == -1) _exit(111);
}

struct talk_verdict talk_ask(struct talk *t, const struct frame *f)
{
  struct talk_verdict v;
  char buf[VERDICT_CHALLENGE_MAX + 2];
  ssize_t r;

  if (client_flush(&t->client) != CLIENT_OK) talk_end(t, END_IO);
  tell(t, f);
  do r = recv(t->monitor, buf, sizeof buf, 0);
  while (r == -1 && errno == EINTR);
  if (r <= 0 || r == sizeof buf) _exit(111);
  v.why = buf[0];
  v.last = 0;
  if (v.why == VERDICT_CHALLENGE) {
    memcpy(t->challenge, buf + 1, (size_t)r - 1);
    t->challenge[r - 1] = 0;
    return v;
  }
  if (r != 2) _exit(111);
  v.last = buf[1] != VERDICT_GO_ON;
  t->failures++;
  return v;
}

static void tell_simple(struct talk *t, char kind, char detail)
{
  static struct frame f;

  frame_init(&f, kind, detail);
  tell(t, &f);
  _exit(0);
}

void talk_tls(struct talk *t)
{
  if (client_flush(&t->client) != CLIENT_OK) talk_end(t, END_IO);
  tell_simple(t, FRAME_TLS, '-');
  _exit(0);
}

void talk_end(struct talk *t, enum frame_reason why)
{
  client_flush(&t->client);
  tell_simple(t, FRAME_END, (char)why);
  _exit(0);
}

enum frame_reason talk_reason(enum client_result r)
{
  switch (r) {
    case CLIENT_CLOSED: return END_CLOSED;
    case CLIENT_TIMEOUT: return END_TIMEOUT;
    case CLIENT_FLOOD: return END_ERRORS;
    default: return END_IO;
  }
}
