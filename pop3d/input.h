/* ISC licence; see LICENSE. */
#ifndef POP3D_INPUT_H
#define POP3D_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "output.h"

/*
 * Command lines from the client. Whenever it has to wait, it first writes
 * out what is waiting in out.
 */
#define INPUT_BUFFER 4096
#define POP3_LINE_MAX 255       /* octets with CR LF; RFC 2449 section 4 */

struct input {
  int fd;
  struct output *out;
  int64_t idle_ms;              /* autologout */
  uint64_t received;
  size_t pos, len;              /* unread octets of buf: pos..len */
  int skipping;                 /* inside of a line that is too long */
  char buf[INPUT_BUFFER];
};

void input_init(struct input *, int fd, struct output *, int64_t idle_ms);

/*
 * input_line - the next command line
 *
 * line, len  receive it without CR LF (or LF alone), borrowed until the next
 *            call; it may hold any octet but LF
 *
 * Returns 1; 0 at the end of input (what came without a line end is thrown
 * away); -1 with errno: EMSGSIZE (longer than POP3_LINE_MAX; it is thrown
 * away up to its LF, and the session can go on), ETIMEDOUT (no whole line
 * for idle_ms, RFC 1939 section 3), EINTR (SIGTERM), EPIPE (the output is
 * dead), or that of read(2).
 */
int input_line(struct input *, const char **line, size_t *len);

#endif
