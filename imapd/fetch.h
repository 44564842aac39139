/* ISC licence; see LICENSE. */
#ifndef IMAPD_FETCH_H
#define IMAPD_FETCH_H

#include <stdint.h>

#include "fetch_items.h"
#include "maildir/uidset.h"
#include "session.h"

/* how a FETCH went, besides what was sent */
struct fetch_result {
  uint32_t gone;                /* messages that are no longer there */
  int unknown_cte;              /* a BINARY could not be decoded: RFC 3516
                                   section 4.3; that message got no answer */
  int error;                    /* errno of the last message that could not be
                                   read, 0 if there is none */
};

/*
 * fetch_run - send "* msn FETCH (...)" for each of uids, in ascending order
 *
 * \Seen is set first where items->sets_seen asks for it and the folder was
 * not opened with EXAMINE; FLAGS then come with the answer. If it cannot be
 * set (full disk, read-only mail) the message is sent all the same.
 *
 * Returns 0; -1 if the reply died (then nothing more is to be said).
 */
int fetch_run(struct session *s, const struct fetch_items *items,
              const struct uidset *uids, struct fetch_result *result);

#endif
