/* ISC licence; see LICENSE. */
/*
 * A digest as a damaged index may hold it, or that of two sets: octets of 0
 * and 1 add and take away the eight that follow, others stand for a cell. It
 * comes to an end, and what it says adds up to what was in it.
 */
#include <string.h>
#include <skalibs/strerr.h>

#include "maildir/digest.h"
#include "maildir_scratch.h"

char const *PROG = "fuzz_maildir_digest";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define CELLS (DIGEST_PARTS * DIGEST_CELLS)

static void step(struct digest *d, const uint8_t *p)
{
  uint64_t h;

  memcpy(&h, p + 1, sizeof h);
  if (*p == 0) digest_add(d, h);
  else if (*p == 1) digest_remove(d, h);
  else {
    d->sum[*p % CELLS] = h;
    d->check[*p % CELLS] = *p & 0x80 ? digest_check(h)
      : *p & 0x40 ? -digest_check(-h) : *p;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  struct digest d, was;
  struct digest_difference diff;
  size_t i;

  memset(&d, 0, sizeof d);
  for (; len >= 9; data += 9, len -= 9) step(&d, data);
  was = d;
  i = (size_t)digest_decode(&d, &diff);
  must(diff.nmore <= DIGEST_MOST && diff.nless <= DIGEST_MOST);
  must((int)i == digest_none(&d));
  for (i = 0; i < diff.nmore; i++) digest_add(&d, diff.more[i]);
  for (i = 0; i < diff.nless; i++) digest_remove(&d, diff.less[i]);
  digest_subtract(&d, &was);
  must(digest_none(&d));
  return 0;
}
