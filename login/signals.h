/* ISC licence; see LICENSE. */
#ifndef LOGIN_SIGNALS_H
#define LOGIN_SIGNALS_H

#include <poll.h>
#include <stdint.h>

/*
 * The monitor's signals. SIGCHLD, SIGTERM and the three that ask for the end
 * of a session (sign.h) are blocked but for the time that signals_poll waits,
 * so no test of a flag can race with its signal.
 */

/* signals_init - handlers for all these, SIGPIPE ignored */
void signals_init(void);

/* signals_mask - those that a session waits for, as the kernel has a set: bit
 * n - 1 is signal n */
uint64_t signals_mask(void);

/* signals_term - 1 if a SIGTERM has come since the last call */
int signals_term(void);

/* signals_room - 1 if ADDRESS_LIMIT_SIGNAL has come since the last call */
int signals_room(void);

/* signals_end - which of the three has come since the last call, or 0 */
int signals_end(void);

/*
 * signals_poll - poll until one of p is ready, a signal, or deadline
 * (clock_ms; -1 waits for ever). Returns like ppoll; EINTR for a signal.
 */
int signals_poll(struct pollfd *p, nfds_t n, int64_t deadline);

/* signals_default - every signal as at the start of a program */
void signals_default(void);

#endif
