/* ISC licence; see LICENSE. */
#ifndef BASE_TIMEDIO_H
#define BASE_TIMEDIO_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* clock_ms - milliseconds of CLOCK_MONOTONIC, for deadlines */
int64_t clock_ms(void);

/*
 * timed_read - read(2) of up to len octets, waiting at most until deadline
 * (clock_ms). Works on blocking and non-blocking descriptors.
 * Returns octets read, 0 for end of input, -1 with errno (ETIMEDOUT; EINTR
 * only if a signal came while it waited, so that callers can look at flags).
 */
ssize_t timed_read(int fd, char *buf, size_t len, int64_t deadline);

/*
 * timed_write - write all len octets; the peer must take some of them in
 * every window of ms milliseconds. Returns 0, or -1 with errno (ETIMEDOUT).
 */
int timed_write(int fd, const char *buf, size_t len, int64_t ms);

/*
 * write_some - write(2) of what fd takes at once: it never blocks once poll
 * has said POLLOUT, whether fd is blocking or not, and raises no SIGPIPE on a
 * socket. For callers that wait in a way of their own.
 */
ssize_t write_some(int fd, const char *buf, size_t len);

/*
 * fd_fill - read(2) until room octets are there, or the end
 * fd_put - write(2) all of them
 * fd_pipe_of - the reading end of a pipe that holds these octets, which are few
 * enough for it to take them at once
 * Each waits as long as it takes. -1 with errno; fd_fill: the octets, fd_put: 0.
 */
ssize_t fd_fill(int fd, char *buf, size_t room);
int fd_put(int fd, const char *buf, size_t len);
int fd_pipe_of(const char *buf, size_t len);

/* fd_close_once - close *fd unless it is -1, and set it to -1; -1 as close(2) */
int fd_close_once(int *fd);

#endif
