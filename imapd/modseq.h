/* ISC licence; see LICENSE. */
#ifndef IMAPD_MODSEQ_H
#define IMAPD_MODSEQ_H

#include <stdint.h>

#include "session.h"

/*
 * The rules of RFC 7162 (CONDSTORE, QRESYNC) that are not those of one
 * command: who gets MODSEQs, and which HIGHESTMODSEQ a client may believe.
 *
 * A client that has seen a MODSEQ of a FETCH at the end of a command takes
 * all below it for told (section 6). So whenever something lower is still
 * withheld (an expunge that may not be told yet), a lower HIGHESTMODSEQ
 * follows, and the right one once it was told.
 */

/* modseq_shown - 1 if FETCH responses that tell of flags have MODSEQ: the
 * client has sent a CONDSTORE enabling command, the folder has modseqs */
int modseq_shown(const struct session *);

/* modseq_put - "MODSEQ (n)" into a FETCH response */
void modseq_put(struct session *, uint64_t modseq);

/*
 * modseq_enable - a CONDSTORE enabling command was given (section 3.1); the
 * first one tells the selected folder's HIGHESTMODSEQ
 */
void modseq_enable(struct session *);

/* modseq_usable - 1; 0 with BAD in text: the folder answered NOMODSEQ, and
 * MODSEQ, CHANGEDSINCE and UNCHANGEDSINCE cannot be used (section 3.1.2.2) */
int modseq_usable(struct session *);

/* modseq_open - HIGHESTMODSEQ or NOMODSEQ of the folder just selected */
void modseq_open(struct session *);

/* modseq_look - tell the client if modseqs are kept no longer (the index went
 * private): what it remembers stays good, nothing is added to it */
void modseq_look(struct session *);

/* modseq_finish - at the end of a command: HIGHESTMODSEQ where it is due, in
 * the tagged OK if that has no other code (sections 3.2, 3.2.7, 3.2.9) */
void modseq_finish(struct session *, enum status);

/* modseq_withheld - 1 while something was not told yet; modseq_between - tell
 * the HIGHESTMODSEQ that then follows MODSEQs, where no command ends */
int modseq_withheld(const struct session *);
void modseq_between(struct session *);

/* modseq_unsure - the folder could not be looked at: what others changed in
 * the meantime was not told, so MODSEQs that were sent prove nothing */
void modseq_unsure(struct session *);

#endif
