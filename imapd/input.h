/* ISC licence; see LICENSE. */
#ifndef IMAPD_INPUT_H
#define IMAPD_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

struct compress;
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
#define INPUT_REST_MS 1000
#define INPUT_TAIL 32           /* "~{" 20 digits "+}" fits */

struct input {
  int fd;
  int stop_fd;                  /* readable once SIGTERM came; -1: none */
  struct reply *out;
  struct compress *z;           /* COMPRESS is on; 0; borrowed */
  int64_t idle_ms;              /* autologout: wait no longer than this */
  void (*rest)(void *, int);    /* called with 1 after INPUT_REST_MS of */
  void *rest_arg;               /* silence, with 0 at its end; 0: none */
  void (*leave)(void *, int, int64_t);  /* while may_leave, after leave_ms: go */
  int64_t leave_ms;             /* as imap-idle until that descriptor, or */
  int may_leave;                /* milliseconds; returns if that cannot be */
  int woken;                    /* by imap-idle, and nothing was waited for
                                   since; what was sent until then: */
  uint64_t woken_sent;
  int ready;                    /* it was waited for, and there is input */
  size_t line_max;              /* longest line, octets */
  uint64_t received;
  size_t pos, len;              /* unread part of buf: pos..len */
  int quoted, escaped;          /* where in the command's text we are */
  char tail[INPUT_TAIL];        /* the last octets of the line being read */
  size_t taillen;
  char buf[INPUT_BUFFER];
};

void input_init(struct input *, int fd, struct reply *);
/* input_compress - from here on the client compresses; what it sent already is
 * taken for that. 0, -1: it is too much */
int input_compress(struct input *, struct compress *);

/*
 * input_line - append one line without its CR LF (or LF) to line.
 * 1; of a line of more than line_max octets the rest up to its LF is thrown
 * away: -1 with EMSGSIZE, after which the session can go on.
 * input_begin - the next line begins a command (no quotes are open).
 */
int input_line(struct input *, stralloc *line);
void input_begin(struct input *);

/*
 * A literal announced at the end of a line: {n}, {n+} (RFC 7888), ~{n}
 * input_literal - 1 if the line just read ends by announcing one, 0 if not. A
 * number beyond 2^63 comes as UINT64_MAX. A line whose quotes are still open
 * is broken: there "{n}" is text; "{n+}" is a literal (RFC 7888 section 3).
 */
struct literal { uint64_t size; int sync; int binary; };
int input_literal(const struct input *, struct literal *);

/* input_go_ahead - "+ ..." for a synchronizing literal, flushed. 1 or -1 */
int input_go_ahead(struct input *, const char *text);

/* input_some - the next octets, at most max of them: *data is borrowed until
 * the next call. Returns how many (> 0), 0, -1. */
ptrdiff_t input_some(struct input *, const char **data, uint64_t max);

/* input_bytes - append n octets to out; input_skip - throw n away. 1, 0, -1 */
int input_bytes(struct input *, stralloc *out, size_t n);
int input_skip(struct input *, uint64_t n);

/* input_wait - until input is there, fd (may be -1) is readable or ms have
 * passed: 1 input, 2 fd, 0 time; -1 as above (the end of input is 1).
 * Flushes first. */
int input_wait(struct input *, int fd, int64_t ms);

/* input_wait_long - the same; memory is given back when nothing comes soon */
int input_wait_long(struct input *, int fd, int64_t ms);

#endif
