/* ISC licence; see LICENSE. */
#ifndef LOGIN_CHOSEN_H
#define LOGIN_CHOSEN_H

#include "roster.h"

/*
 * What roost-who and roost-kick have in common: options that choose sessions
 * of the roster, and the line that shows one.
 */
struct chosen {
  const char *user, *address;   /* 0: any */
  long pid;                     /* the handler's or the monitor's; 0: any */
};

/* chosen_options - -u user, -a address, -p pid; dies with usage and 100.
 * Returns how many of them there were. */
int chosen_options(struct chosen *, int argc, char **argv,
  const char *usage);

/*
 * chosen_each - call each for the sessions that all the options fit, in the
 * roster that LOGIN_RUN names. Without a roster there are none. Dies with
 * 111 when it cannot be read.
 */
void chosen_each(struct chosen *, void (*each)(const struct roster_at *,
  const struct entry *));

/* chosen_print - one line for a session, into the standard output */
void chosen_print(const struct entry *);
/* chosen_flush - at the end; dies with 111 when it cannot be written */
void chosen_flush(void);

#endif
