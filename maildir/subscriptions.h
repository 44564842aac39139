/* ISC licence; see LICENSE. */
#ifndef MAILDIR_SUBSCRIPTIONS_H
#define MAILDIR_SUBSCRIPTIONS_H

#include <stddef.h>
#include <skalibs/stralloc.h>

#include "tree.h"

/*
 * Subscriptions: Dovecot's file, versions 1 and 2 read, the version found is
 * written (2 when new); Courier's courierimapsubscribed, else BincIMAP's
 * .bincimap-subscribed (or bincimap-subscribed) read when it is missing.
 */

/* subscriptions_read - append the storage names, "" for INBOX, each ended by
 * NUL, in octet order, each once. 0, or -1 with errno. */
int subscriptions_read(const struct tree *, stralloc *names);

/*
 * subscriptions_set - subscribe or unsubscribe; the folder need not exist.
 * Lines that we do not understand are kept. Returns 0 (also when nothing had
 * to change), or -1 with errno, EAGAIN if the lock stays with someone else.
 */
int subscriptions_set(const struct tree *, const char *storage, size_t len,
                      int subscribed);

/* subscriptions_settle - where only another server's file is there, write Dovecot's
 * with the same folders. 0, -1 errno */
int subscriptions_settle(const struct tree *);

#endif
