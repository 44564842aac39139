/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_OAUTH_H
#define CHECKPASSWORD_OAUTH_H

#include <stdint.h>
#include <sys/types.h>
#include <jansson.h>

#include "claims.h"
#include "oauth_http.h"
#include "user.h"

/*
 * What checkpassword-oauth is told by its environment, and the worker that
 * judges tokens: a process without rights, since a token, an authorization
 * server's answer and TLS are a lot to read for one that may be root.
 */
struct oauth {
  const char *jwks;             /* OAUTH_JWKS: a path or URL; 0: introspect */
  json_t *keys;                 /* the set, where that is a path */
  stralloc cache;               /* file for a fetched one; empty: none */
  struct oauth_http http;       /* for introspection or the set */
  struct claims_want want;
  stralloc client;              /* id:secret, 0-terminated; or empty */
  uid_t uid;                    /* the worker's, if we are root */
  gid_t gid;
  const char *hosts;            /* OAUTH_HOSTS, 0: any */
  const char *configuration;    /* OAUTH_CONFIGURATION, 0: not told */
  const char *home;             /* OAUTH_MAIL_HOME; 0: USERS_CDB */
  uint64_t mail_uid, mail_gid;
};

/* oauth_settings - from the environment; a fault is fatal (100) */
void oauth_settings(struct oauth *o);

/* oauth_listed - 1 if word is one of those between spaces in list */
int oauth_listed(const char *list, const char *word);

enum oauth_verdict { OAUTH_GOOD, OAUTH_BAD, OAUTH_LATER };

/*
 * oauth_judge - fork the worker and have it judge a token
 *
 * text  receives, 0-terminated, without controls: the user's name; or why the
 *       token is refused, as a word for the log; or what has failed. It comes
 *       from a process that read what strangers wrote: look at it.
 */
enum oauth_verdict oauth_judge(const struct oauth *o, const char *token,
                               stralloc *text);

/*
 * oauth_account - the account of a name, by OAUTH_MAIL_HOME; name is good as
 * user_bad_name says
 *
 * Returns 0, or -1 if the name gives no directory (a part that is to stand in
 * the path is missing or begins with a dot).
 */
int oauth_account(const struct oauth *o, const char *name, struct user *u);

#endif
