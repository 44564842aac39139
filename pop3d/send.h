/* ISC licence; see LICENSE. */
#ifndef POP3D_SEND_H
#define POP3D_SEND_H

#include <stdint.h>

#include "message/mime.h"
#include "output.h"

/*
 * One message on its way to the client, in bounded memory whatever its size.
 *
 *   if (send_open(&s, fd, lines, how) == -1) ... -ERR
 *   ... +OK
 *   if (send_run(&s, out) == -1) ... the session must end
 *   send_close(&s);
 *
 * What to do with octets above 0x7F in header fields, when the client did
 * not ask for UTF-8 (RFC 6856 section 2.1):
 */
enum send_how {
  SEND_AS_IS,                   /* it did, or the administrator says so */
  SEND_SURROGATE,               /* surrogate.h */
  SEND_REFUSE                   /* -ERR [UTF8] */
};

struct send {
  int fd;                       /* borrowed */
  uint64_t lines;               /* DOTSTUFF_ALL, or the n of TOP */
  int surrogate;                /* some header is to be rewritten */
  struct mime_message mime;     /* if so: where the headers are */
};

/*
 * send_open - look at the message before anything is said about it. With
 * SEND_AS_IS nothing is read but an octet, to know that it can be.
 * Returns 0, or -1 with errno: EILSEQ (SEND_REFUSE, and there is such a
 * header), or that of pread(2). Always to be followed by send_close.
 */
int send_open(struct send *, int fd, uint64_t lines, enum send_how);

/*
 * send_run - all the lines of the response, and the "." at its end
 * Returns 0, or -1 with errno: the output is dead, or the file could not be
 * read; then the response is cut, and nothing may follow it, lest the client
 * take a part for the whole.
 */
int send_run(struct send *, struct output *);

void send_close(struct send *);

#endif
