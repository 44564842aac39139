/* ISC licence; see LICENSE. */
#ifndef BASE_ENV_H
#define BASE_ENV_H

#include <stdint.h>

/*
 * Settings from the environment: one fact each. An invalid value ends the
 * program with 100 and a clear line, never a silent default.
 */

/* env_str - value of name, or dflt if unset or empty; borrowed */
const char *env_str(const char *name, const char *dflt);

/* env_num - decimal value of name within [min, max], dflt if unset or empty */
uint64_t env_num(const char *name, uint64_t min, uint64_t max, uint64_t dflt);

/* env_bool - 1 for "1" or "yes", 0 for "0" or "no", dflt if unset or empty */
int env_bool(const char *name, int dflt);

/*
 * env_user - who has logged in, for the log: VPOPUSER, where vchkpw and
 * checkpassword-vpopmail leave the whole name, else USER; dflt without both
 */
const char *env_user(const char *dflt);

#endif
