/* ISC licence; see LICENSE. */
#ifndef TOOLS_SERVER_CONNECTION_H
#define TOOLS_SERVER_CONNECTION_H

#include <stddef.h>
#include <sys/types.h>
#include <openssl/ssl.h>
#include <skalibs/stralloc.h>

/* A connection to another server, in the clear or over TLS. */
#define SERVER_PATIENCE 300     /* s without an octet */

struct server {
  const char *host;
  int fd;
  SSL *ssl;                     /* 0: in the clear */
};

/* server_connect - dies with 111 if the server cannot be reached */
void server_connect(struct server *, const char *host, const char *port);

/*
 * server_tls - TLS from here on; cafile may be 0: what the system trusts. The
 * certificate has to be valid and of that host: dies with 100 if it is not,
 * 111 if the handshake fails. What came in the clear must have been read.
 */
void server_tls(struct server *, const char *cafile);

/* server_read - as read(2); EAGAIN: it is silent. arg: the struct server */
ssize_t server_read(void *arg, char *buf, size_t len);
/* server_write - all of it; 0, -1 */
int server_write(struct server *, const char *s, size_t len);
void server_close(struct server *);

/* server_plain - the answer of SASL PLAIN in base64, to be wiped; master: log
 * in with that name's password, as user; else 0 */
void server_plain(stralloc *out, const char *user, const char *master,
                  const stralloc *password);

#endif
