/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_SYSTEM_H
#define CHECKPASSWORD_SYSTEM_H

#include <shadow.h>

#include "user.h"

/* The accounts of the system: passwd(5) and shadow(5), through nsswitch. */

/*
 * system_find - look an account up by its exact name
 *
 * u     receives it; the hash is "!" if a shadowed account has no shadow
 *       entry, so that no password fits
 * late  receives what speaks against a login even with the right password,
 *       as shadow_refuses says, or 0
 *
 * Returns 1, 0 if there is none, -1 with errno: the database does not answer;
 * EACCES: this process may not read shadow(5).
 */
int system_find(const char *name, struct user *u, const char **late);

/*
 * shadow_refuses - the word for the log if an account has run out, 0 if not
 *
 * expired  its day of expiry has come
 * aged     its password must be changed first: it is older than the maximum
 *          age, or marked so (last change on day 0)
 * today is in days since 1970-01-01. Fields of -1 are not set.
 */
const char *shadow_refuses(const struct spwd *sp, long today);

/*
 * system_dummy - set out to the stand-in hash for a name (dummy.h), after
 * the kinds of hashes in /etc/shadow; 0, or -1 with errno of pwhash_salt
 */
int system_dummy(const char *name, stralloc *out);

#endif
