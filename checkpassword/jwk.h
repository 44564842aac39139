/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_JWK_H
#define CHECKPASSWORD_JWK_H

#include <stddef.h>
#include <jansson.h>
#include <openssl/evp.h>

/*
 * Keys that sign tokens, from a set as an authorization server publishes it
 * (RFC 7517). Public keys alone: RSA of 2048 bits or more, the curves P-256,
 * P-384, P-521, and Ed25519; all else in a set is passed over.
 */
#define JWK_KEYS_MAX 64         /* keys of a set that are looked at */

/*
 * jwk_may - 1 if the key is for signatures, and for this algorithm
 *
 * The key decides: its type and curve allow one or a few algorithms, and if
 * it names its own ("alg"), only that. No key allows "none", nor one by which
 * a public key would be taken for a shared secret.
 */
int jwk_may(const json_t *key, const char *alg);

/* jwk_open - the key itself, for the caller to free; 0 if it is no good */
EVP_PKEY *jwk_open(const json_t *key);

/*
 * jwk_verify - 1 if this key has signed these octets, by an algorithm that
 * jwk_may has said yes to (RFC 7518 section 3)
 */
int jwk_verify(EVP_PKEY *key, const char *alg, const void *data, size_t len,
               const void *signature, size_t slen);

#endif
