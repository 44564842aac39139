/* ISC licence; see LICENSE. */
#ifndef IMAPD_PARTIAL_H
#define IMAPD_PARTIAL_H

#include <stdint.h>

#include "maildir/uidset.h"
#include "parse.h"

/*
 * partial-range of RFC 9394: places in a result, counted from 1 at the lowest
 * UID ("1:500") or, with last, from the highest ("-1:-100"). lo <= hi, however
 * it was written; a lo of 0 is no range at all.
 */
struct partial {
  uint32_t lo, hi;
  int last;
  struct text written;          /* as the client wrote it, for the answer */
};
#define PARTIAL_ZERO { 0, 0, 0, { 0, 0 } }

/* parse_partial - 1, or 0 with p->why */
int parse_partial(struct parse *, struct partial *);

/* partial_pick - the members of from at those places, replacing what is in
 * to (another set). Costs the ranges of from. */
void partial_pick(const struct partial *, const struct uidset *from,
                  struct uidset *to);

/* partial_at - the member of from at a place from 1, 0 if there is none */
uint32_t partial_at(const struct uidset *from, uint64_t place);

#endif
