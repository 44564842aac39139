/* ISC licence; see LICENSE. */
#ifndef IMAPD_MAILBOXES_H
#define IMAPD_MAILBOXES_H

#include "maildir/tree.h"

/*
 * All mailbox names of an account as LIST sees them: folders that exist,
 * names that are subscribed, and the names above either, sorted so that what
 * is above comes first, INBOX before all.
 */
struct mailbox {
  const char *name;             /* as on the wire, with prefix; NUL-ended */
  size_t len;
  const char *storage;          /* NUL-ended; 0: only a name above others */
  const char *use;              /* special use, "\\Sent", or 0 */
  int exists, subscribed;
  int children;                 /* a folder below it exists */
  long parent;                  /* index of the name above, -1 */
  unsigned mark;                /* for the user of the list */
};

struct mailboxes {
  struct mailbox *m;
  size_t n, a;
  stralloc text;                /* what the pointers point into */
  struct special special;
  int utf8;                     /* the names are */
  int by_alias;                 /* they have the namespace's alias */
};

/*
 * mailboxes_read - fill an empty ({0}) list. subscribed: read subscriptions
 * too. utf8: names in UTF-8, else in modified UTF-7. by_alias: with the
 * namespace's alias in place of its prefix. Names on disk that no
 * client can be told are left out.
 * Returns 0, or -1 with errno. mailboxes_free in either case.
 */
int mailboxes_read(struct mailboxes *, const struct tree *, int subscribed,
                   int utf8, int by_alias);
void mailboxes_free(struct mailboxes *);

/* mailboxes_find - index of a name as on the wire, -1 */
long mailboxes_find(const struct mailboxes *, const char *name, size_t len,
                    char separator);

/* mailbox_nocase - how many octets of the name are INBOX in any case */
size_t mailbox_nocase(const struct mailbox *, char separator);

#endif
