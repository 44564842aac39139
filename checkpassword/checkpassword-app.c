/* ISC licence; see LICENSE. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "app_passwords.h"
#include "auth.h"
#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "sasl_peek.h"

/*
 * Application passwords: a user's password for one device, beside the main
 * one. What is none is handed on, unless only these are to count.
 */

char const *PROG = "checkpassword-app";

static struct credentials c;

static void none(char **argv) __attribute__((noreturn));
static void none(char **argv)
{
  if (env_bool("APP_PASSWORDS_ONLY", 0)) auth_refuse(&c, "password");
  auth_hand_on(&c, c.name, argv + 1);
}

/*
 * SCRAM proves that the client knows the main password, which is not to count.
 * Other mechanisms of roost-sasl(7) go by other things.
 */
static void no_scram(void)
{
  static const char scram[] = "auth SCRAM-";
  uint64_t fd = env_num(SASL_FD_VAR, 0, 65535, 0);
  stralloc request = STRALLOC_ZERO;

  if (sasl_peek(&request, (int)fd) == -1)
    die_sys(AUTH_TEMPORARY, "unable to read the request", 0);
  if (request.len < sizeof scram - 1
      || (memcmp(request.s, scram, sizeof scram - 1)
          && !memmem(request.s, request.len, "\nauth SCRAM-", sizeof scram)))
    return;
  sasl_take((int)fd, request.len);
  credentials_wipe(&c);
  auth_refuse(&c, "mechanism");
}

int main(int argc, char **argv)
{
  const char *root = env_str(APP_PASSWORDS_VAR, APP_PASSWORDS_DEFAULT);
  const char *address = getenv("TCPREMOTEIP");
  stralloc label = STRALLOC_ZERO;
  int dir, found;

  (void)argc;
  /* a fault in it shows at once */
  if (env_bool("APP_PASSWORDS_ONLY", 0) && env_str(SASL_FD_VAR, 0)) no_scram();
  if (unsetenv("APP_PASSWORD") == -1) die_nomem();
  auth_credentials(&c, argv);
  if (getenv(AUTH_AUTHORIZED)) auth_hand_on(&c, c.name, argv + 1);
  dir = app_open(root, c.name);
  if (dir == -1 && errno == ENOENT) none(argv);
  if (dir == -1) auth_later(&c, root, 0);
  found = app_find(&label, dir, c.password);
  if (found == -1) auth_later(&c, root, errno == E2BIG ? "too-many" : 0);
  if (!found) none(argv);
  if (app_used(dir, label.s, address) == -1)
    log_fault_file("warning", label.s);
  close(dir);
  if (setenv("APP_PASSWORD", label.s, 1) == -1) die_nomem();
  log_begin("app-password");
  log_str("user", c.name);
  log_str("label", label.s);
  log_str("address", address);
  auth_authorize(&c, xstrdup(c.name), argv);
}
