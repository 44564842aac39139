/* ISC licence; see LICENSE. */
#ifndef MAILDIR_UIDSET_H
#define MAILDIR_UIDSET_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

/*
 * A set of 32-bit numbers (UIDs, or message numbers) as sorted, disjoint,
 * non-adjacent ranges. A folder without gaps costs one range, whatever its
 * size. {0} is the empty set. Every set has one owner, who frees it.
 */
struct uidrange { uint32_t lo, hi; };           /* inclusive; lo >= 1 */

struct uidset {
  struct uidrange *r;
  size_t n;                     /* ranges in use */
  size_t a;                     /* ranges allocated */
};

#define UIDSET_ZERO { 0, 0, 0 }

void uidset_free(struct uidset *);
void uidset_clear(struct uidset *);             /* empties, keeps memory */
void uidset_copy(struct uidset *to, const struct uidset *from);

/* uidset_add - add lo..hi; constant time when it lies at or above the end */
void uidset_add(struct uidset *, uint32_t lo, uint32_t hi);
/* uidset_remove - take lo..hi out */
void uidset_remove(struct uidset *, uint32_t lo, uint32_t hi);
/*
 * uidset_build - become the union of n ranges in any order, overlapping or
 * not; sorts ranges in place. For sets that a client wrote: adding them one
 * by one in falling order would be quadratic.
 */
void uidset_build(struct uidset *, struct uidrange *ranges, size_t n);
void uidset_union(struct uidset *to, const struct uidset *with);
void uidset_intersect(struct uidset *to, const struct uidset *with);
void uidset_subtract(struct uidset *to, const struct uidset *what);

int uidset_has(const struct uidset *, uint32_t uid);            /* log n */
uint64_t uidset_count(const struct uidset *);                   /* n */
uint32_t uidset_max(const struct uidset *);                     /* 0: empty */

/*
 * Rank and selection for views that map message numbers to UIDs; both take
 * an index of cumulative counts that the caller keeps beside the set and
 * rebuilds (uidrank_build) after each change of the set.
 */
struct uidrank { uint32_t *before; size_t n, a; };
#define UIDRANK_ZERO { 0, 0, 0 }
void uidrank_free(struct uidrank *);
void uidrank_build(struct uidrank *, const struct uidset *);
/* uid at 1-based position msn, 0 if there is none */
uint32_t uidrank_uid(const struct uidrank *, const struct uidset *,
                     uint32_t msn);
/* 1-based position of uid, 0 if not in the set */
uint32_t uidrank_msn(const struct uidrank *, const struct uidset *,
                     uint32_t uid);

/* uidset_next - smallest member >= from, 0 if none */
uint32_t uidset_next(const struct uidset *, uint32_t from);

/* uidset_fmt - append as IMAP sequence-set, "1:3,7"; nothing if empty */
void uidset_fmt(stralloc *out, const struct uidset *);

#endif
