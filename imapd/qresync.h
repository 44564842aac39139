/* ISC licence; see LICENSE. */
#ifndef IMAPD_QRESYNC_H
#define IMAPD_QRESYNC_H

#include "session.h"

/*
 * Quick resynchronization, RFC 7162: what has changed in a folder and what is
 * gone from it since a client knew it. It costs what changed, as far as the
 * index's history of the folder goes; behind that every message is looked at
 * once and every UID without a message counts as gone (section 3.2.6).
 */

/* the QRESYNC parameter of SELECT: section 3.2.5 */
struct qresync {
  uint32_t uidvalidity;         /* 0: there is none */
  uint64_t modseq;
  struct seqset known;          /* UIDs; n 0: all */
  struct seqset msns, uids;     /* match data, pairs; n 0: none */
};
#define QRESYNC_ZERO { 0, 0, SEQSET_ZERO, SEQSET_ZERO, SEQSET_ZERO }

/* qresync_parse - "(uidvalidity modseq [known] [(msns uids)])"; 1, or 0 with
 * p->why. Free in both cases. */
int qresync_parse(struct qresync *, struct parse *);
void qresync_free(struct qresync *);

/*
 * qresync_select - VANISHED (EARLIER) and FETCHes for the folder just opened;
 * nothing if the UIDVALIDITY is another one. -1 with errno.
 */
int qresync_select(struct session *, const struct qresync *,
                   uint32_t uidvalidity, uint32_t uidnext);

/* qresync_matched - the highest UID of a pair of the match data that is so in
 * the view: the client knows of all expunges up to it. 0: there is none. Costs
 * the ranges, not the pairs. RFC 7162 section 3.2.5.2. */
uint32_t qresync_matched(const struct view *, const struct qresync *);

/*
 * qresync_since - what happened after the modseq since
 *
 * known     UIDs that the client asks about
 * uidnext   no UID from here on was ever given
 * changed   receives the view's UIDs among known with a higher modseq
 * gone      receives those of known that are gone and not in the view
 *
 * Returns 0, or -1 with errno.
 */
int qresync_since(struct session *, uint64_t since,
                  const struct uidset *known, uint32_t uidnext,
                  struct uidset *changed, struct uidset *gone);

#endif
