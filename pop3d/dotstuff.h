/* ISC licence; see LICENSE. */
#ifndef POP3D_DOTSTUFF_H
#define POP3D_DOTSTUFF_H

#include <stddef.h>
#include <stdint.h>

#include "output.h"

/*
 * A message as the lines of a multi-line response (RFC 1939 section 3): LF
 * not preceded by CR becomes CR LF, a line that starts with "." gets another
 * one, all in one pass into the output buffer. A CR elsewhere and a NUL pass
 * as they are, for they are part of the message. The octets come in pieces of
 * any size.
 */
#define DOTSTUFF_ALL UINT64_MAX

struct dotstuff {
  struct output *out;
  uint64_t body_lines;          /* how many of the body are still wanted */
  int in_body;                  /* the empty line has passed */
  int line;                     /* what the line at hand holds so far: */
  int cr;                       /* the last octet was CR */
};
/* values of line */
#define DOTSTUFF_EMPTY 0        /* nothing */
#define DOTSTUFF_CR 1           /* just a CR */
#define DOTSTUFF_TEXT 2

/*
 * dotstuff_begin - body_lines: DOTSTUFF_ALL for RETR, or as TOP wants it:
 * the header, the empty line, and so many lines of the body (section 7).
 * Without an output (0) it only counts lines.
 */
void dotstuff_begin(struct dotstuff *, struct output *, uint64_t body_lines);

/* dotstuff_put - 1 to go on, 0 no more is wanted, -1 the output is dead */
int dotstuff_put(struct dotstuff *, const char *data, size_t len);

/* dotstuff_end - end an unfinished last line, and the response. 0, or -1. */
int dotstuff_end(struct dotstuff *);

#endif
