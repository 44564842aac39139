/* ISC licence; see LICENSE. */
#ifndef LOGIN_SESSION_H
#define LOGIN_SESSION_H

#include <sys/types.h>

#include "settings.h"

/*
 * session_wait - the monitor's life after a login
 *
 * user     the name that logged in; borrowed for as long as it lasts
 * handler  our child
 * notes    socket that it may write notes to (base/note.h); closed here
 *
 * Puts the session into the roster, ends sessions that are too many, keeps
 * the roster's file up to what the handler notes, passes on the signals that
 * ask for the end, and logs the end when the handler has ended. Without a roster
 * all goes on, and the log says so once. Does not return where login-wait takes
 * its place (handover.h).
 */
void session_wait(const struct settings *s, const char *user, pid_t handler,
  int notes);

#endif
