/* ISC licence; see LICENSE. */
#include "digest.h"

#include <string.h>

#define CELLS (DIGEST_PARTS * DIGEST_CELLS)

void digest_subtract(struct digest *d, const struct digest *other)
{
  size_t i;

  for (i = 0; i < CELLS; i++) {
    d->sum[i] -= other->sum[i];
    d->check[i] -= other->check[i];
  }
}

int digest_none(const struct digest *d)
{
  size_t i;

  for (i = 0; i < CELLS; i++)
    if (d->sum[i] || d->check[i]) return 0;
  return 1;
}

/* does the cell hold one hash alone, as it is, or taken away? */
static int alone(const struct digest *d, size_t cell, uint64_t hash,
                 uint32_t check)
{
  return digest_check(hash) == check
    && digest_cell(hash, cell / DIGEST_CELLS) == cell
    && (d->sum[cell] || d->check[cell]);
}

/* take one hash out: 1, 0 no cell has one alone, -1 there is no room */
static int take_one(struct digest *d, struct digest_difference *out)
{
  uint64_t hash;
  size_t i;

  for (i = 0; i < CELLS; i++) {
    hash = d->sum[i];
    if (alone(d, i, hash, d->check[i])) {
      if (out->nmore == DIGEST_MOST) return -1;
      out->more[out->nmore++] = hash;
      digest_remove(d, hash);
      return 1;
    }
    hash = -hash;
    if (alone(d, i, hash, -d->check[i])) {
      if (out->nless == DIGEST_MOST) return -1;
      out->less[out->nless++] = hash;
      digest_add(d, hash);
      return 1;
    }
  }
  return 0;
}

int digest_decode(struct digest *d, struct digest_difference *out)
{
  out->nmore = out->nless = 0;
  while (take_one(d, out) == 1) ;
  return digest_none(d);
}
