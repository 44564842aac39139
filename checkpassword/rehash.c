/* ISC licence; see LICENSE. */
#include "rehash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <skalibs/allreadwrite.h>

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "become.h"
#include "pwhash.h"
#include "user.h"

#define WORDS_MAX 32

static const char *command, *scheme;
static unsigned long cost;

void rehash_env(void)
{
  command = env_str("REHASH", 0);
  if (!command) return;
  scheme = env_str("REHASH_SCHEME", 0);
  cost = env_num("REHASH_COST", 0, 999999999, 0);
  if (!pwhash_can_make(scheme, cost))
    die_text(100, "no such scheme or cost: $REHASH_SCHEME, $REHASH_COST", 0);
}

/* A pipe that holds what the command is to read. */
static int pipe_of(const struct credentials *c, const stralloc *hash)
{
  stralloc s = STRALLOC_ZERO;
  int fd[2], r = -1;

  stralloc_ready(&s, CREDENTIALS_MAX + PWHASH_MAX + 4); /* never moves */
  stralloc_cats(&s, c->name);
  stralloc_0(&s);
  stralloc_cats(&s, c->password);
  stralloc_0(&s);
  stralloc_0(&s);
  stralloc_catb(&s, hash->s, hash->len);
  stralloc_0(&s);
  if (pipe2(fd, O_CLOEXEC) == 0 && write(fd[1], s.s, s.len) == (ssize_t)s.len)
    r = fd[0];
  explicit_bzero(s.s, s.a);
  stralloc_free(&s);
  return r;
}

/* Nothing of the connection is the command's: not the client, not the sign. */
static void only_log(void)
{
  int null = open("/dev/null", O_RDWR);

  if (null == -1 || dup2(null, 0) == -1 || dup2(null, 1) == -1)
    die_sys(111, "unable to open ", "/dev/null");
  if (close_range(3, ~0U, 0) == -1)
    die_sys(111, "unable to close descriptors", 0);
}

static void run(const struct credentials *c) __attribute__((noreturn));
static void run(const struct credentials *c)
{
  stralloc hash = STRALLOC_ZERO;
  char *argv[WORDS_MAX + 1], *save;
  char *words = xstrdup(command);
  int n = 0, fd;

  only_log();
  if (pwhash_make(&hash, c->password, scheme, cost) == -1)
    die_sys(111, "unable to make a new hash", 0);
  fd = pipe_of(c, &hash);
  if (fd == -1) die_sys(111, "unable to hand on the new hash", 0);
  if (fd == 3) fcntl(3, F_SETFD, 0);
  else if (dup2(fd, 3) == -1) die_sys(111, "unable to set descriptor 3", 0);
  for (argv[0] = strtok_r(words, " ", &save); argv[n] && n < WORDS_MAX;)
    argv[++n] = strtok_r(0, " ", &save);
  argv[n] = 0;
  if (!n) die_text(100, "$REHASH holds no program", 0);
  run_handler(argv);
}

/* The handler is not to find a child that it did not start: the one in
 * between ends at once. */
void rehash_start(const struct credentials *c, const char *hash)
{
  pid_t pid;

  if (!command || *c->timestamp || !*c->password) return;
  if (!pwhash_outdated(hash, scheme, cost)) return;
  pid = fork();
  if (pid == -1) {
    log_fault("warning", "rehash");
    return;
  }
  if (!pid) {
    pid = fork();
    if (!pid && setsid() != -1) run(c);
    if (pid == -1) log_fault("warning", "rehash");
    _exit(0);
  }
  while (waitpid(pid, 0, 0) == -1 && errno == EINTR);
}

int rehash_read(char *data, const char **password, const char **hash)
{
  const char *end = data + REHASH_DATA_MAX - 1;
  size_t n;

  prctl(PR_SET_DUMPABLE, 0);    /* no core with a password in it */
  errno = 0;
  memset(data, 0, REHASH_DATA_MAX);
  n = allread(3, data, REHASH_DATA_MAX - 1);
  if (errno && errno != EPIPE) return -1;
  *password = data + strlen(data) + 1;
  *hash = *password < end ? *password + strlen(*password) + 2 : end;
  if (*hash < data + n && !user_bad_name(data, strlen(data))
      && !user_bad_hash(*hash) && !pwhash_locked(*hash)) return 0;
  errno = EPROTO;
  return -1;
}
