/* ISC licence; see LICENSE. */
#ifndef IMAPD_CONTEXTS_H
#define IMAPD_CONTEXTS_H

#include "search.h"
#include "sort.h"

/*
 * Searches and sorts of the selected folder whose changes the client wants to
 * hear of: RETURN (UPDATE), RFC 5267 section 4.3. Each keeps its program and
 * its result. view_sync calls contexts_removed and contexts_changed, so that
 * updates come where FETCH, EXISTS and EXPUNGE come, in IDLE too.
 *
 * Only what has changed since the last look is searched again. A sorted
 * result is sorted anew when something is added to it; keys are in the index.
 * Keys that depend on the time (OLDER, YOUNGER) are looked at when a message
 * changes otherwise (RFC 5032 section 2 lets them be late).
 */
#define CONTEXTS_MAX 16         /* of a session; then NOUPDATE */

struct contexts;

/* contexts_have - 1 if an update context bears the tag of the command */
int contexts_have(const struct session *);

/*
 * contexts_add - the command at hand becomes a context
 *
 * g       its bound program; its memory, and the command's text that it
 *         borrows from, belong to the context afterwards
 * by, sorted  the order, 0 for SEARCH
 *
 * If there are too many already the client is told NOUPDATE (section 4.3.1).
 */
void contexts_add(struct session *, struct search_program *g,
                  const struct uidset *found, const struct sort_order *by,
                  const struct sorted *sorted);

/* contexts_cancel - no more updates for a tag: 1, 0 there is none */
int contexts_cancel(struct session *, const struct text *tag);
void contexts_free(struct session *);

/* contexts_only_uids - from now on no message number may be told (RFC 9586):
 * those that were asked for by number have no more updates, NOUPDATE */
void contexts_only_uids(struct session *);

/*
 * contexts_removed - tell REMOVEFROM for members that are gone, before EXPUNGE
 * takes their numbers
 * contexts_changed - tell what other changes make. added: messages that are new
 * in the view; of those that become members a FETCH goes before the ADDTO where
 * UPDATE had items for it (RFC 5465 section 7), and they are taken out of added
 */
void contexts_removed(struct session *);
void contexts_changed(struct session *, struct uidset *added);

#endif
