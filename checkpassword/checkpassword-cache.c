/* ISC licence; see LICENSE. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "auth.h"
#include "auth_cache.h"
#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "become.h"
#include "capture.h"

/*
 * Remembers what a slow authenticator has accepted:
 *
 *   checkpassword-cache authenticator ... -- program ...
 *
 * Only what was right is kept. Whatever the cache does not know goes to the
 * authenticator, so a new password works at once.
 */

char const *PROG = "checkpassword-cache";

#define SEPARATOR "--"
#define VARS_VAR "AUTH_CACHE_VARS"
#define VARS_DEFAULT "TCPREMOTEIP TCPLOCALIP TCPLOCALPORT"

static struct credentials c;

static void usage(void) __attribute__((noreturn));
static void usage(void)
{
  die_text(AUTH_MISUSED,
           "usage: checkpassword-cache authenticator ... -- program ...", 0);
}

static void add(stralloc *out, const char *s)
{
  stralloc_cats(out, s);
  stralloc_0(out);
}

/* The authenticator's arguments, and the variables that it may go by. */
static void context_of(stralloc *out, char *const auth[])
{
  char *names = xstrdup(env_str(VARS_VAR, VARS_DEFAULT)), *name, *save;
  const char *value;

  for (; *auth; auth++) add(out, *auth);
  stralloc_0(out);
  for (name = strtok_r(names, " ", &save); name;
       name = strtok_r(0, " ", &save)) {
    value = getenv(name);
    add(out, name);
    add(out, value ? "=" : "");
    add(out, value ? value : "");
  }
  free(names);
}

static void accept_as(const struct captured *was, char *const program[])
  __attribute__((noreturn));
static void accept_as(const struct captured *was, char *const program[])
{
  const char *step;

  credentials_forget(&c);
  if (captured_become(was, &step) == -1) auth_later(&c, step, 0);
  credentials_wipe(&c);
  run_handler(program);
}

/* The authenticator's own exit code, unless it accepts. */
static void ask(char *const auth[], struct captured *was)
{
  struct capture k;
  const char *step = "fork";
  int fd = credentials_pipe(c.name, c.password, c.timestamp), r, code;

  if (fd == -1) auth_later(&c, "pipe", 0);
  r = capture_start(&k, auth, fd, -1);
  close(fd);
  if (!r) r = capture_wait(&k, was, &step);
  if (r == -1) auth_later(&c, step, 0);
  code = capture_end(&k);
  if (r) return;
  credentials_wipe(&c);
  _exit(code > 0 ? code : AUTH_TEMPORARY);
}

/* Without a cache, and for what is no password: as if we were not there. */
static void step_aside(char **auth, char **program) __attribute__((noreturn));
static void step_aside(char **auth, char **program)
{
  char **at = auth;

  while (*at) at++;
  for (; *program; program++) *at++ = *program;
  *at = 0;
  run_handler(auth);
}

static void open_cache(struct auth_cache *k, const char *path)
{
  uint64_t entries = env_num("AUTH_CACHE_ENTRIES", 1, 1000000, 4096);
  uint64_t seconds = env_num("AUTH_CACHE_SECONDS", 1, 86400, 300);

  if (auth_cache_open(k, path, entries, seconds) == 0) return;
  if (errno == EPERM)
    die_text(100, "not a directory of this user's alone, with mode 0700: ",
             path);
  die_sys(100, "unable to use the cache in ", path);
}

int main(int argc, char **argv)
{
  static struct captured was = CAPTURED_ZERO;
  static stralloc context = STRALLOC_ZERO;
  const char *path = env_str("AUTH_CACHE", 0);
  struct auth_cache k;
  char **auth = argv + 1, **program;
  int i;

  for (i = argc - 1; i > 0 && strcmp(argv[i], SEPARATOR); i--);
  if (i < 2 || !argv[i + 1]) usage();
  argv[i] = 0;
  program = argv + i + 1;
  if (!path || getenv("ROOST_SASL_FD") || getenv(AUTH_AUTHORIZED))
    step_aside(auth, program);
  open_cache(&k, path);
  auth_credentials(&c, argv);
  context_of(&context, auth);
  if (*c.timestamp || !*c.password
      || !auth_cache_get(&k, &context, c.name, c.password, &was)) {
    ask(auth, &was);
    if (!*c.timestamp && auth_cache_put(&k, &context, c.name, c.password,
                                        &was) == -1)
      log_fault_file("warning", path);
  }
  auth_cache_close(&k);
  accept_as(&was, program);
}
