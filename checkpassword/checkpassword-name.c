/* ISC licence; see LICENSE. */
#include <skalibs/strerr.h>

#include "auth.h"
#include "base/env.h"
#include "login_name.h"

/* Makes one name of all the ways in which people write theirs. */

char const *PROG = "checkpassword-name";

int main(int argc, char **argv)
{
  static struct credentials c;
  static stralloc name = STRALLOC_ZERO;
  const struct login_name_rules rules = {
    .separators = env_str("NAME_SEPARATORS", ""),
    .extensions = env_str("NAME_EXTENSION", ""),
    .domain = env_str("NAME_DOMAIN", ""),
    .strip = env_str("NAME_STRIP", ""),
    .lower = env_bool("NAME_LOWER", 1)
  };

  (void)argc;
  auth_credentials(&c, argv);
  login_name(&name, &rules, c.name);
  auth_rename(&c, name.s);
  auth_hand_on(&c, name.s, argv + 1);
}
