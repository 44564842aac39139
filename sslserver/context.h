/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_CONTEXT_H
#define SSLSERVER_CONTEXT_H

#include <openssl/ssl.h>

/*
 * How this server speaks TLS: one SSL_CTX that the listener makes and warms
 * up by handshakes with itself, and that every TLS half inherits.
 */

/* whether a client is asked for a certificate */
enum context_client { CLIENT_NONE, CLIENT_ASK, CLIENT_NEED };

/*
 * context_make - by the environment (CIPHERS, CAFILE ...; sslserver(8)) and
 * the default certificate of the key-holder, which keyclient_use has named
 *
 * The old context is freed when the new one is whole. Returns 0, or -1 with
 * what was wrong in *what.
 */
int context_make(enum context_client client, const char **what);

/*
 * context_warm - handshakes in memory, each protocol version once, so that
 * what OpenSSL does but once is done before any fork; 0, or -1
 */
int context_warm(void);

/* context_ssl - a server's connection; ends the program if memory is out */
SSL *context_ssl(void);

/*
 * context_alpn_scan - a list of protocol names as ALPN sends it, from words
 * with commas between them; its length, or -1 if one is longer than 255
 * octets or empty, or all are longer than size
 */
int context_alpn_scan(unsigned char *out, size_t size, const char *s);

#endif
