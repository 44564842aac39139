/* ISC licence; see LICENSE. */
#ifndef IMAPD_SORT_REPLY_H
#define IMAPD_SORT_REPLY_H

#include "sort.h"

/* sort_reply - "* SORT", or "* ESEARCH" with what RETURN asked for, by message
 * number or by UID as the command was */
void sort_reply(struct session *s, const struct search_program *g,
                const struct sorted *sorted);

/* sort_returned - as search_returned, by the places in this order; adds to
 * found */
void sort_returned(const struct search_program *g, const struct sorted *sorted,
               struct uidset *found);

/*
 * sort_put_set - a sequence-set in this order: RFC 5267 section 3.2. Only what
 * ascends by one becomes a range.
 */
void sort_put_set(struct reply *out, const uint32_t *v, size_t n);

#endif
