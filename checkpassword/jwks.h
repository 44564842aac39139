/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_JWKS_H
#define CHECKPASSWORD_JWKS_H

#include <jansson.h>

#include "oauth_http.h"

/*
 * A set of keys (RFC 7517 section 5) from a file, or fetched and kept in a
 * file: one file for one set, replaced as a whole, at most OAUTH_HTTP_MAX
 * octets.
 */
#define JWKS_FRESH 3600         /* seconds until it is fetched again */
#define JWKS_STALE 604800       /* seconds that it serves when that fails */
#define JWKS_AGAIN 60           /* seconds between two looks for a new key */

/* jwks_file - read a file; 0 with *why set to a text if it is no such set */
json_t *jwks_file(const char *path, const char **why);

/*
 * jwks_fetched - the set at h->url
 *
 * cache  the file that keeps it; its directory belongs to us alone. 0: none,
 *        fetch it each time
 * newer  1: the one that was given last did not have the key; fetch it again
 *        unless that was done within JWKS_AGAIN
 *
 * A set that cannot be kept is used all the same. Returns 0 with *why.
 */
json_t *jwks_fetched(const struct oauth_http *h, const char *cache, int newer,
                     const char **why);

#endif
