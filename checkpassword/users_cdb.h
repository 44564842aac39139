/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_USERS_CDB_H
#define CHECKPASSWORD_USERS_CDB_H

#include <skalibs/cdb.h>

#include "dummy.h"
#include "user.h"
#include "users_text.h"

/*
 * The compiled users: a cdb made from the text of users_text.h and replaced
 * as a whole, read by checkpassword-cdb.
 *
 *   key                 data
 *   "roost-users"       "1"                 version of this layout
 *   "dummies"           see dummies_save
 *   "user" NUL name     hash NUL uid NUL gid NUL home NUL (NAME=value NUL)*
 *
 * name is in lower case; numbers are decimal.
 */
#define USERS_CDB_VAR "USERS_CDB"
#define USERS_CDB_DEFAULT "/etc/roost/users.cdb"

/* users_cdb_path - $USERS_CDB, or the default; borrowed */
const char *users_cdb_path(void);

struct users_cdb {
  cdb map;
  struct dummies dummies;
};

#define USERS_CDB_ZERO { .map = CDB_ZERO, .dummies = DUMMIES_ZERO }

/*
 * users_cdb_open - open for reading
 *
 * Returns 0, or -1 with errno: EPROTO (no such database, or damaged), EPERM
 * (others than its owner and group may write to it), or that of open(2).
 */
int users_cdb_open(struct users_cdb *db, const char *path);
void users_cdb_close(struct users_cdb *db);

/*
 * users_cdb_find - look a name up, whatever its case
 *
 * Returns 1 and fills u, 0 if there is none, -1 with EPROTO (damaged).
 */
int users_cdb_find(const struct users_cdb *db, const char *name,
                   struct user *u);

/* users_cdb_dummy - set out to the stand-in hash for a name; 0, -1 errno */
int users_cdb_dummy(const struct users_cdb *db, const char *name,
                    stralloc *out);

/*
 * users_cdb_write - compile a text into the file open as fd
 *
 * old  the database before this one, 0 if none: its key for stand-ins is
 *      kept, so that no name's time changes
 *
 * Returns 0; -1 with err->reason set for a fault in the text, or with
 * err->reason 0 and errno. Does not sync. Linear but for one sort of names.
 */
int users_cdb_write(int fd, const char *text, size_t len,
                    const struct users_cdb *old, struct users_error *err);

#endif
