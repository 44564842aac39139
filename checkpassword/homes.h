/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_HOMES_H
#define CHECKPASSWORD_HOMES_H

#include "user.h"

/*
 * home_make - make a user's home, and a Maildir called Maildir in it, as far
 * as they are missing; all of it 0700 and the user's own
 *
 * The home's parent has to be there. Root makes the home itself and hands it
 * over; all within it is made as the user, who may have put links there.
 * Returns 0, or -1 with errno.
 */
int home_make(const struct user *u);

/*
 * home_make_own - the same, with no more than the user's own rights: for a
 * home that somebody else than root has written down
 */
int home_make_own(const struct user *u);

#endif
