/* ISC licence; see LICENSE. */
#ifndef LOGIN_SASL_TALK_H
#define LOGIN_SASL_TALK_H

#include <stddef.h>

#include "talker.h"

/* The exchange of AUTHENTICATE and AUTH, the same in IMAP and POP3. */
enum sasl_exchange {
  SASL_DONE,                    /* the frame is filled */
  SASL_MECHANISM,               /* no such mechanism */
  SASL_CLEAR,                   /* not without encryption */
  SASL_CANCELLED,               /* the client sent * */
  SASL_BASE64,                  /* not base64 */
  SASL_MESSAGE,                 /* base64, but not of this mechanism */
  SASL_ACT_FOR,                 /* PLAIN: asks to act for somebody else */
  SASL_TOO_LONG,                /* a line or a field above its limit */
  SASL_ENDED                    /* the connection ended: see how */
};

/*
 * sasl_exchange - ask the client for its credentials
 *
 * mech        name of the mechanism, any case
 * ir, irlen   initial response as the client wrote it ("=" is an empty one),
 *             ir is 0 if there was none
 * f           receives detail, login and password; or, for a mechanism that
 *             is a dialogue, detail and data
 * how         receives the reason when SASL_ENDED is returned
 */
enum sasl_exchange sasl_exchange(struct talk *t, const char *mech,
  const char *ir, size_t irlen, struct frame *f, enum client_result *how);

/*
 * sasl_attempt - send f to the monitor, and be the client's side of what
 * becomes a dialogue, to its verdict
 *
 * Wipes f. Returns SASL_DONE with the verdict; or why the client's answer to
 * a challenge was none, with the verdict on that; or SASL_ENDED with how.
 */
enum sasl_exchange sasl_attempt(struct talk *t, struct frame *f,
  struct talk_verdict *v, enum client_result *how);

/* sasl_passwords - 1 if a password may be given at all: LOGIN, USER, PASS */
int sasl_passwords(const struct talk *t);

/*
 * sasl_names - write the mechanisms that may be used now, each between the
 * two texts
 */
void sasl_names(struct talk *t, const char *before, const char *behind);

/* sasl_text - what to tell the client for all but DONE and ENDED */
const char *sasl_text(enum sasl_exchange r);

#endif
