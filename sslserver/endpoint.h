/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_ENDPOINT_H
#define SSLSERVER_ENDPOINT_H

#include <stddef.h>
#include <openssl/ssl.h>

/*
 * The channel binding tls-server-end-point (RFC 5929 section 4): a hash of
 * the certificate that the client was shown. A session that is resumed shows
 * none: what counts is the one of its first handshake, which may have been
 * another, by the kind of its key or since it was renewed. So the hash goes
 * with the ticket.
 */
#define ENDPOINT_MAX 64         /* octets */

/* endpoint_on - put it into the tickets of this context */
void endpoint_on(SSL_CTX *);

/* endpoint_choose - SSL_get_certificate gives the one that was shown */
void endpoint_choose(SSL *);

/*
 * endpoint_of - write it to out[ENDPOINT_MAX] after the handshake; its length,
 * 0 if it is not defined (Ed25519) or not known
 */
size_t endpoint_of(SSL *, unsigned char *out);

#endif
