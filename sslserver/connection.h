/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_CONNECTION_H
#define SSLSERVER_CONNECTION_H

#include <stdint.h>
#include <sys/types.h>

#include "base/address.h"
#include "board.h"
#include "options.h"

/*
 * One connection: two processes that the listener forks, the TLS half and
 * the starter, which becomes the program.
 *
 *   client == net == TLS half -- data -- program (0 and 1, or SSLREADFD ...)
 *                      |   \---- ctl --- starter, program (SSLCTLFD)
 *                      key-holder
 *
 * ctl is a stream socket. First, only where the peer has to send a PROXY
 * header, the TLS half writes a struct proxy_info. Then the starter may
 * write H, a length and the name of the client that a certificate has to
 * bear, and y or Y, or leaves these to the program: UCSPI-TLS.
 */
#define CTL_HOST 'H'

struct connection {
  const struct options *o;
  struct board *board;
  struct slot *slot;            /* its own */
  int net;
  int ctl, data, key;           /* this process's ends; -1: none */
  struct address peer;
  unsigned int scope;           /* of a link-local peer */
  int proxied;                  /* a PROXY header has to come */
};

/* How a TLS half ends, as its exit code: all that the listener hears of it. */
enum half_end {
  HALF_DONE, HALF_TIMEOUT, HALF_CLOSED, HALF_NOT_TLS, HALF_VERSION,
  HALF_CIPHER, HALF_ALPN, HALF_ALERT, HALF_CERTIFICATE, HALF_KEY,
  HALF_HANDSHAKE, HALF_PROXY, HALF_PROXY_TIMEOUT, HALF_LOST, HALF_IDLE,
  HALF_BROKEN
};

/* half_end_name - a word for the log; 0 for HALF_DONE and what is no code */
const char *half_end_name(int code);

/* half_run - in a fork of the listener: be the TLS half */
void half_run(struct connection *c) __attribute__((noreturn));

/* starter_run - in another: become the program */
void starter_run(struct connection *c) __attribute__((noreturn));

#endif
