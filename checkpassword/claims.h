/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_CLAIMS_H
#define CHECKPASSWORD_CLAIMS_H

#include <stdint.h>
#include <jansson.h>

/*
 * What is said of a token, by itself (RFC 7519 section 4, 9068) or by the
 * server that gave it (RFC 7662 section 2.2): is it for us, and now, and for
 * whom?
 */
struct claims_want {
  const char *issuer;           /* 0: any */
  const char *audience;         /* one of those between spaces; 0: any */
  const char *scope;            /* has to be there; 0: any */
  const char *name;             /* which claim has the user's name */
  int expiry;                   /* 1: there has to be an expiry */
};

#define CLAIMS_LEEWAY 60        /* seconds that clocks may be apart */

/*
 * claims_check - 0 and *user, borrowed from claims, if all is as it should
 * be; else why not, a word for the log: expired, not-yet, issuer, audience,
 * scope, claim (the name is missing, or it is an address that was not
 * verified)
 */
const char *claims_check(const json_t *claims, const struct claims_want *want,
                         int64_t now, const char **user);

#endif
