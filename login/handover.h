/* ISC licence; see LICENSE. */
#ifndef LOGIN_HANDOVER_H
#define LOGIN_HANDOVER_H

#include <stdint.h>
#include <sys/types.h>

#include "roster.h"

/*
 * Once a session has lasted for a while its monitor becomes login-wait, a
 * program of a few pages, for nothing is left to be done but to wait for the
 * handler's end. It stays the handler's parent, and the signals that it
 * blocks stay blocked, so that none is lost on the way.
 *
 * What login-wait has to know stands in its environment, which holds nothing
 * else: these words, without names, in this order. The first is numbers, with
 * a space between; a descriptor of -1 is none.
 */
#define HANDOVER_FORM 1         /* raise when any of this changes */

enum handover_number {
  HANDOVER_IS,                  /* HANDOVER_FORM */
  HANDOVER_HANDLER,             /* process id */
  HANDOVER_NOTES,               /* descriptors: of the notes, */
  HANDOVER_DIR,                 /* the roster, */
  HANDOVER_PLACE,               /* and the session's file there */
  HANDOVER_SINCE,               /* clock_ms of the login */
  HANDOVER_SIGNALS,             /* a set as the kernel has it: bit n - 1 */
  HANDOVER_NUMBERS
};
enum handover_word {
  HANDOVER_LIST,                /* the numbers */
  HANDOVER_LINE,                /* of the log, for the end; more is added */
  HANDOVER_FILE,                /* the session's file, below the roster */
  HANDOVER_ACCOUNT,             /* its directory, likewise */
  HANDOVER_WORDS
};

/*
 * handover - become login-wait
 *
 * notes  descriptor, or -1; p and dir as of roster_add, or dir -1
 * since  clock_ms of the login
 * line   what the log will say of the end, up to its seconds
 * title  what ps(1) shall show
 *
 * All signals of signals.h have to be blocked, as they are but in
 * signals_poll, and none may be noted and not yet acted upon. Does not return
 * unless that is impossible: -1 with errno, and everything is as before.
 */
int handover(pid_t handler, int notes, int dir, const struct place *p,
  int64_t since, const char *line, const char *title);

#endif
