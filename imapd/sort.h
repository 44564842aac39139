/* ISC licence; see LICENSE. */
#ifndef IMAPD_SORT_H
#define IMAPD_SORT_H

#include "search.h"

/*
 * SORT: RFC 5256, RFC 5957 (DISPLAYFROM, DISPLAYTO). The order of messages by
 * some criteria, and in the end by UID, which is the order of the mailbox.
 */
enum sort_key {
  SORT_ARRIVAL, SORT_DATE, SORT_SIZE,
  SORT_SUBJECT, SORT_FROM, SORT_TO, SORT_CC, SORT_DISPLAYFROM, SORT_DISPLAYTO,
  SORT_KEYS
};

struct sort_criterion { enum sort_key key; int reverse; };
struct sort_order {
  struct sort_criterion v[SORT_KEYS];   /* each key once: a second time it
                                           would change nothing */
  size_t n;
};

/* UIDs in the order that was asked for; freed with free(v) */
struct sorted { uint32_t *v; size_t n; };

/* sort_parse - "(REVERSE DATE SUBJECT)"; 1, or 0 with p->why */
int sort_parse(struct sort_order *, struct parse *p);

/*
 * sort_run - put uids into order
 *
 * What the index does not know of a message is read from its file first (and
 * then known). Messages that are gone meanwhile are left out.
 * Returns 0; -1 with result->stopped or result->error set, and nothing in out.
 */
int sort_run(struct session *s, struct folder *f, const struct uidset *uids,
             const struct sort_order *order, struct sorted *out,
             struct search_result *result);

#endif
