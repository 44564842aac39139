/* ISC licence; see LICENSE. */
#ifndef IMAPD_SEARCH_H
#define IMAPD_SEARCH_H

#include "search_program.h"
#include "session.h"

struct search_result {
  struct uidset uids;           /* that match */
  int error;                    /* errno if some could not be looked at */
  int stopped;                  /* the client or the server is going away */
};

/*
 * search_run - find what the bound program matches in the session's view
 *
 * If only MIN, MAX or both are asked for, it stops at the first match from
 * below, above or both: then uids has just these. A search that takes long
 * sends "* OK" lines now and then, which keeps the client patient and finds
 * out whether it is still there.
 * The caller frees result->uids.
 */
void search_run(struct session *s, const struct search_program *g,
                struct search_result *result);

/* search_reply - "* SEARCH" or "* ESEARCH", by message number or by UID as
 * the command was */
void search_reply(struct session *s, const struct search_program *g,
                  const struct uidset *uids);

#endif
