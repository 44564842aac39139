/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_PWKEYS_H
#define CHECKPASSWORD_PWKEYS_H

#include <stddef.h>
#include <skalibs/stralloc.h>

#include "digest.h"

/*
 * What challenges and responses need of a stored password (pwhash.h): the
 * password itself if it is there in the clear, or keys made of it.
 */

/*
 * pwhash_plain - set out, 0-terminated, to the password, if hash is one of
 * {PLAIN} and its like; 1, or 0 with out empty. The caller wipes out.
 */
int pwhash_plain(stralloc *out, const char *hash);

/*
 * pwhash_cram_md5 - 1 if answer is that to challenge, 0 if not, -1 with
 * EINVAL if hash cannot tell
 *
 * hash       in the clear, or {CRAM-MD5}
 * challenge  the whole, len octets; RFC 2195
 * answer     32 hexadecimal digits in lower case
 *
 * pwhash_apop - the same for APOP, RFC 1939 section 7; hash in the clear
 */
int pwhash_cram_md5(const char *hash, const char *challenge, size_t len,
                    const char *answer);
int pwhash_apop(const char *hash, const char *stamp, const char *answer);

/* What a server of SCRAM keeps, RFC 5802 section 3. */
struct scram_keys {
  enum digest digest;           /* DIGEST_SHA1 or DIGEST_SHA256 */
  unsigned long rounds;
  stralloc salt;
  unsigned char stored[DIGEST_MAX], server[DIGEST_MAX];
};

#define SCRAM_KEYS_ZERO { .rounds = 0 }
#define SCRAM_ROUNDS 4096       /* the least that RFC 5802 allows */
#define SCRAM_SALT_MAX 255      /* octets */

/*
 * pwhash_scram - keys of a {SCRAM-SHA-1} or {SCRAM-SHA-256}
 *
 * Returns 1 and fills k, or 0 if hash is not one for this digest.
 */
int pwhash_scram(struct scram_keys *k, enum digest digest, const char *hash);

/*
 * scram_keys_make - from a password in the clear, which has gone through
 * SASLprep already if it is to; rounds at least 1
 */
void scram_keys_make(struct scram_keys *k, enum digest digest,
                     const char *password, const char *salt, size_t len,
                     unsigned long rounds);

/*
 * scram_keys_prepared - the same with a password as it was typed: through
 * SASLprep, as a client of SCRAM sends it, or as it is where that refuses it
 */
void scram_keys_prepared(struct scram_keys *k, enum digest digest,
                         const char *password, const char *salt, size_t len,
                         unsigned long rounds);

/* scram_keys_free - wipe and free; errno is kept */
void scram_keys_free(struct scram_keys *k);

#endif
