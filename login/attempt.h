/* ISC licence; see LICENSE. */
#ifndef LOGIN_ATTEMPT_H
#define LOGIN_ATTEMPT_H

#include <stdint.h>
#include <sys/types.h>

#include "dialogue.h"
#include "frame.h"

/* One attempt to log in: run the rest of the chain and see what becomes. */
#define ATTEMPT_DATA_MAX 512    /* what an authenticator must take */

enum attempt_outcome {
  ATTEMPT_ALIVE,                /* the sign of life came: logged in */
  ATTEMPT_REFUSED,
  ATTEMPT_TEMP,
  ATTEMPT_TIMEOUT,              /* the deadline; the chain was put down */
  ATTEMPT_LOST,                 /* the talker died; likewise */
  ATTEMPT_ENDED,                /* it ended in a dialogue, which says why */
  ATTEMPT_TERM                  /* SIGTERM came; likewise */
};

struct attempt {
  enum attempt_outcome outcome;
  pid_t pid;                    /* of the chain, while ALIVE */
  int code;                     /* exit code, or -1 */
  int sig;                      /* signal that killed it, or 0 */
  int notes;                    /* while ALIVE: what it notes is read here */
};

/*
 * attempt_run - run chain with f's credentials and wait for its sign of life
 *
 * chain     authenticator and what follows, ended by 0
 * f         an ATTEMPT frame
 * d         for a mechanism that is a dialogue, after dialogue_begin; else 0.
 *           Ended here; d->user stays
 * stamp     third field of the credentials: the greeting's for APOP, or ""
 * talker    the socket to the talker, watched for its end, and for the
 *           answers of a dialogue
 * deadline  clock_ms
 *
 * Signals are as signals_init left them. Returns 0, or -1 with errno when
 * the chain could not be started (E2BIG: the credentials exceed
 * ATTEMPT_DATA_MAX).
 */
int attempt_run(struct attempt *a, char **chain, const struct frame *f,
  struct dialogue *d, const char *stamp, int talker, int64_t deadline);

/*
 * attempt_outcome_of - what an exit before the sign means
 *
 * 1 is checkpassword's refusal, 3 12 13 15 20 21 22 23 are vchkpw's ways to
 * say bad login. All else is temporary, 0 too: a handler that ends without
 * having served anybody is no success.
 */
enum attempt_outcome attempt_outcome_of(int code);

#endif
