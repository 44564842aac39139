/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_FACTS_H
#define SSLSERVER_FACTS_H

#include <openssl/ssl.h>

#include "base/alloc.h"

/*
 * facts_of - what is to be said of a connection after its handshake, as
 * NAME=value, each ended by NUL; sslserver(8) has the names
 *
 * all  with SSL_SERVER_* and the certificates themselves
 *
 * Values that hold a client's words have no control characters.
 */
void facts_of(SSL *ssl, int all, stralloc *out);

#endif
