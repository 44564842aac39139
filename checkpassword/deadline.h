/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_DEADLINE_H
#define CHECKPASSWORD_DEADLINE_H

#include "credentials.h"

/*
 * A bound on how long a database may take, whatever the library waits for: a
 * name server, a host that is gone, a server that accepts and is silent. When
 * the time is over the process logs "PROG: deferred user=... what=STEP
 * error=timeout" and exits AUTH_TEMPORARY, by SIGALRM.
 */

/* deadline_begin - from now on, so many seconds in all */
void deadline_begin(unsigned int seconds, const struct credentials *c);

/* deadline_step - what is being done, for the log; a constant */
void deadline_step(const char *what);

/* deadline_end - no longer; before a handler is run */
void deadline_end(void);

#endif
