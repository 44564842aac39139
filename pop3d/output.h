/* ISC licence; see LICENSE. */
#ifndef POP3D_OUTPUT_H
#define POP3D_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

/*
 * What goes to the client: one buffer, written when it is full and before we
 * wait for the client, so that the responses to commands that came in one
 * packet go out in one write (PIPELINING, RFC 2449 section 6.6).
 *
 * When the client is gone, or took nothing for stall_ms, the output is dead:
 * what is put into it is thrown away, every call answers -1, and the session
 * ends. Long loops look at the result.
 */
#define OUTPUT_BUFFER 32768

struct output {
  int fd;
  int dead;                     /* errno of the write that failed, or 0 */
  int64_t stall_ms;
  uint64_t sent;                /* octets written so far */
  size_t len;                   /* octets waiting */
  char buf[OUTPUT_BUFFER];
};

void output_init(struct output *, int fd, int64_t stall_ms);

/* output_put - append len octets; output_puts - a C string; output_num - in
 * decimal. Each returns 0, or -1: the output is dead. */
int output_put(struct output *, const char *data, size_t len);
int output_puts(struct output *, const char *s);
int output_num(struct output *, uint64_t n);

/* output_flush - write what is waiting. 0, or -1. */
int output_flush(struct output *);

#endif
