/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_OAUTH_MESSAGE_H
#define CHECKPASSWORD_OAUTH_MESSAGE_H

#include <stddef.h>
#include <skalibs/stralloc.h>

/* The messages of OAUTHBEARER (RFC 7628) and of XOAUTH2, from before it. */

struct oauth_message {
  stralloc user;                /* who to act as; 0-terminated, may be empty */
  stralloc host;                /* where the client thinks it is; likewise */
  stralloc token;               /* 0-terminated, never empty */
};

/*
 * oauth_message - take the client's message apart
 *
 * bearer  1: OAUTHBEARER, RFC 7628 section 3.1; 0: XOAUTH2
 * msg     len octets, hostile
 *
 * Returns 0; or -1 if it is none, or has no bearer token (RFC 6750 section
 * 2.1), which is how clients ask what scope there is. Then m->token is empty;
 * m->user is set if it could be read. All fields start empty.
 */
int oauth_message(struct oauth_message *m, int bearer, const char *msg,
                  size_t len);

/*
 * oauth_error - append the object that tells a client that a token is no
 * good, RFC 7628 section 3.2.2; XOAUTH2 has one of its own
 *
 * status  invalid_request, invalid_token, insufficient_scope
 * scope, configuration  0 if there is none to be told
 */
void oauth_error(stralloc *out, int bearer, const char *status,
                 const char *scope, const char *configuration);

/* oauth_message_free - wipe and free */
void oauth_message_free(struct oauth_message *m);

#endif
