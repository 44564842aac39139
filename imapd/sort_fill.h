/* ISC licence; see LICENSE. */
#ifndef IMAPD_SORT_FILL_H
#define IMAPD_SORT_FILL_H

#include "search.h"

/* what of a message is wanted */
#define FILL_KEYS 1u            /* THREAD and SORT of message_cache.h */
#define FILL_DATE 2u            /* INTERNALDATE */
#define FILL_SIZE 4u

/*
 * sort_fill - find out what the index does not know yet of some messages, and
 * give it to the index. Messages that are gone stay without.
 *
 * Returns 0, or -1: the client or the server is going away (stopped is set in
 * result). error is set there if a message could not be read.
 */
int sort_fill(struct session *s, struct folder *f, const struct uidset *uids,
              unsigned what, struct search_result *result);

#endif
