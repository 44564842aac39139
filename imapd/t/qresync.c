/* ISC licence; see LICENSE. */
#include "imapd/qresync.h"

#include <stdlib.h>
#include <string.h>
#include <skalibs/strerr.h>

#include "expect.h"
#include "imapd/partial.h"

char const *PROG = "qresync";

/* Match data and partial ranges against what counting one by one says. */

static unsigned below(unsigned n)
{
  return (unsigned)rand() % n;
}

static void random_view(struct view *v)
{
  uint32_t uid = 0;
  unsigned i, n = below(60);

  memset(v, 0, sizeof *v);
  for (i = 0; i < n; i++) {
    uid += below(3) ? 1 : 1 + below(20);
    uidset_add(&v->uids, uid, uid);
  }
  uidrank_build(&v->rank, &v->uids);
  v->exists = (uint32_t)uidset_count(&v->uids);
}

/* pairs as a client has them: its numbers and UIDs both ascend */
static void random_pairs(struct qresync *q, uint32_t *msn, uint32_t *uid,
                         unsigned *n)
{
  uint32_t m = 0, u = 0;
  unsigned i;

  memset(q, 0, sizeof *q);
  *n = below(30);
  for (i = 0; i < *n; i++) {
    m += below(4) ? 1 : 1 + below(5);
    u += below(4) ? 1 : 1 + below(9);
    if (u < m) u = m;
    msn[i] = m;
    uid[i] = u;
  }
}

/* as ranges, each side cut in its own places */
static void ranges(struct seqset *set, const uint32_t *v, unsigned n)
{
  unsigned i, to;

  for (i = 0; i < n; i = to) {
    for (to = i + 1; to < n && v[to] == v[to - 1] + 1 && below(8); to++)
      ;
    seqset_add(set, v[i], v[to - 1]);
  }
}

static void matches(void)
{
  uint32_t msn[30] = { 0 }, uid[30] = { 0 }, want;
  struct qresync q;
  struct view v;
  unsigned i, n;

  random_view(&v);
  random_pairs(&q, msn, uid, &n);
  ranges(&q.msns, msn, n);
  ranges(&q.uids, uid, n);
  for (want = 0, i = 0; i < n; i++)
    if (view_uid(&v, msn[i]) == uid[i]) want = uid[i];
  expect(qresync_matched(&v, &q) == want, "the last pair that fits");
  qresync_free(&q);
  view_free(&v);
}

static void places(void)
{
  struct uidset to = UIDSET_ZERO, want = UIDSET_ZERO;
  struct partial x = PARTIAL_ZERO;
  struct view v;
  uint32_t k, at, n;

  random_view(&v);
  n = v.exists;
  x.lo = 1 + below(70);
  x.hi = below(10) ? x.lo + below(70) : UINT32_MAX;
  x.last = (int)below(2);
  for (k = 1; k <= n; k++) {
    at = x.last ? n - k + 1 : k;
    if (k >= x.lo && k <= x.hi) {
      struct uidset one = UIDSET_ZERO;

      uidset_add(&one, view_uid(&v, at), view_uid(&v, at));
      uidset_union(&want, &one);
      uidset_free(&one);
    }
  }
  partial_pick(&x, &v.uids, &to);
  uidset_subtract(&to, &want);
  expect(!to.n, "no more than the places");
  partial_pick(&x, &v.uids, &to);
  uidset_subtract(&want, &to);
  expect(!want.n, "all of the places");
  for (k = 0; k <= n + 1; k++)
    expect(partial_at(&v.uids, k) == view_uid(&v, k), "the member at a place");
  uidset_free(&to);
  uidset_free(&want);
  view_free(&v);
}

int main(void)
{
  int i;

  srand(1);
  for (i = 0; i < 20000; i++) matches();
  for (i = 0; i < 3000; i++) places();
  return expect_done("qresync");
}
