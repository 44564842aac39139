/* ISC licence; see LICENSE. */
#ifndef IMAPD_FETCH_NEW_H
#define IMAPD_FETCH_NEW_H

#include <skalibs/stralloc.h>

#include "maildir/uidset.h"
#include "parse.h"

struct session;

/*
 * The FETCH items that a client wants to see of new messages without asking:
 * those of MessageNew (RFC 5465 section 5.2) and of UPDATE (section 7). They
 * are kept as the client wrote them, so that two lists can be made one.
 */

/* fetch_new_parse - "(" fetch-att *(SP fetch-att) ")" into text, replaced.
 * asked: bits as in fetch_items; may be 0. 1, or 0 with p->why. */
int fetch_new_parse(struct parse *p, stralloc *text, unsigned *asked);

/* fetch_new - a FETCH response for each of uids, with the items of a and those
 * of b (0: none). Nothing is marked \Seen by it. */
void fetch_new(struct session *, const stralloc *a, const stralloc *b,
               const struct uidset *uids);

#endif
