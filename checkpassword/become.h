/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_BECOME_H
#define CHECKPASSWORD_BECOME_H

#include <stdint.h>

#include "user.h"

/* The last steps of every authenticator: become the user, run the handler. */

/* The ids that may log in; root never does. */
struct id_range {
  uint64_t uid_min, uid_max;    /* MIN_UID, MAX_UID: the handlers read    */
  uint64_t gid_min, gid_max;    /* these too; MIN_GID, MAX_GID */
};

/* id_range_env - from the environment; an invalid value is fatal (100) */
void id_range_env(struct id_range *r);

/*
 * id_range_refuses - 0 if the user's ids may log in, else why not, as a word
 * for the log: root, uid, gid. uid 0 is refused whatever the range says.
 */
const char *id_range_refuses(const struct id_range *r, const struct user *u);

/*
 * ids_take - the gid and uid, all three of each, and no way back
 *
 * The supplementary groups have to be right already. Without root's rights
 * the ids have to be the process's own. Returns 0, or -1 with errno and *step.
 */
int ids_take(uid_t uid, gid_t gid, const char **step);

/*
 * user_become - take on the user's groups, gid and uid, go home, and set
 * USER, HOME, SHELL and u->env in the environment
 *
 * As root all ids are changed for good; otherwise they have to be the
 * process's own already (supplementary groups then stay as they are). Going
 * home comes after that, since root's rights may end at a mounted home.
 * uid 0 is refused (EPERM). Returns 0, or -1 with errno and *step the part
 * that failed, for the log; the process may then be half changed and can
 * only end.
 */
int user_become(const struct user *u, const char **step);

/*
 * run_handler - execvp(3) with file found by the PATH of this process; never
 * returns: logs and exits 111 if it cannot be run
 */
void run_handler(char *const argv[]) __attribute__((noreturn));

#endif
