/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_LISTENER_H
#define SSLSERVER_LISTENER_H

#include <sys/types.h>

#include "options.h"

/*
 * The listener: accepts, forks a TLS half and a starter for each connection,
 * and waits for both. It has no key and reads nothing from a client.
 */

/* listener_bind - by host and port; ends the program if it cannot */
void listener_bind(const struct options *o);

/*
 * listener_run - serve until SIGTERM (returns 0) or until the key-holder is
 * gone (111)
 *
 * control  the socket of keyholder_start, and keyholder its process id
 */
int listener_run(const struct options *o, int control, pid_t keyholder);

#endif
