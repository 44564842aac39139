/* ISC licence; see LICENSE. */
#ifndef LOGIN_BECOME_H
#define LOGIN_BECOME_H

#include <sys/types.h>

#include "frame.h"

/*
 * become - start the authenticator chain
 *
 * It has descriptor cred as its 3, sign, notes and, if that is not -1, dialogue
 * under numbers that the environment names, the variables of attempt.h for
 * what f says, and signals as they are by default. The rest of the
 * descriptors is as it is here.
 *
 * The child shares the caller's memory until it runs the program, and the
 * caller waits for that: nothing is copied, which a fork of the monitor's few
 * pages would take longer for than all the rest. Caught signals are blocked
 * meanwhile, as they always are outside of signals_poll.
 *
 * Returns the child, or -1 with errno. A child that cannot run the program
 * says so in the log and exits 111.
 */
pid_t become(char **chain, const struct frame *f, int dialogue, int cred,
  int sign, int notes);

#endif
