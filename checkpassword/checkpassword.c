/* ISC licence; see LICENSE. */
#include <errno.h>
#include <skalibs/strerr.h>

#include "auth.h"
#include "system.h"

/* The authenticator for the accounts of the system. */

char const *PROG = "checkpassword";

int main(int argc, char **argv)
{
  static struct credentials c;
  struct user u = USER_ZERO;
  stralloc dummy = STRALLOC_ZERO;
  const char *reason, *late;
  int found;

  (void)argc;
  auth_begin(&c, argv);
  if (system_dummy(c.name, &dummy) == -1) auth_later(&c, "salt", 0);
  found = system_find(c.name, &u, &late);
  if (found == -1)
    auth_later(&c, "accounts",
               errno == EACCES ? "only-root-may-read-the-shadow-file" : 0);
  reason = auth_verdict(found ? &u : 0, dummy.s, c.password);
  if (reason && !*reason) auth_later(&c, "crypt", 0);
  if (!reason) reason = late;
  if (reason) auth_refuse(&c, reason);
  auth_accept(&c, &u, argv + 1);
}
