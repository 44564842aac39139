/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_RELAY_H
#define SSLSERVER_RELAY_H

#include <stdint.h>
#include <openssl/ssl.h>

/* how a relay ended */
enum relay_end {
  RELAY_DONE,                   /* both sides have said all */
  RELAY_LOST,                   /* the client's connection broke */
  RELAY_IDLE,                   /* nothing came or went for too long */
  RELAY_BROKEN                  /* the client broke TLS */
};

/*
 * relay - carry octets between a client and a program until both are done
 *
 * ssl   after its handshake, on the non-blocking socket net
 * prog  a stream socket to the program, non-blocking
 * idle  milliseconds without an octet in either direction
 *
 * A close_notify or an end from the client becomes an end of input for the
 * program, whose answers are still sent; the program's end becomes a
 * close_notify. One buffer in each direction and no more; what is idle gives
 * its buffers back.
 */
enum relay_end relay(SSL *ssl, int net, int prog, int64_t idle);

#endif
