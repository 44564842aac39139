/* ISC licence; see LICENSE. */
#include <errno.h>
#include <skalibs/strerr.h>

#include "auth.h"
#include "sasl_login.h"
#include "users_cdb.h"

/* The authenticator for virtual users, from a cdb made by roost-user. */

char const *PROG = "checkpassword-cdb";

static const char *why(int e)
{
  if (e == EPROTO) return "not-a-user-database-or-damaged";
  if (e == EPERM) return "writable-by-everyone";
  return 0;
}

int main(int argc, char **argv)
{
  static struct credentials c;
  struct users_cdb db = USERS_CDB_ZERO;
  struct user u = USER_ZERO;
  stralloc dummy = STRALLOC_ZERO;
  const char *reason;
  int found;

  (void)argc;
  sasl_begin(&c, argv);
  if (users_cdb_open(&db, users_cdb_path()) == -1)
    auth_later(&c, users_cdb_path(), why(errno));
  sasl_any_case();
  found = users_cdb_find(&db, c.name, &u);
  if (found == -1) auth_later(&c, users_cdb_path(), why(errno));
  if (users_cdb_dummy(&db, c.name, &dummy) == -1) auth_later(&c, "salt", 0);
  reason = sasl_verdict(&c, found ? &u : 0, dummy.s, db.dummies.key, DUMMY_KEY);
  users_cdb_close(&db);
  if (reason && !*reason) auth_later(&c, "crypt", 0);
  if (reason) auth_refuse(&c, reason);
  auth_accept(&c, &u, argv + 1);
}
