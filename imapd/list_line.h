/* ISC licence; see LICENSE. */
#ifndef IMAPD_LIST_LINE_H
#define IMAPD_LIST_LINE_H

#include "mailboxes.h"
#include "session.h"

/* One line of LIST or LSUB: RFC 9051 section 7.3.1. */
#define LINE_LSUB        0x01u
#define LINE_NOSELECT    0x02u  /* \Noselect, though it exists */
#define LINE_SUBSCRIBED  0x04u  /* \Subscribed where it is */
#define LINE_NONEXISTENT 0x08u  /* names without a mailbox are that; else they
                                   are \Noselect */
#define LINE_BELOW_SUBSCRIBED 0x10u     /* CHILDINFO: RFC 9051 section */
#define LINE_BELOW_USE        0x20u     /* 6.3.9.6, and by special use */
#define LINE_NOACCESS         0x40u     /* \NoAccess: RFC 5465 section 3.1 */

/* list_line - "* LIST (...) "." name"; oldname: with OLDNAME, or 0 */
void list_line(struct session *, const struct mailbox *, unsigned how,
               const struct text *oldname);

/*
 * list_mailbox - the line of one mailbox, as LIST RETURN (SUBSCRIBED CHILDREN
 * SPECIAL-USE) shows it; \NonExistent if it does not exist (any more).
 * oldname: what the client called it, if it had to be normalized (RFC 9051
 * section 6.3.9.7), or 0. Returns 0, or -1 with errno.
 */
int list_mailbox(struct session *, const stralloc *storage,
                 const struct text *oldname);

#endif
