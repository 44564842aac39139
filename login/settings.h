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

struct settings {
  void (*talk)(struct talk *);  /* the protocol: imap_talk or pop3_talk */
  char **chain;                 /* authenticator, handler, arguments */

  const char *service;          /* "imap" or "pop3" */

  unsigned int attempts;        /* LOGIN_ATTEMPTS */
  int64_t delay_ms;             /* LOGIN_DELAY, after the first failure */
  int64_t timeout_ms;           /* LOGIN_TIMEOUT */
  uid_t uid;                    /* LOGIN_UID, LOGIN_GID, LOGIN_CHROOT: */
  gid_t gid;                    /* the talker's, if started by root */
  const char *root;
  const char *run;              /* LOGIN_RUN: the roster; 0: there is none */
  unsigned int max_address;     /* LOGIN_MAX_ADDRESS, LOGIN_MAX_ACCOUNT: */
  unsigned int max_account;     /* sessions of one account */

  int encrypted;                /* SSL_PROTOCOL, LOGIN_ENCRYPTED, our Y */
  int plaintext;                /* LOGIN_PLAINTEXT; -1 from loopback only */
  int tls_required;             /* UCSPITLS is ! */
  int ctlfd, readfd, writefd;   /* UCSPI-TLS; -1 when it is not offered */

  struct peer peer;
  char stamp[160];              /* POP3 with LOGIN_APOP: <...>; else empty */
};

/*
 * settings_read - fill s, all but talk, chain, service and stamp
 *
 * A bad value ends the program with 100 and a line that names it. Unsets
 * UCSPITLS, SSLCTLFD, SSLREADFD and SSLWRITEFD, and marks these descriptors
 * close-on-exec, so that no authenticator sees them.
 */
void settings_read(struct settings *s);

/* settings_stamp - make s->stamp when LOGIN_APOP says so (POP3 only) */
void settings_stamp(struct settings *s);

/* settings_plain_ok - 1 if a password may come over this connection now */
int settings_plain_ok(const struct settings *s);

/* settings_starttls - 1 if STARTTLS or STLS is to be offered now */
int settings_starttls(const struct settings *s);

/* settings_tls - the word for the log: a version, "yes" or "no"; borrowed */
const char *settings_tls(const struct settings *s);

#endif
