/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_TICKETS_H
#define SSLSERVER_TICKETS_H

#include <openssl/ssl.h>

/*
 * Session tickets (RFC 5077, RFC 8446 section 4.6.1). The listener makes the
 * keys and every TLS half is a copy of it, so a session that began in one
 * may be resumed in any other. A key makes tickets for one period, and for
 * one more they are still taken. It is in memory only.
 */
#define TICKETS_PERIOD 7200     /* seconds; also how long a ticket is good */

/* tickets_turn - make a new key if it is time (now in seconds); 0, or -1 */
int tickets_turn(long now);

/* tickets_on - use them in ctx */
void tickets_on(SSL_CTX *ctx);

/* tickets_wipe - forget all keys: a TLS half whose handshake is over */
void tickets_wipe(void);

#endif
