/* ISC licence; see LICENSE. */
#ifndef MAILDIR_DIGEST_H
#define MAILDIR_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/*
 * A digest of a set of names from whose difference with another set's digest
 * a few names' hashes can be had again: an invertible Bloom lookup table
 * (Eppstein, Goodrich, Uyeda, Varghese: What's the Difference?, 2011). Each
 * hash is added to one cell of each of three parts. Where two sets differ by
 * little, most cells of the difference are zero, some hold one hash alone;
 * taken out of its other cells, it leaves more such.
 */
#define DIGEST_PARTS 3
#define DIGEST_CELLS 21         /* of each part */
#define DIGEST_MOST 40          /* hashes that are taken out at most */

struct digest {
  uint64_t sum[DIGEST_PARTS * DIGEST_CELLS];    /* of hashes */
  uint32_t check[DIGEST_PARTS * DIGEST_CELLS];  /* of digest_check of them */
  uint32_t pad;
};

static inline uint32_t digest_check(uint64_t hash)
{
  hash = (hash ^ hash >> 31) * 0xc2b2ae3d27d4eb4full;
  return (uint32_t)(hash >> 32);
}

/* digest_cell - the cell of a hash in a part */
static inline size_t digest_cell(uint64_t hash, size_t part)
{
  return part * DIGEST_CELLS
    + ((hash >> part * 16 & 0xffff) * DIGEST_CELLS >> 16);
}

static inline void digest_add(struct digest *d, uint64_t hash)
{
  uint32_t check = digest_check(hash);
  size_t part, at;

  for (part = 0; part < DIGEST_PARTS; part++) {
    at = digest_cell(hash, part);
    d->sum[at] += hash;
    d->check[at] += check;
  }
}

static inline void digest_remove(struct digest *d, uint64_t hash)
{
  uint32_t check = digest_check(hash);
  size_t part, at;

  for (part = 0; part < DIGEST_PARTS; part++) {
    at = digest_cell(hash, part);
    d->sum[at] -= hash;
    d->check[at] -= check;
  }
}

/* what one set has (more) and has not (less) beside the other */
struct digest_difference {
  uint64_t more[DIGEST_MOST], less[DIGEST_MOST];
  size_t nmore, nless;
};

/*
 * digest_subtract - d becomes its difference with other
 * digest_none - 1 if nothing is in it: the sets are alike
 * digest_decode - 1 with the hashes that d holds, the lesser set's as they
 * were taken away; 0 if they are too many. Clears d as far as it gets. That
 * what it says is so, the caller sees to: it may come from a damaged index.
 */
void digest_subtract(struct digest *d, const struct digest *other);
int digest_none(const struct digest *);
int digest_decode(struct digest *d, struct digest_difference *);

#endif
