/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_OAUTH_HTTP_H
#define CHECKPASSWORD_OAUTH_HTTP_H

#include <skalibs/stralloc.h>

/* One question to an authorization server, by libcurl. */
#define OAUTH_HTTP_MAX 262144   /* octets of an answer */

struct oauth_http {
  const char *url;
  const char *cafile;           /* authorities for https; 0: the system's */
  const char *client;           /* id:secret for HTTP Basic; 0: none */
  long timeout;                 /* seconds for all of it */
};

/*
 * oauth_http_url - 1 if it may be asked: https, or http on this machine, where
 * nobody else can listen
 */
int oauth_http_url(const char *url);

/*
 * oauth_http_get - fetch it
 * oauth_http_token - ask about a token, RFC 7662 section 2.1
 *
 * Both append the body of an answer 200 to out and return 0; else "why" gets
 * a word or text for the log, a constant, and they return -1. Redirections
 * are not followed.
 */
int oauth_http_get(const struct oauth_http *h, stralloc *out,
                   const char **why);
int oauth_http_token(const struct oauth_http *h, const char *token,
                     stralloc *out, const char **why);

#endif
