/* ISC licence; see LICENSE. */
#ifndef IMAPD_INPUT_H
#define IMAPD_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

struct reply;

/*
 * Octets from the client: lines and literals. Whenever it has to wait for
 * the client, it first writes out the reply; so the answers to commands that
 * came in one packet go out together.
 *
 * All reading functions return -1 with errno when the session cannot go on:
 * ETIMEDOUT (autologout), EINTR (SIGTERM), EPIPE (the reply is dead), others
 * of read(2); and 0 at the end of input.
 */
#define INPUT_BUFFER 16384

struct input {
  int fd;
  struct reply *out;
  int64_t idle_ms;              /* autologout: wait no longer than this */
  size_t line_max;              /* longest line, octets */
  uint64_t received;
  size_t pos, len;              /* unread part of buf: pos..len */
  int in_quote;                 /* scanning state of the line being read */
  char buf[INPUT_BUFFER];
};

void input_init(struct input *, int fd, struct reply *);

/*
 * input_line - append one line without its CR LF (or LF) to line.
 * 1; a line of more than line_max octets is thrown away up to its LF:
 * -1 with EMSGSIZE, after which the session can go on.
 */
int input_line(struct input *, stralloc *line);

/* A literal announced at the end of a line: {n}, {n+} (RFC 7888), ~{n} */
struct literal { uint64_t size; int sync; int binary; };
/* input_literal - 1 if line, from offset from on, ends by announcing one.
 * -1: its number is too large for anything. Text in quotes announces none. */
int input_literal(const char *line, size_t len, struct literal *);

/* input_go_ahead - "+ ..." for a synchronizing literal, flushed */
int input_go_ahead(struct input *);

/* input_some - the next octets, at most max of them: *data is borrowed until
 * the next call. Returns how many (> 0), 0, -1. */
ptrdiff_t input_some(struct input *, const char **data, uint64_t max);

/* input_bytes - append n octets to out; input_skip - throw n away. 1, 0, -1 */
int input_bytes(struct input *, stralloc *out, size_t n);
int input_skip(struct input *, uint64_t n);

/* input_wait - until input is there, fd (may be -1) is readable or ms have
 * passed: 1 input, 2 fd, 0 time; -1 as above. Flushes first. */
int input_wait(struct input *, int fd, int64_t ms);

#endif
