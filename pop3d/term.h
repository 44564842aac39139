/* ISC licence; see LICENSE. */
#ifndef POP3D_TERM_H
#define POP3D_TERM_H

#include <stddef.h>
#include <stdint.h>

/*
 * SIGTERM and the signals of login/sign.h that ask for the end: blocked after
 * term_init but while the process waits for the client, so none ever interrupts a change of the mailbox, and there is no
 * moment between a look at a flag and a wait in which it could get lost.
 */
#define LAST_WORD_MS 1000

void term_init(void);

/* term_caught - the signal that has come, or 0 */
int term_caught(void);

/* term_poll - wait for input on fd until deadline (clock_ms): 1 there is,
 * 0 too late, -1 with errno (EINTR: SIGTERM, or another signal) */
int term_poll(int fd, int64_t deadline);

/*
 * term_write - write all len octets; the peer must take some in every window
 * of ms milliseconds. Returns 0, or -1 with errno: ETIMEDOUT; EINTR, SIGTERM
 * came while it waited, and then nothing may follow what was cut. After a
 * SIGTERM that came earlier it waits for LAST_WORD_MS at most.
 */
int term_write(int fd, const char *buf, size_t len, int64_t ms);

#endif
