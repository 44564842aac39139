/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_PWHASH_H
#define CHECKPASSWORD_PWHASH_H

#include <stddef.h>
#include <skalibs/stralloc.h>

/* Password hashes: crypt(3) with every scheme that libcrypt knows. */

#define PWHASH_MAX 383          /* octets; libxcrypt's CRYPT_OUTPUT_SIZE - 1 */

/*
 * pwhash_check - 1 if password gives hash, 0 if not, -1 with errno
 *
 * EINVAL: libcrypt does not know this kind of hash, or it is damaged. ENOMEM:
 * the scheme wants more memory than the process may have (or, for yescrypt
 * and scrypt, the hash is damaged: libcrypt does not tell). Compares without
 * telling by time where two hashes differ; leaves no trace in memory.
 */
int pwhash_check(const char *hash, const char *password);

/* pwhash_calls - how often crypt(3) has been worked through; for tests */
extern unsigned long pwhash_calls;

/*
 * pwhash_known - 1 if hash is a whole one of a scheme of libcrypt, 0 if it is
 * locked, of another kind, or too short or long for its scheme
 */
int pwhash_known(const char *hash);

/*
 * pwhash_locked - 1 if no password is to be accepted: empty, or made invalid
 * by a leading '!' or '*' as passwd(1) and usermod(8) do
 */
int pwhash_locked(const char *hash);

/*
 * pwhash_class - length of the part of hash that tells scheme and cost
 *
 * Two hashes whose first so many octets agree take the same time. 0 for the
 * traditional DES scheme, which has no such part.
 */
size_t pwhash_class(const char *hash);

/*
 * pwhash_make - append a new hash of password, with a fresh salt
 *
 * scheme  yescrypt, gost-yescrypt, scrypt, bcrypt, sha512, sha256; 0: yescrypt
 * cost    the scheme's own unit as in crypt(5); 0: its default
 *
 * Returns 0, or -1 with errno: EINVAL (no such scheme or cost), ENOMEM.
 */
int pwhash_make(stralloc *out, const char *password, const char *scheme,
                unsigned long cost);

/* pwhash_salt - append a setting of a scheme, without a password; as above */
int pwhash_salt(stralloc *out, const char *scheme, unsigned long cost);

/* pwhash_scheme - name of the scheme of hash, for people to read; a constant */
const char *pwhash_scheme(const char *hash);

#endif
