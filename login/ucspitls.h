/* ISC licence; see LICENSE. */
#ifndef LOGIN_UCSPITLS_H
#define LOGIN_UCSPITLS_H

#include <stddef.h>
#include <stdint.h>

#include "base/alloc.h"

#include "settings.h"

/*
 * The client of UCSPI-TLS: how a running program asks its server to put TLS
 * on the connection. The answer comes from a process that faces the network,
 * so nothing in it is believed beyond its bounds.
 */
#define UCSPITLS_ANSWER_MAX 65536       /* octets of the whole answer */
#define UCSPITLS_NAMES_MAX 256          /* variables taken from it */
#define UCSPITLS_NAME_MAX 64            /* octets of a name */

/*
 * ucspitls_start - ask for TLS and move the connection to it
 *
 * Sends Y, waits until deadline for the answer, takes the variables,
 * makes SSLREADFD and SSLWRITEFD descriptors 0 and 1, and closes every other
 * copy of the three. Sets s->encrypted. Returns 0, or -1 with errno:
 * EPROTO (the server closed, which is a failed handshake, or sent an answer
 * without end), ETIMEDOUT. After -1 the connection is of no more use.
 */
int ucspitls_start(struct settings *s, int64_t deadline);

/* ucspitls_forget - close the three descriptors, if they are still open */
void ucspitls_forget(struct settings *s);

/*
 * ucspitls_read - an answer from fd, through its two NULs and no further: the
 * three descriptors may be one, and what is behind is then the client's
 *
 * Returns 0, or -1 with errno: EPROTO (it ended before, or is longer than
 * UCSPITLS_ANSWER_MAX), ETIMEDOUT, or read's.
 */
int ucspitls_read(int fd, stralloc *a, int64_t deadline);

/*
 * ucspitls_take - take the variables of an answer into the environment
 *
 * answer, len  NAME=value NUL ..., with or without the last empty entry
 * set          called for each one that is good; value 0 means unset
 *
 * A name is good if it is SSL_[A-Z0-9_]+ of at most UCSPITLS_NAME_MAX octets
 * and is not one of those by which OpenSSL or a TLS server are configured.
 * Returns how many entries were ignored.
 */
size_t ucspitls_take(const char *answer, size_t len,
  void (*set)(const char *name, const char *value));

#endif
