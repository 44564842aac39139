/* ISC licence; see LICENSE. */
#ifndef LOGIN_MONITOR_H
#define LOGIN_MONITOR_H

#include "settings.h"

/*
 * monitor_run - the life of one connection, from its accept to its end
 *
 * s  as settings_read left it, with talk and chain set
 *
 * Starts the talker, judges what it sends, runs the chain for each attempt.
 * After a login it closes the client's descriptors, passes SIGTERM on to
 * the handler, and waits for its end. Returns the exit code: 0, or 111 when
 * the machine failed us.
 *
 * The states: talking (a talker lives and is served frame by frame), during
 * which an attempt may be running (the talker then waits for its verdict),
 * and waiting (the talker is gone, the handler has the client).
 */
int monitor_run(struct settings *s);

#endif
