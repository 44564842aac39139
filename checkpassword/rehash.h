/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_REHASH_H
#define CHECKPASSWORD_REHASH_H

#include "credentials.h"

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

#endif
