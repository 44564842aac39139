/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_SASL_PEEK_H
#define CHECKPASSWORD_SASL_PEEK_H

#include <sys/types.h>
#include <skalibs/stralloc.h>

#include "capture.h"

/*
 * roost-sasl(7) for a wrapper that tries several authenticators: the front
 * end's request stays in its socket until one of them has something to say to
 * the client, so that the next, or the last, finds it there.
 */
#define SASL_FD_VAR "ROOST_SASL_FD"
#define SASL_REQUEST_MAX 17408  /* octets; a response has at most 16384 */

/*
 * sasl_peek - set out to the request, without taking it
 *
 * Returns 0, or -1 with errno (EPROTO: it has no line "begin", or is too
 * long).
 */
int sasl_peek(stralloc *out, int fd);

/*
 * sasl_take - take so many octets, which have been seen, out of the socket;
 * 0 or -1. One that is closed with something in it looks like a fault.
 */
int sasl_take(int fd, size_t len);

/*
 * sasl_try - run one authenticator on the request
 *
 * front  the front end's socket
 * c      filled if it accepts
 * said   set to 1 once it has sent a challenge: its exit is the last word
 *
 * Returns as capture_wait; capture_end has to follow.
 */
int sasl_try(struct capture *k, struct captured *c, const char **step,
             char *const auth[], int front, const stralloc *request,
             int *said);

#endif
