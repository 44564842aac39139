/* ISC licence; see LICENSE. */
/*
 * Two sets of numbers against two arrays: each three octets are an operation
 * and a range. Numbers above HALF stand for those just below 2^32.
 */
#include <string.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "maildir/uidset.h"
#include "maildir_scratch.h"

char const *PROG = "fuzz_maildir_uidset";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define SPACE 256
#define HALF 128

static uint32_t uid(unsigned int i)
{
  return i < HALF ? i : UINT32_MAX - (SPACE - 1 - i);
}

static void same(const struct uidset *u, const char *m)
{
  struct uidrank k = UIDRANK_ZERO;
  uint32_t msn = 0, next = 0;
  unsigned int i;

  uidrank_build(&k, u);
  for (i = 1; i < SPACE; i++) {
    must(uidset_has(u, uid(i)) == m[i]);
    must(uidrank_msn(&k, u, uid(i)) == (m[i] ? ++msn : 0));
    must(!m[i] || uidrank_uid(&k, u, msn) == uid(i));
  }
  must(uidset_count(u) == msn && !uidrank_uid(&k, u, msn + 1));
  for (i = SPACE - 1; i; i--) {
    if (m[i]) next = uid(i);
    must(uidset_next(u, uid(i)) == next);
  }
  for (i = 0; i < u->n; i++) {
    must(u->r[i].lo && u->r[i].lo <= u->r[i].hi);
    must(!i || (uint64_t)u->r[i - 1].hi + 1 < u->r[i].lo);
  }
  uidrank_free(&k);
}

/* a range that does not reach over the gap between the halves */
static void step(struct uidset *u, char (*m)[SPACE], const uint8_t *op)
{
  int w = op[0] & 1;
  unsigned int lo = op[1] ? op[1] : 1, hi = op[2], i;

  if ((lo < HALF) != (hi < HALF)) hi = lo;
  switch (op[0] >> 1 & 7) {
  case 0: uidset_union(&u[w], &u[!w]); break;
  case 1: uidset_intersect(&u[w], &u[!w]); break;
  case 2: uidset_subtract(&u[w], &u[!w]); break;
  case 3: uidset_copy(&u[w], &u[!w]); break;
  case 4: uidset_build(&u[w], u[w].r, u[w].n); break;
  case 5: uidset_remove(&u[w], uid(lo), uid(hi)); break;
  default: uidset_add(&u[w], uid(lo), uid(hi));
  }
  for (i = 1; i < SPACE; i++)
    switch (op[0] >> 1 & 7) {
    case 0: m[w][i] |= m[!w][i]; break;
    case 1: m[w][i] &= m[!w][i]; break;
    case 2: if (m[!w][i]) m[w][i] = 0; break;
    case 3: m[w][i] = m[!w][i]; break;
    case 4: break;
    case 5: if (i >= lo && i <= hi) m[w][i] = 0; break;
    default: if (i >= lo && i <= hi) m[w][i] = 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  struct uidset u[2] = { UIDSET_ZERO, UIDSET_ZERO };
  char m[2][SPACE];

  memset(m, 0, sizeof m);
  for (; len >= 3; data += 3, len -= 3) step(u, m, data);
  same(&u[0], m[0]);
  same(&u[1], m[1]);
  uidset_free(&u[0]);
  uidset_free(&u[1]);
  return 0;
}
