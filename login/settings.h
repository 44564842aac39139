/* ISC licence; see LICENSE. */
#ifndef LOGIN_SETTINGS_H
#define LOGIN_SETTINGS_H

#include <stdint.h>
#include <sys/types.h>

#include "peer.h"

/*
 * What a connection's front end knows before the client speaks: from the
 * arguments, the environment and the descriptors. The manual pages list the
 * variables. Read once by the monitor; the talker inherits it by fork.
 */
struct talk;

#define REST_NEVER 86400000     /* LOGIN_REST: stay as it is */
#define STAMP_MAX 159           /* octets of a stamp, or a challenge */

struct settings {
  void (*talk)(struct talk *);  /* the protocol: imap_talk or pop3_talk */
  char **chain;                 /* authenticator, handler, arguments */

  const char *service;          /* "imap" or "pop3" */

  unsigned int attempts;        /* LOGIN_ATTEMPTS */
  int64_t delay_ms;             /* LOGIN_DELAY, after the first failure */
  int64_t slow_ms;              /* LOGIN_SLOW, across connections */
  int64_t timeout_ms;           /* LOGIN_TIMEOUT */
  int64_t rest_ms;              /* LOGIN_REST: into a session; REST_NEVER */
  uid_t uid;                    /* LOGIN_UID, LOGIN_GID, LOGIN_CHROOT: */
  gid_t gid;                    /* the talker's, if started by root */
  const char *root;
  const char *run;              /* LOGIN_RUN: the roster; 0: there is none */
  unsigned int max_address;     /* LOGIN_MAX_ADDRESS, LOGIN_MAX_ACCOUNT: */
  unsigned int max_account;     /* sessions of one account */

  unsigned int max_waiting;     /* LOGIN_MAX_WAITING, before login; 0: any */

  int encrypted;                /* SSL_PROTOCOL, LOGIN_ENCRYPTED, our Y */
  int plaintext;                /* LOGIN_PLAINTEXT; -1 from loopback only */
  int tls_required;             /* UCSPITLS is ! */
  int ctlfd, readfd, writefd;   /* UCSPI-TLS; -1 when it is not offered */

  unsigned int mechanisms;      /* LOGIN_MECHANISMS: a set, mechanism.h */
  unsigned int offered;         /* those of them that may be used now */

  struct peer peer;
  char stamp[STAMP_MAX + 1];    /* POP3 with LOGIN_APOP: <...>; else empty */
  char noise[STAMP_MAX + 1];    /* for CRAM-MD5: the same, less <; else empty */
};

/*
 * settings_read - fill s, all but talk, chain, service, stamp and offered
 *
 * A bad value ends the program with 100 and a line that names it. Unsets
 * UCSPITLS, SSLCTLFD, SSLREADFD and SSLWRITEFD, and marks these descriptors
 * close-on-exec, so that no authenticator sees them.
 */
void settings_read(struct settings *s);

/* settings_stamp - make s->stamp when LOGIN_APOP says so (POP3 only) */
void settings_stamp(struct settings *s);

/*
 * settings_offer - find out which mechanisms may be used now: at the start,
 * and again after STARTTLS. A password or token as it is wants what
 * settings_plain_ok says; a proof that tells nothing of the password may go
 * in the clear, unless TLS is required. Channel bindings and certificates
 * want a TLS server that has told of them.
 */
void settings_offer(struct settings *s);

/*
 * settings_challenge - the challenge of CRAM-MD5, RFC 2195 section 2
 *
 * noise  that of the settings
 * n      failed attempts before this one: a challenge is not used twice
 * out    receives at most STAMP_MAX octets and a NUL
 */
void settings_challenge(const char *noise, unsigned int n, char *out);

/* settings_plain_ok - 1 if a password may come over this connection now */
int settings_plain_ok(const struct settings *s);

/* settings_starttls - 1 if STARTTLS or STLS is to be offered now */
int settings_starttls(const struct settings *s);

/* settings_tls - the word for the log: a version, "yes" or "no"; borrowed */
const char *settings_tls(const struct settings *s);

#endif
