/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_REHASH_H
#define CHECKPASSWORD_REHASH_H

#include "credentials.h"
#include "pwhash.h"

/*
 * A hash can be made anew only while the password is at hand: at a login.
 *
 * REHASH         a command, its words separated by spaces; unset: none
 * REHASH_SCHEME  what it is to be, as pwhash_make takes it
 * REHASH_COST    its cost
 *
 * The command is run beside the login with the authenticator's rights, and
 * finds on descriptor 3: name NUL password NUL NUL new hash NUL.
 */

/* rehash_env - read the three; an invalid value is fatal (100) */
void rehash_env(void);

/*
 * rehash_start - run the command if hash is of another scheme or cost
 *
 * Returns at once; whether the command does its work is for the log only.
 */
void rehash_start(const struct credentials *c, const char *hash);

/*
 * rehash_read - the command's side: what is on descriptor 3
 *
 * data  REHASH_DATA_MAX octets that the caller wipes; it begins with the name
 *
 * Returns 0 and the password and the new hash, both within data; or -1 with
 * errno: EPROTO (not as above, or no name or hash that could be used).
 */
#define REHASH_DATA_MAX (CREDENTIALS_MAX + PWHASH_MAX + 4)
int rehash_read(char *data, const char **password, const char **hash);

#endif
