/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_IDENT_H
#define SSLSERVER_IDENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/address.h"

/*
 * TCPREMOTEINFO: what the client's machine says of who has opened the
 * connection (RFC 1413). It is the client's own word, and good for logs of
 * machines that one trusts.
 */
#define IDENT_MAX 256           /* octets of a name, with its NUL */

/*
 * ident_ask - ask at port 113 of remote
 *
 * out       IDENT_MAX octets: the name, or empty if there is none
 * local     our end of the connection, also where the question comes from
 * scope     of a link-local remote, or 0
 * deadline  of clock_ms
 */
void ident_ask(char *out, const struct address *local,
  const struct address *remote, unsigned int scope, int64_t deadline);

/*
 * ident_parse - the name of a reply, one line of len octets
 *
 * out is IDENT_MAX octets. White space is left out, other octets that do not
 * print become ?, and what is too long is cut. Returns 1, or 0 with out
 * empty: an error, or no reply of RFC 1413.
 */
int ident_parse(char *out, const char *line, size_t len);

#endif
