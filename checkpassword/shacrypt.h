/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_SHACRYPT_H
#define CHECKPASSWORD_SHACRYPT_H

#include <skalibs/stralloc.h>

/*
 * The schemes $5$ and $6$ of crypt(3) ("Unix crypt using SHA-256 and
 * SHA-512", U. Drepper, 2007), over libcrypto's digests, which use what the
 * processor has for them. libcrypt's are plain C and take five times as long
 * for SHA-256; these are most hashes that there are, and every login pays.
 *
 * shacrypt - append crypt(password, setting) to out; a whole hash is a setting
 * Returns 1, or 0 if the setting is not of these schemes or unusual in any way
 * (libcrypt then has to say what it is); nothing is appended.
 */
int shacrypt(stralloc *out, const char *password, const char *setting);

#endif
