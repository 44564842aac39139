/* ISC licence; see LICENSE. */
#ifndef TOOLS_IMAP_CONNECTION_H
#define TOOLS_IMAP_CONNECTION_H

#include "imap_reply.h"
#include "server_connection.h"

/* A connection to another IMAP server, one command at a time. */

struct imap {
  struct server server;
  struct imap_reply in;
  uint32_t tag;
  stralloc out;
  /* untagged responses of a command, and what else comes: may be 0 */
  void (*untagged)(void *arg, const struct imap_reply *);
  void *arg;
  char code[64];                /* of the tagged response: "AUTHENTICATIONFAILED" */
  char text[256];               /* its words */
  /* called when the connection is lost or nonsense comes; does not return */
  void (*lost)(void *arg, const char *why, const char *words);
  void *lost_arg;
};

/*
 * imap_connect - tls is "tls", "starttls" or "none"; cafile may be 0: what the
 * system trusts. The certificate has to be valid and of that host. Dies: 100
 * if it is not, 111 if the server cannot be reached.
 */
void imap_connect(struct imap *, const char *host, const char *port,
                  const char *tls, const char *cafile);

/* A command: imap_begin, its parts, imap_end, which waits for the tagged
 * response: 1 OK, 0 NO, -1 BAD. */
void imap_begin(struct imap *, const char *);
void imap_add(struct imap *, const char *);
void imap_add_string(struct imap *, const char *);      /* any octets but NUL */
int imap_end(struct imap *);

/* capability - does the server say so? asks once */
int imap_can(struct imap *, const char *capability);

/* imap_login - dies with 100 if it is refused; the password is wiped. master:
 * as user with that name's password; else 0 */
void imap_login(struct imap *, const char *user, const char *master,
                stralloc *password);
void imap_close(struct imap *);

#endif
