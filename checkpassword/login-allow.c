/* ISC licence; see LICENSE. */
#include <stdlib.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "auth.h"
#include "base/address.h"
#include "base/env.h"
#include "base/log.h"
#include "become.h"

/*
 * Stands behind any authenticator and says whether what it let in may go on:
 * by the ids, and by what the user's environment says of the account.
 */

char const *PROG = "login-allow";

static const char *ids_refuse(void)
{
  struct user u = USER_ZERO;
  struct id_range range;

  id_range_env(&range);
  u.uid = getuid();
  u.gid = getgid();
  if (geteuid() != u.uid || getegid() != u.gid) return "uid";
  return id_range_refuses(&range, &u);
}

static const char *network_refuses(const char *networks, const char *address)
{
  struct nets nets;
  struct address a;

  if (!networks) return 0;
  if (nets_scan(&nets, networks) == -1)
    die_text(100, "not a list of networks: $", "LOGIN_NETWORKS");
  if (!address || address_scan(&a, address) == -1) return "network";
  return nets_match(&nets, &a) ? 0 : "network";
}

int main(int argc, char **argv)
{
  const char *address = getenv("TCPREMOTEIP"), *reason;

  if (argc < 2) die_text(100, "usage: login-allow program [arguments]", 0);
  reason = env_bool("LOGIN_DISABLED", 0) ? "disabled" : ids_refuse();
  if (!reason)
    reason = network_refuses(env_str("LOGIN_NETWORKS", 0), address);
  if (!reason) run_handler(argv + 1);
  log_begin("refused");
  log_str("user", getenv("USER"));
  log_str("address", address);
  log_str("reason", reason);
  log_end();
  return AUTH_REFUSED;
}
