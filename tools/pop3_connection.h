/* ISC licence; see LICENSE. */
#ifndef TOOLS_POP3_CONNECTION_H
#define TOOLS_POP3_CONNECTION_H

#include "server_connection.h"

/* A connection to another POP3 server. All of these die: 100 if it never will
 * work (a certificate, a login that is refused), 111. */
struct pop3 {
  struct server server;
  char buf[4096];
  size_t pos, len;
  stralloc line;                /* the last one, without its end */
};
/* a first struct is { 0 } */

/* pop3_connect - tls is "tls", "starttls" or "none"; as imap_connect */
void pop3_connect(struct pop3 *, const char *host, const char *port,
                  const char *tls, const char *cafile);

/* pop3_login - as imap_login; the password is wiped */
void pop3_login(struct pop3 *, const char *user, const char *master,
                stralloc *password);

/* pop3_uidl - append the unique-id of each message, each ended by NUL; *n of
 * them (RFC 1939 section 7) */
void pop3_uidl(struct pop3 *, stralloc *uidls, size_t *n);

/* pop3_close - nothing was deleted, and QUIT removes nothing */
void pop3_close(struct pop3 *);

#endif
