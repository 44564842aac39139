/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_KEYHOLDER_H
#define SSLSERVER_KEYHOLDER_H

#include <sys/types.h>

/*
 * The key-holder: the one process that reads private keys. It never sees an
 * octet that came from the network, only messages as in keyproto.h, and it
 * signs nothing but the contents of TLS handshakes.
 */

/*
 * keyholder_start - fork it, before anything else has read a key
 *
 * read_password  1: read a password for keys from descriptor 3 first
 * listener       receives the listener's own socket, for keyclient.h
 * pid            receives its process id
 *
 * Where the certificates are is in the environment. Returns the control
 * socket, or -1 with errno; when the default certificate could not be loaded
 * the reason has been logged and errno is EINVAL.
 */
int keyholder_start(int read_password, int *listener, pid_t *pid);

/* keyholder_socket - let the key-holder answer on fd; 0, or -1 with errno */
int keyholder_socket(int control, int fd);

/*
 * keyholder_news - 1 if the default certificate has changed since the last
 * call, 0 if not, -1 if the key-holder is gone
 */
int keyholder_news(int control);

#endif
