/* ISC licence; see LICENSE. */
#ifndef LOGIN_SASL_H
#define LOGIN_SASL_H

#include <stddef.h>

/*
 * base64_decode - decode RFC 4648 section 4, strictly
 *
 * in, inlen  the text: only its alphabet, '=' only where padding belongs
 * out        receives the octets; needs inlen / 4 * 3
 *
 * Returns the number of octets, or -1. Empty text gives 0.
 */
int base64_decode(char *out, const char *in, size_t inlen);

/* base64_encode - the other way; out receives inlen / 3 * 4 + 5 octets, NUL
 * included */
void base64_encode(char *out, const char *in, size_t inlen);

/* base64_valid - 1 if that would succeed, else 0 */
int base64_valid(const char *in, size_t inlen);

enum sasl_result {
  SASL_OK,
  SASL_BAD,                     /* not a message of this mechanism */
  SASL_OTHER_USER               /* PLAIN: asks to act for somebody else */
};

/*
 * sasl_plain - take a decoded PLAIN message apart, RFC 4616 section 2
 *
 * msg       authzid NUL authcid NUL passwd; msg[len] must be writable, a NUL
 *           is put there
 * login     receives a pointer into msg, as does password
 *
 * An authzid that is neither empty nor the authcid is SASL_OTHER_USER.
 */
enum sasl_result sasl_plain(char *msg, size_t len, const char **login,
  const char **password);

#endif
