/* ISC licence; see LICENSE. */
#ifndef IMAPD_MAILBOX_FILTER_H
#define IMAPD_MAILBOX_FILTER_H

#include "session.h"

/*
 * Mailboxes as a client names them in bulk: filter-mailboxes of RFC 5465
 * section 6, with subtree-one of RFC 7377 section 2.2.
 */
#define FILTER_NAMES_MAX 1000   /* mailbox names in one command */

struct mailbox_filter {
  unsigned kinds;               /* FILTER_... without names */
  struct filter_name { unsigned kind; struct text name; } *v;
  size_t n, a;
};
#define MAILBOX_FILTER_ZERO { 0, 0, 0, 0 }

#define FILTER_SELECTED 1u
#define FILTER_PERSONAL 2u      /* and "inboxes": mail may be delivered to any
                                   folder of a Maildir (section 6.3) */
#define FILTER_SUBSCRIBED 4u
#define FILTER_MAILBOXES 8u     /* these have names */
#define FILTER_SUBTREE 16u
#define FILTER_SUBTREE_ONE 32u

/* mailbox_filter_parse - one of them, added to the filter; 1, or 0 with
 * p->why. Names are borrowed from the command. */
int mailbox_filter_parse(struct mailbox_filter *, struct parse *p);
void mailbox_filter_free(struct mailbox_filter *);

/*
 * mailbox_filter_find - storage names, each ended by NUL, of all folders that
 * exist and that the filter means, each once; appended to names. "selected"
 * is left to the caller. Names that mean nothing are passed over.
 * Returns 0, or -1 with errno.
 */
int mailbox_filter_find(struct session *, const struct mailbox_filter *,
                        stralloc *names);

#endif
