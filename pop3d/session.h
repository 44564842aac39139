/* ISC licence; see LICENSE. */
#ifndef POP3D_SESSION_H
#define POP3D_SESSION_H

#include <stdint.h>
#include <skalibs/stralloc.h>

#include "input.h"
#include "maildrop.h"
#include "output.h"
#include "send.h"

/*
 * One connection of one user after login. It begins in the TRANSACTION
 * state (RFC 1939 section 5), and only QUIT leads to UPDATE (section 6):
 * whatever else ends it, nothing is changed.
 */
struct session {
  struct input in;
  struct output out;
  struct maildrop drop;

  enum send_how how;            /* octets above 0x7F in headers */
  int mark_seen;                /* QUIT marks what was retrieved as \Seen */
  const char *expire;           /* argument of EXPIRE; 0: say nothing of it */
  int front_end;                /* ours: USER, SASL, UTF8 are there */

  const char *why;              /* why it ended, for the log; 0: it goes on */
  int error;                    /* errno of that, or 0 */
  uint32_t retrieved, topped, deleted;
  stralloc text;                /* for handlers; reused */
};

/*
 * session_run - greet ("+OK", the answer to PASS, APOP or AUTH), then answer
 * commands until the end. in, out, drop and the settings are filled in.
 */
void session_run(struct session *);

/* session_log - the line at the end */
void session_log(const struct session *);

/* session_end - no further command; why is a constant */
void session_end(struct session *, const char *why, int error);

/* reply_ok, reply_err - a one-line response; text is for people, and begins
 * with "[" only if that is a response code (RFC 2449 section 8) */
void reply_ok(struct session *, const char *text);
void reply_err(struct session *, const char *text);

#endif
