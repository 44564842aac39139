/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_JWT_H
#define CHECKPASSWORD_JWT_H

#include <stddef.h>
#include <jansson.h>

/*
 * Signed tokens: JSON Web Tokens (RFC 7519) in the compact form of JWS (RFC
 * 7515), checked with public keys (jwk.h).
 */
#define JWT_MAX 16384           /* octets of a token */

enum jwt_result {
  JWT_GOOD,
  JWT_MALFORMED,                /* no signed token of this form */
  JWT_ALGORITHM,                /* not one that any key may be used with */
  JWT_KEY,                      /* no key of this id, or for this algorithm */
  JWT_SIGNATURE                 /* of none of the keys */
};

/*
 * jwt_open - check the signature of a token and take its claims
 *
 * token   len octets
 * keys    a set, {"keys":[...]}
 * claims  receives an object that the caller gives back (json_decref) when
 *         JWT_GOOD is returned
 *
 * The claims are those of whoever holds the key, no more: claims.h looks at
 * them. Tokens whose header has "crit" are refused, since nothing of that is
 * known here.
 */
enum jwt_result jwt_open(const char *token, size_t len, const json_t *keys,
                         json_t **claims);

/* jwt_is - 1 if it has the form of one: three parts between dots */
int jwt_is(const char *token, size_t len);

#endif
