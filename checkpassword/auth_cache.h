/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_AUTH_CACHE_H
#define CHECKPASSWORD_AUTH_CACHE_H

#include <stdint.h>
#include <skalibs/stralloc.h>

#include "capture.h"

/*
 * What authenticators have accepted, kept for a while: a private directory
 * with a random key and a fixed number of places, each a file that holds the
 * last login of those whose names fall there.
 *
 * A record has the password under HMAC-SHA256 with the key, all that the
 * authenticator made of itself, and a code over it with the same key, so that
 * a torn or foreign file is as good as none.
 */
#define AUTH_CACHE_RECORD_MAX 131072    /* octets; a larger one is not kept */

struct auth_cache {
  int dir;
  unsigned char key[32];
  uint64_t entries;             /* places */
  uint64_t seconds;             /* how long a record counts */
};

/*
 * auth_cache_open - make the key if it is not there yet
 *
 * Returns 0, or -1 with errno: EPERM (the directory is not the process's own,
 * or others may enter it), EPROTO (the key is damaged), or as open(2).
 */
int auth_cache_open(struct auth_cache *k, const char *path, uint64_t entries,
                    uint64_t seconds);

/*
 * auth_cache_get - 1 and c filled if this password was accepted for this name
 * not too long ago, else 0
 *
 * context  what else the answer depends on, any octets
 * env      of c becomes the present environment with the changes that the
 *          authenticator made
 */
int auth_cache_get(const struct auth_cache *k, const stralloc *context,
                   const char *name, const char *password,
                   struct captured *c);

/*
 * auth_cache_put - keep what an authenticator has made of the present
 * environment; 0, or -1 with errno
 */
int auth_cache_put(const struct auth_cache *k, const stralloc *context,
                   const char *name, const char *password,
                   const struct captured *c);

void auth_cache_close(struct auth_cache *k);

#endif
