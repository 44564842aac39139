/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_PWHASH_H
#define CHECKPASSWORD_PWHASH_H

#include <stddef.h>
#include <skalibs/stralloc.h>

/*
 * Stored passwords, of every kind that sites carry, roost-hashes(5):
 *
 *   what crypt(3) knows, argon2, and PBKDF2 in the forms of passlib and
 *   Django, which all begin with something that tells them apart; and
 *   {SCHEME}text as Dovecot and LDAP directories write it, {SCHEME.b64} and
 *   {SCHEME.hex} included.
 *
 * All functions take any C string, of up to PWHASH_MAX octets, from whatever
 * database. One that asks for more work or memory than a login may take is
 * damaged. pwkeys.h has what challenges and responses need of them.
 */
#define PWHASH_MAX 1023         /* octets without the NUL */

/* The most that a stored password may ask for: seconds, and memory. */
#define PWHASH_ROUNDS_MAX 10000000UL    /* of a digest */
#define PWHASH_BCRYPT_MAX 17            /* binary logarithm of rounds */
#define PWHASH_KIB_MAX (1UL << 20)      /* memory of argon2, yescrypt, scrypt */
#define PWHASH_KIB_PASSES (1ULL << 24)  /* memory times passes over it */

/*
 * pwhash_check - 1 if password gives hash, 0 if not, -1 with errno
 *
 * EINVAL: this kind of hash is not known, or it is damaged. ENOMEM: the
 * scheme wants more memory than the process may have (or, for yescrypt
 * and scrypt, the hash is damaged: libcrypt does not tell). Compares without
 * telling by time where two hashes differ; leaves no trace in memory.
 */
int pwhash_check(const char *hash, const char *password);

/* pwhash_calls - how often a hash has been worked through; for tests */
extern unsigned long pwhash_calls;

/*
 * pwhash_known - 1 if hash is a whole one of a known scheme, 0 if it is
 * locked, of another kind, damaged, or too short or long for its scheme
 */
int pwhash_known(const char *hash);

/*
 * pwhash_locked - 1 if no password is to be accepted: empty, or made invalid
 * by a leading '!' or '*' as passwd(1) and usermod(8) do, before {SCHEME} or
 * behind the {CRYPT} of a directory
 */
int pwhash_locked(const char *hash);

/*
 * pwhash_shut - 1 if the account is not to be used at all: made invalid by
 * '!', before {SCHEME} or behind it. One without a password ('*') may have
 * other ways in.
 */
int pwhash_shut(const char *hash);

/*
 * pwhash_class - set out to what tells scheme and cost of hash
 *
 * A text without NUL. Two hashes with the same one take the same time.
 */
void pwhash_class(stralloc *out, const char *hash);

/*
 * pwhash_make - append a new hash of password, with a fresh salt
 *
 * scheme  0: yescrypt. A word in lower case gives a hash without prefix:
 *         yescrypt, gost-yescrypt, scrypt, bcrypt, sha512, sha256, argon2id,
 *         argon2i, pbkdf2-sha1, pbkdf2-sha256, pbkdf2-sha512. One in upper
 *         case is a {SCHEME}, which the hash then begins with; .b64 or .hex
 *         may follow
 * cost    the scheme's own unit: as in crypt(5), rounds of PBKDF2 and SCRAM,
 *         passes of argon2; 0: its default
 *
 * Returns 0, or -1 with errno: EINVAL (no such scheme or cost), ENOMEM.
 */
int pwhash_make(stralloc *out, const char *password, const char *scheme,
                unsigned long cost);

/*
 * pwhash_salt - append a setting of a scheme of crypt(3), without a
 * password; as above
 */
int pwhash_salt(stralloc *out, const char *scheme, unsigned long cost);

/* pwhash_scheme - name of the scheme of hash, for people to read; a constant */
const char *pwhash_scheme(const char *hash);

/*
 * pwhash_outdated - 1 if hash is a known one, but not of the scheme and cost
 * that pwhash_make would use with the same arguments
 */
int pwhash_outdated(const char *hash, const char *scheme, unsigned long cost);

/* pwhash_can_make - 1 if pwhash_make knows the scheme, and that cost for it */
int pwhash_can_make(const char *scheme, unsigned long cost);

/*
 * pwhash_prefixed - set out, 0-terminated, to a stored password as the
 * functions above take it, for databases whose passwords are all of one
 * scheme that is written elsewhere
 *
 * scheme  what to put before it as {SCHEME}; 0 or "": nothing. A password
 *         that has a {SCHEME}, or begins with '$', speaks for itself
 */
void pwhash_prefixed(stralloc *out, const char *scheme, const char *stored);

#endif
