/* ISC licence; see LICENSE. */
#include "attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/refusal.h"
#include "base/timedio.h"
#include "become.h"
#include "signals.h"

#define NOTES_ROOM 4096         /* octets that may wait, with their overhead */

enum attempt_outcome attempt_outcome_of(int code)
{
  return refusal(code) ? ATTEMPT_REFUSED : ATTEMPT_TEMP;
}

/* ------------------------------------------------------------- the chain */

static size_t put_field(char *buf, size_t n, const char *s)
{
  size_t len = strlen(s) + 1;

  if (n == (size_t)-1 || len > ATTEMPT_DATA_MAX - n) return (size_t)-1;
  memcpy(buf + n, s, len);
  return n + len;
}

/*
 * A pipe that already holds the credentials, its write end closed: 512
 * octets fit into any pipe, so nobody has to wait, nobody can get SIGPIPE,
 * and no other process can hold the write end open. An authenticator that
 * does not know of dialogues finds nothing there, and misreads nothing. -1
 * with errno.
 */
static int credentials(const struct frame *f, int dialogue,
  const char *stamp)
{
  char buf[ATTEMPT_DATA_MAX];
  size_t n = 0;
  int r = -1;

  if (!dialogue) {
    n = put_field(buf, n, f->login);
    n = put_field(buf, n, f->password);
    n = put_field(buf, n, stamp);
  }
  if (n == (size_t)-1) errno = E2BIG;
  else r = fd_pipe_of(buf, n);
  explicit_bzero(buf, sizeof buf);
  return r;
}

/* ----------------------------------------------------------- the waiting */

/* 1 if the sign has come. The end of the pipe says nothing. */
static int signed_alive(int fd)
{
  char c;
  ssize_t r;

  do r = read(fd, &c, 1);
  while (r == -1 && errno == EINTR);
  return r == 1;
}

/* what the exit status of a chain without a sign says */
static void ended(struct attempt *a, int status)
{
  a->pid = -1;
  if (WIFSIGNALED(status)) a->sig = WTERMSIG(status);
  else {
    a->code = WEXITSTATUS(status);
    a->outcome = attempt_outcome_of(a->code);
  }
}

/* The chain has to go: it gets SIGTERM, a moment, and SIGKILL. */
static void put_down(pid_t pid)
{
  int64_t end = clock_ms() + 2000;

  kill(pid, SIGTERM);
  while (clock_ms() < end) {
    if (waitpid(pid, 0, WNOHANG) != 0) return;
    if (signals_poll(0, 0, end) == -1 && errno != EINTR) break;
  }
  kill(pid, SIGKILL);
  while (waitpid(pid, 0, 0) == -1 && errno == EINTR);
}

/* 1 if the chain has ended; its status stays for waitpid */
static int is_over(pid_t pid)
{
  siginfo_t si;

  si.si_pid = 0;
  return waitid(P_PID, (id_t)pid, &si, WEXITED | WNOHANG | WNOWAIT) == 0
    && si.si_pid;
}

static void give_up(struct attempt *a, enum attempt_outcome why)
{
  put_down(a->pid);
  a->pid = -1;
  a->outcome = why;
}

/*
 * What a dialogue has to say; p is the talker, the sign, the authenticator.
 * What that said before it ended, or before the sign, is read before either
 * counts. A talker that is not asked has nothing to say. -1 and the
 * outcome if it has to be given up.
 */
static int relay(struct attempt *a, struct dialogue *d, struct pollfd *p)
{
  enum dialogue_result r = DIALOGUE_ON;

  if (p[2].fd != -1) r = dialogue_read(d, p[0].fd);
  if (r == DIALOGUE_OVER) {
    p[2].fd = -1;               /* its exit or its sign says the rest */
    r = DIALOGUE_ON;
  }
  if (r == DIALOGUE_FAULT) {
    errno = EPROTO;
    log_fault("fault", "dialogue");
    a->outcome = ATTEMPT_TEMP;
    return -1;
  }
  if (r == DIALOGUE_ON && p[0].revents) {
    if (p[0].revents & POLLIN && d->asked) r = dialogue_answer(d, p[0].fd);
    else r = DIALOGUE_LOST;
    if (r == DIALOGUE_OVER) r = DIALOGUE_ON;
  }
  p[0].events = d->asked ? POLLIN : 0;
  a->outcome = d->ended ? ATTEMPT_ENDED : ATTEMPT_LOST;
  return r == DIALOGUE_ON ? 0 : -1;
}

/*
 * The end of the chain is looked at before the sign: a handler that signs
 * and is done in an instant has served, so the sign counts whenever it is
 * there, and it is there for sure once the chain is over.
 */
static void watch(struct attempt *a, struct dialogue *d, int sign,
  int talker, int64_t deadline)
{
  struct pollfd p[3] = { { talker, 0, 0 }, { sign, POLLIN, 0 },
    { d ? d->fd : -1, POLLIN, 0 } };
  int over, status;

  for (;;) {
    over = is_over(a->pid);
    if (d && relay(a, d, p) == -1) {
      give_up(a, a->outcome);
      return;
    }
    if (signed_alive(sign)) {
      a->outcome = ATTEMPT_ALIVE;
      return;
    }
    /* the talker that has a challenge first gets rid of its answer */
    if (over && !(d && d->asked)) {
      while (waitpid(a->pid, &status, 0) == -1 && errno == EINTR);
      ended(a, status);
      return;
    }
    if (clock_ms() >= deadline) {
      give_up(a, ATTEMPT_TIMEOUT);
      return;
    }
    if (signals_term()) {
      give_up(a, ATTEMPT_TERM);
      return;
    }
    if (!d && p[0].revents) {
      give_up(a, ATTEMPT_LOST);
      return;
    }
    /* a closed pipe without the sign: nobody can give it, await the end */
    if (p[1].revents & POLLHUP) p[1].fd = -1;
    p[0].revents = p[1].revents = p[2].revents = 0;
    signals_poll(p, 3, deadline);
  }
}

/*
 * Where the handler writes its notes, [1], and where they are read. What may
 * wait there is bounded, since the kernel's memory for it is ours; the reader
 * is told whose note it is. -1 with errno.
 */
static int notes_pair(int pair[2])
{
  int one = 1, room = NOTES_ROOM;

  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
    return -1;
  setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &one, sizeof one);
  return 0;
}

int attempt_run(struct attempt *a, char **chain, const struct frame *f,
  struct dialogue *d, const char *stamp, int talker, int64_t deadline)
{
  int cred, sign[2] = { -1, -1 }, notes[2] = { -1, -1 }, saved;
  pid_t pid;

  a->outcome = ATTEMPT_TEMP;
  a->code = -1;
  a->sig = 0;
  cred = credentials(f, d != 0, stamp);
  if (cred == -1) return -1;
  pid = -1;
  if (pipe2(sign, O_CLOEXEC) == 0 && notes_pair(notes) == 0)
    pid = become(chain, f, d ? d->theirs : -1, cred, sign[1], notes[1]);
  a->pid = pid;
  saved = errno;
  close(cred);
  fd_close_once(&sign[1]);
  fd_close_once(&notes[1]);
  if (d) fd_close_once(&d->theirs);
  if (pid != -1) {
    fcntl(sign[0], F_SETFL, O_NONBLOCK);
    watch(a, d, sign[0], talker, deadline);
  }
  if (d) dialogue_end(d);
  fd_close_once(&sign[0]);
  if (pid == -1 || a->outcome != ATTEMPT_ALIVE) fd_close_once(&notes[0]);
  a->notes = notes[0];
  errno = saved;
  return pid == -1 ? -1 : 0;
}
