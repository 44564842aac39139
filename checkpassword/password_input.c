/* ISC licence; see LICENSE. */
#include "password_input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/alloc.h"

void password_wipe(stralloc *s)
{
  int saved = errno;

  if (s->s) explicit_bzero(s->s, s->a);
  stralloc_free(s);
  errno = saved;
}

/*
 * One octet. With a mask, signals are blocked but while this waits: one that
 * came just before cannot be missed. As read(2), also for what it returns.
 */
static ssize_t octet(char *c, int fd, const sigset_t *mask)
{
  struct pollfd p = { .fd = fd, .events = POLLIN };

  if (mask && ppoll(&p, 1, 0, mask) == -1) return -1;
  return read(fd, c, 1);
}

static int line(stralloc *out, int fd, size_t max, const sigset_t *mask)
{
  char c = 0;
  ssize_t r;

  out->len = 0;
  stralloc_ready(out, max + 1);         /* never moves, leaves no copies */
  for (;;) {
    r = octet(&c, fd, mask);
    if (r == -1) return -1;
    if (!r || c == '\n') break;
    if (!c || c == '\r') return (errno = EILSEQ, -1);
    if (out->len == max) return (errno = EMSGSIZE, -1);
    stralloc_append(out, c);
  }
  explicit_bzero(&c, 1);
  if (!out->len) return (errno = ENODATA, -1);
  stralloc_0(out);
  return 0;
}

int password_line(stralloc *out, int fd, size_t max)
{
  return line(out, fd, max, 0);
}

static volatile sig_atomic_t caught;

static void on_signal(int sig)
{
  caught = sig;
}

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
#define SIGNALS (sizeof signals / sizeof signals[0])

struct terminal {
  int fd;
  struct termios echo;          /* as it was */
  struct sigaction old[SIGNALS];
  sigset_t mask;                /* as it was: for waiting */
};

static int ask_once(stralloc *out, const struct terminal *t,
                    const char *prompt, size_t max)
{
  int r = -1, saved;

  if (write(t->fd, prompt, strlen(prompt)) != -1)
    r = line(out, t->fd, max, &t->mask);
  saved = errno;
  if (write(t->fd, "\n", 1) != -1) errno = saved;
  return r;
}

static int ask(stralloc *out, const struct terminal *t, const char *prompt,
               int twice, size_t max)
{
  stralloc again = STRALLOC_ZERO;
  int r = ask_once(out, t, prompt, max);

  if (!r && twice) {
    r = ask_once(&again, t, "Again: ", max);
    if (!r && (again.len != out->len || memcmp(again.s, out->s, out->len))) {
      errno = EAGAIN;
      r = -1;
    }
  }
  password_wipe(&again);
  return r;
}

/* Echo off, signals caught, and blocked but while it waits. */
static int hush(struct terminal *t)
{
  struct sigaction sa = { .sa_handler = on_signal };
  struct termios quiet;
  sigset_t block;
  size_t i;

  sigemptyset(&block);
  for (i = 0; i < SIGNALS; i++) sigaddset(&block, signals[i]);
  sigprocmask(SIG_BLOCK, &block, &t->mask);
  caught = 0;
  for (i = 0; i < SIGNALS; i++) sigaction(signals[i], &sa, &t->old[i]);
  quiet = t->echo;
  quiet.c_lflag &= ~(tcflag_t)ECHO;
  return tcsetattr(t->fd, TCSAFLUSH, &quiet);
}

/* All as it was; a signal that was caught is given its way. Keeps errno. */
static void unhush(const struct terminal *t)
{
  int saved = errno;
  size_t i;

  tcsetattr(t->fd, TCSAFLUSH, &t->echo);
  for (i = 0; i < SIGNALS; i++) sigaction(signals[i], &t->old[i], 0);
  sigprocmask(SIG_SETMASK, &t->mask, 0);
  if (caught) raise(caught);
  errno = saved;
}

int password_ask(stralloc *out, const char *prompt, int twice, size_t max)
{
  struct terminal t = { .fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC) };
  int r = -1, saved;

  if (t.fd == -1) return -1;
  if (tcgetattr(t.fd, &t.echo) == 0) {
    if (hush(&t) == 0) r = ask(out, &t, prompt, twice, max);
    unhush(&t);
  }
  saved = errno;
  close(t.fd);
  errno = saved;
  return r;
}
