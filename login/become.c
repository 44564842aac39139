/* ISC licence; see LICENSE. */
#include "become.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <skalibs/stralloc.h>
#include <skalibs/types.h>

#include "base/alloc.h"
#include "base/log.h"
#include "dialogue.h"
#include "sign.h"
#include "signals.h"

extern char **environ;

/* 3 is the authenticator's, 4 Dovecot's */
#define FD_FIRST 5
#define FD_ASIDE 10
#define STACK_SIZE 65536        /* execvpe puts a path on it */

enum { OURS_DIALOGUE, OURS_SIGN, OURS_NOTE, OURS_FDS };

static const char *const ours[] = {
  DIALOGUE_FD_VAR, SIGN_FD_VAR, SIGN_NOTE_FD_VAR, SIGN_IMAP_TAG_VAR,
  SIGN_IMAP_ID_VAR, SIGN_POP3_UTF8_VAR, SIGN_POP3_LANG_VAR
};
#define N_OURS (sizeof ours / sizeof *ours)

struct child {
  char **chain, **env;
  int cred, fds[OURS_FDS];
  char *nums[OURS_FDS];         /* where the environment has their numbers */
};

/* --------------------------------------------------------- the environment */

/* 1 if s, NAME=VALUE, is one of ours */
static int is_ours(const char *s)
{
  size_t i, n;

  for (i = 0; i < N_OURS; i++) {
    n = strlen(ours[i]);
    if (!strncmp(s, ours[i], n) && s[n] == '=') return 1;
  }
  return 0;
}

/* NAME=VALUE in memory of its own, with room for a number behind it */
static char *entry(const char *name, const char *value)
{
  size_t n = strlen(name);
  char *s = xalloc(n + strlen(value) + 2 + INT_FMT);

  memcpy(s, name, n);
  s[n] = '=';
  strcpy(s + n + 1, value);
  return s;
}

/* the caller frees what c->env has from the one returned on, and c->env */
static size_t make_env(struct child *c, const struct frame *f)
{
  const char *values[N_OURS] = { "", "", "", f->tag, f->id,
    f->utf8 == '1' ? "1" : "", f->lang };
  size_t n = 0, from, i;

  while (environ[n]) n++;
  c->env = xalloc((n + N_OURS + 1) * sizeof *c->env);
  for (from = i = 0; i < n; i++)
    if (!is_ours(environ[i])) c->env[from++] = environ[i];
  for (n = from, i = 0; i < N_OURS; i++) {
    if (i < OURS_FDS ? c->fds[i] == -1 : !*values[i]) continue;
    c->env[n] = entry(ours[i], values[i]);
    if (i < OURS_FDS) c->nums[i] = c->env[n] + strlen(ours[i]) + 1;
    n++;
  }
  c->env[n] = 0;
  return from;
}

/* --------------------------------------------------------------- the child */

/*
 * A number of one digit, since the shell can name no others, that nobody has
 * left open for those to come; what is to be closed by exec is the monitor's.
 * From FD_ASIDE on if there is none.
 */
static int number_for(int fd)
{
  int at, flags;

  for (at = FD_FIRST; at < FD_ASIDE; at++) {
    flags = fcntl(at, F_GETFD);
    if (flags == -1 || flags & FD_CLOEXEC) return dup2(fd, at);
  }
  return fcntl(fd, F_DUPFD, FD_ASIDE);
}

/* a copy out of the way of those */
static int aside(int fd)
{
  fd = fcntl(fd, F_DUPFD_CLOEXEC, FD_ASIDE);
  if (fd == -1) die_sys(111, "unable to copy a descriptor", 0);
  return fd;
}

/* the descriptors are its own; all that it writes to here is the caller's */
static int run(void *arg)
{
  struct child *c = arg;
  int i, fd;

  signals_default();
  c->cred = aside(c->cred);
  for (i = 0; i < OURS_FDS; i++)
    if (c->fds[i] != -1) c->fds[i] = aside(c->fds[i]);
  for (i = 0; i < OURS_FDS; i++) {
    if (c->fds[i] == -1) continue;
    fd = number_for(c->fds[i]);
    if (fd == -1) die_sys(111, "unable to copy a descriptor for $", ours[i]);
    c->nums[i][int_fmt(c->nums[i], fd)] = 0;
  }
  if (dup2(c->cred, 3) == -1) die_sys(111, "unable to set descriptor 3", 0);
  execvpe(c->chain[0], c->chain, c->env);
  die_sys(111, "unable to run ", c->chain[0]);
}

pid_t become(char **chain, const struct frame *f, int dialogue, int cred,
  int sign, int notes)
{
  static char stack[STACK_SIZE] __attribute__((aligned(16)));
  struct child c = { chain, 0, cred, { dialogue, sign, notes }, { 0 } };
  size_t i = make_env(&c, f);
  pid_t pid;
  int saved;

  pid = clone(run, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &c);
  saved = errno;
  for (; c.env[i]; i++) free(c.env[i]);
  free(c.env);
  errno = saved;
  return pid;
}
