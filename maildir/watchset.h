/* ISC licence; see LICENSE. */
#ifndef MAILDIR_WATCHSET_H
#define MAILDIR_WATCHSET_H

#include "account.h"

/*
 * Watching many folders of an account, and the Maildir itself, for changes by
 * anyone: one inotify instance for all of them; where there is none, dnotify;
 * what neither of them takes (descriptors or watches run out, a network file
 * system) is looked at from time to time.
 */
struct watchset;
struct watched;                 /* one folder in a set */

/* what may have changed */
#define WATCH_MAIL 0x01u        /* its messages */
#define WATCH_ATTRIBUTES 0x02u  /* roost-attributes */
#define WATCH_AGAIN 0x04u       /* its directories are others, or may be read
                                   now: watchset_again */
#define WATCH_NAMES 0x08u       /* of the Maildir: which folders there are */
#define WATCH_SUBSCRIPTIONS 0x10u       /* of the Maildir */
#define WATCH_LOST 0x20u        /* of the Maildir: anything anywhere */

/* watchset_new - with the Maildir's own directory in it. Never fails. */
struct watchset *watchset_new(struct account *);
void watchset_free(struct watchset *);

/*
 * watchset_add - one more folder; whose is what watchset_look calls it by
 * watchset_again - open its directories anew
 * watchset_denied - 1 if they could not be read, by our rights
 * watchset_drop - not any more; frees w
 */
struct watched *watchset_add(struct watchset *, const char *storage,
                             void *whose);
void watchset_again(struct watchset *, struct watched *w);
int watchset_denied(const struct watched *);
void watchset_drop(struct watchset *, struct watched *w);

/* watchset_fd - readable when something may have changed; -1: there is none.
 * watchset_poll_ms - look at least so often */
int watchset_fd(const struct watchset *);
int watchset_poll_ms(const struct watchset *);

/*
 * watchset_look - call each for what has changed since the last look; whose
 * is 0 for the Maildir. timed: the time of watchset_poll_ms is over, look at
 * those that nothing watches. Waits for nothing. each may not change the set.
 */
typedef void watchset_fn(void *arg, void *whose, unsigned what);
void watchset_look(struct watchset *, int timed, watchset_fn *each, void *arg);

#endif
