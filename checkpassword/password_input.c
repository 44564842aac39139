/* ISC licence; see LICENSE. */
#include "password_input.h"

#include <errno.h>
#include <fcntl.h>
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

int password_line(stralloc *out, int fd, size_t max)
{
  char c = 0;
  ssize_t r;

  out->len = 0;
  stralloc_ready(out, max + 1);         /* never moves, leaves no copies */
  for (;;) {
    r = read(fd, &c, 1);
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

static volatile sig_atomic_t caught;

static void on_signal(int sig)
{
  caught = sig;
}

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
#define SIGNALS (sizeof signals / sizeof signals[0])

static int ask_once(stralloc *out, int tty, const char *prompt, size_t max)
{
  int r = -1;

  if (write(tty, prompt, strlen(prompt)) != -1)
    r = password_line(out, tty, max);
  if (write(tty, "\n", 1) == -1) r = -1;
  return r;
}

static int ask(stralloc *out, int tty, const char *prompt, int twice,
               size_t max)
{
  stralloc again = STRALLOC_ZERO;
  int r = ask_once(out, tty, prompt, max);

  if (!r && twice) {
    r = ask_once(&again, tty, "Again: ", max);
    if (!r && (again.len != out->len || memcmp(again.s, out->s, out->len))) {
      errno = EAGAIN;
      r = -1;
    }
  }
  password_wipe(&again);
  return r;
}

int password_ask(stralloc *out, const char *prompt, int twice, size_t max)
{
  struct sigaction sa = { .sa_handler = on_signal }, old[SIGNALS];
  struct termios echo, quiet;
  int tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  int r = -1, saved;
  size_t i;

  if (tty == -1) return -1;
  if (tcgetattr(tty, &echo) == -1) goto done;
  caught = 0;
  for (i = 0; i < SIGNALS; i++) sigaction(signals[i], &sa, &old[i]);
  quiet = echo;
  quiet.c_lflag &= ~(tcflag_t)ECHO;
  if (tcsetattr(tty, TCSAFLUSH, &quiet) == 0) {
    r = ask(out, tty, prompt, twice, max);
    saved = errno;
    tcsetattr(tty, TCSAFLUSH, &echo);
    errno = saved;
  }
  saved = errno;
  for (i = 0; i < SIGNALS; i++) sigaction(signals[i], &old[i], 0);
  if (caught) raise(caught);
  errno = saved;
done:
  saved = errno;
  close(tty);
  errno = saved;
  return r;
}
