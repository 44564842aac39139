/* ISC licence; see LICENSE. */
#ifndef POP3D_TERM_H
#define POP3D_TERM_H

#include <signal.h>

/*
 * SIGTERM: blocked after term_init but while the process waits for the
 * client, so it never interrupts a change of the mailbox, and there is no
 * moment between a look at a flag and a wait in which it could get lost.
 */
void term_init(void);

/* term_caught - 1 once SIGTERM has come */
int term_caught(void);

/* term_poll - wait for input on fd until deadline (clock_ms): 1 there is,
 * 0 too late, -1 with errno (EINTR: SIGTERM, or another signal) */
int term_poll(int fd, long long deadline);

/*
 * term_write - timed_write of base/timedio.h which SIGTERM ends: -1 with
 * errno EINTR. fd is then closed and may not be used again: a response that
 * was cut must not be followed by another octet.
 */
int term_write(int fd, const char *buf, unsigned long len, long long ms);

#endif
