/* ISC licence; see LICENSE. */
#ifndef IMAPD_PROGRESS_H
#define IMAPD_PROGRESS_H

#include <stdint.h>

#include "session.h"

/*
 * A command that may take long looks up now and then: it tells the client how
 * far it got (RFC 9585), which also finds out about peers that vanished
 * without a word, and learns whether to go on.
 */
struct progress {
  struct session *s;
  const char *doing;            /* "searched": what was done with messages */
  uint64_t done, goal;          /* messages; the caller counts done */
  int64_t look_up, hear;        /* clock_ms of the next times */
};

/* progress_begin - goal: messages to go through, 0 if it is not known */
void progress_begin(struct progress *, struct session *, const char *doing,
                    uint64_t goal);

/* progress_stop - outside of snapshots, between whole responses: 1 if the
 * client or the server is going away, 0 to go on */
int progress_stop(struct progress *);

#endif
