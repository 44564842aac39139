/* ISC licence; see LICENSE. */
#ifndef LOGIN_ADDRESS_LIMIT_H
#define LOGIN_ADDRESS_LIMIT_H

#include <signal.h>

#include "entry.h"

/*
 * How many connections of one address may wait for a login. Under a server
 * that has no such limit somebody could take all its places, each of them
 * for LOGIN_TIMEOUT.
 *
 * The newest wins, as with sessions: when there are too many the one that
 * has waited longest is ended. So whoever shares the address with one who
 * opens connections and says nothing can still log in.
 *
 * The monitors keep count without a server: in the roster's directory
 * (roster.h) each address has a directory, with a file for each connection
 * that waits; its monitor holds a lock on it, by which others see that it
 * lives. For IPv6 an address is its /64.
 */

/* tells a monitor that a newer connection wants its place */
#define ADDRESS_LIMIT_SIGNAL (SIGRTMIN + 1)

struct address_limit {
  int dir, fd;                  /* the roster's, and the file; -1: none */
  char place[ENTRY_NAME_MAX], name[ENTRY_NAME_MAX];
};

/*
 * address_limit_enter - this process waits for a login now
 *
 * run      the roster's directory; 0: nothing is counted
 * address  the client's; nothing is counted if it is none
 * max      how many may wait; 0: nothing is counted
 *
 * Sends ADDRESS_LIMIT_SIGNAL to the monitors of those that are too many.
 * Without the directory nothing is counted: roster_open says why, later.
 */
void address_limit_enter(struct address_limit *, const char *run,
  const char *address, unsigned int max);

/* address_limit_leave - it does not wait any more; may be called again */
void address_limit_leave(struct address_limit *);

#endif
