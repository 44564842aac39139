/* ISC licence; see LICENSE. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "auth.h"
#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "become.h"
#include "hash_file.h"

/*
 * Master users: USER*MASTER with the master's password logs in as USER. Names
 * without the separator are handed on as they are.
 */

char const *PROG = "checkpassword-master";

#define MASTER_USERS_VAR "MASTER_USERS"
#define MASTER_USERS_DEFAULT "/etc/roost/masters"
#define SEPARATOR_VAR "MASTER_SEPARATOR"

int main(int argc, char **argv)
{
  static struct credentials c;
  const char *file = env_str(MASTER_USERS_VAR, MASTER_USERS_DEFAULT);
  const char *separator = env_str(SEPARATOR_VAR, "*"), *reason;
  char *name, *master;

  (void)argc;
  if (separator[1] || *separator < '!' || *separator > '~')
    die_text(100, "one printable character, no more: $", SEPARATOR_VAR);
  if (unsetenv("MASTER_USER") == -1) die_nomem();
  auth_credentials(&c, argv);
  name = xstrdup(c.name);
  master = strrchr(name, *separator);
  if (!master) auth_hand_on(&c, c.name, argv + 1);
  *master++ = 0;
  reason = hash_file_verdict(file, master, c.password);
  if (reason && !*reason) auth_later(&c, file, errno == EPROTO
    ? "damaged" : errno == EPERM ? "writable-by-everyone" : 0);
  if (!reason && !*name) reason = "empty";
  if (reason) auth_refuse(&c, reason);
  if (setenv("MASTER_USER", master, 1) == -1) die_nomem();
  log_begin("master");
  log_str("user", name);
  log_str("master", master);
  log_str("address", getenv("TCPREMOTEIP"));
  auth_authorize(&c, name, argv);
}
