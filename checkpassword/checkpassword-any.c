/* ISC licence; see LICENSE. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <skalibs/strerr.h>
#include <skalibs/types.h>

#include "auth.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/refusal.h"
#include "become.h"
#include "capture.h"
#include "sasl_peek.h"

/*
 * Tries several authenticators in turn:
 *
 *   checkpassword-any A ... -- B ... -- C ... -- program ...
 *
 * All but the last are captured (capture.h). What they make of themselves is
 * taken over by this process, so nothing of us stays in the chain, and the
 * handler's exit code is its own. The last one is exec'd as it stands.
 */

char const *PROG = "checkpassword-any";

#define SEPARATOR "--"

static struct credentials c;
static int front = -1;          /* ROOST_SASL_FD */
static stralloc request = STRALLOC_ZERO;

static void usage(void) __attribute__((noreturn));
static void usage(void)
{
  die_text(AUTH_MISUSED, "usage: checkpassword-any authenticator ... [-- "
           "authenticator ...] -- program ...", 0);
}

/* The arguments after the next separator, which becomes their end; or 0. */
static char **cut(char **argv)
{
  for (; *argv; argv++)
    if (!strcmp(*argv, SEPARATOR)) {
      *argv = 0;
      return argv + 1;
    }
  return 0;
}

static void later(const char *what)
{
  auth_later(&c, what, 0);
}

static void take_sasl_fd(const char *num)
{
  unsigned fd;

  if (!uint0_scan(num, &fd) || fd > 65535)
    die_text(AUTH_MISUSED, "ROOST_SASL_FD is no descriptor", 0);
  front = (int)fd;
  c.name = c.password = c.timestamp = "";
  if (sasl_peek(&request, front) == -1)
    die_sys(AUTH_TEMPORARY, "unable to read the request", 0);
}

static void begin(char **argv)
{
  const char *num = getenv(SASL_FD_VAR);

  if (num) take_sasl_fd(num);
  else auth_credentials(&c, argv);
}

static int start(struct capture *k, char *const auth[])
{
  int fd = credentials_pipe(c.name, c.password, c.timestamp);
  int r, saved;

  if (fd == -1) return -1;
  r = capture_start(k, auth, fd, -1);
  saved = errno;
  close(fd);
  errno = saved;
  return r;
}

/* It has accepted: be what it was, but for its last step. */
static void accept_as(struct captured *was, char **program, int said)
  __attribute__((noreturn));
static void accept_as(struct captured *was, char **program, int said)
{
  const char *step;

  credentials_forget(&c);
  if (front != -1) {
    if (!said) sasl_take(front, request.len);
    close(front);
  }
  if (captured_become(was, &step) == -1) later(step);
  unsetenv(SASL_FD_VAR);
  run_handler(program);
}

/* Its exit code; does not return if it accepts, or has had its say. */
static int try(char **auth, char **program)
{
  static struct captured was = CAPTURED_ZERO;
  struct capture k;
  const char *step = "fork";
  int r, said = 0, code;

  if (front != -1)
    r = sasl_try(&k, &was, &step, auth, front, &request, &said);
  else {
    r = start(&k, auth);
    if (!r) r = capture_wait(&k, &was, &step);
  }
  if (r == -1) later(step);
  code = capture_end(&k);
  if (r) accept_as(&was, program, said);
  if (said) _exit(code == -1 ? AUTH_TEMPORARY : code);
  return code;
}

/* The last: run in our place, with a program of its own behind it. Where one
 * before it could not tell, its no would not be the whole answer. */
static void last(char **auth, char **program) __attribute__((noreturn));
static void last(char **auth, char **program)
{
  size_t n = 0, m = 0;
  char **argv;

  while (auth[n]) n++;
  while (program[m]) m++;
  argv = xalloc((n + m + 1) * sizeof *argv);
  memcpy(argv, auth, n * sizeof *argv);
  memcpy(argv + n, program, (m + 1) * sizeof *argv);
  if (front == -1) auth_hand_on(&c, c.name, argv);
  run_handler(argv);
}

/* With SASL one that does not know the interface says 2. */
static int unsure(int code)
{
  return !(code > 0 && refusal(code)) && !(front != -1 && code == 2);
}

int main(int argc, char **argv)
{
  char **auth, **next, **program;
  int maybe = 0, i;

  for (i = argc - 1; i > 0 && strcmp(argv[i], SEPARATOR); i--);
  if (i < 2 || !argv[i + 1]) usage();
  program = argv + i + 1;
  argv[i] = 0;
  begin(argv);
  for (auth = argv + 1; (next = cut(auth)); auth = next) {
    if (!*auth || !*next) usage();
    maybe |= unsure(try(auth, program));
  }
  if (!maybe) last(auth, program);
  maybe |= unsure(try(auth, program));
  if (front != -1) sasl_take(front, request.len);
  if (maybe)
    auth_later(&c, "authenticators", "one-could-not-tell");
  auth_refuse(&c, "all");
}
