/* ISC licence; see LICENSE. */
#include "uidset.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/*
 * Invariant: r[i].lo <= r[i].hi, and r[i].hi + 1 < r[i + 1].lo. All sums that
 * could pass 2^32 - 1 are written as comparisons with the other side less 1.
 */

static void room(struct uidset *u, size_t n)
{
  size_t a;

  if (n <= u->a) return;
  a = u->a + u->a / 2;
  if (a < n) a = n;
  if (a < 4) a = 4;
  if (a > SIZE_MAX / sizeof *u->r) die_nomem();
  u->r = xrealloc(u->r, a * sizeof *u->r);
  u->a = a;
}

/* The caller appends in ascending order: joins what touches the last range. */
static void push(struct uidset *u, uint32_t lo, uint32_t hi)
{
  struct uidrange *last = u->n ? &u->r[u->n - 1] : 0;

  if (last && lo - 1 <= last->hi) {
    if (hi > last->hi) last->hi = hi;
    return;
  }
  room(u, u->n + 1);
  u->r[u->n].lo = lo;
  u->r[u->n++].hi = hi;
}

/* index of the first range that ends at or above uid; n if none does */
static size_t first_ending(const struct uidset *u, uint32_t uid)
{
  size_t lo = 0, hi = u->n, mid;

  while (lo < hi) {
    mid = lo + (hi - lo) / 2;
    if (u->r[mid].hi < uid) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/* index of the first range that starts above uid; n if none does */
static size_t first_above(const struct uidset *u, uint32_t uid)
{
  size_t lo = 0, hi = u->n, mid;

  while (lo < hi) {
    mid = lo + (hi - lo) / 2;
    if (u->r[mid].lo <= uid) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/* replace ranges [i, j) by the k ranges at with (not inside u) */
static void splice(struct uidset *u, size_t i, size_t j,
                   const struct uidrange *with, size_t k)
{
  room(u, u->n - (j - i) + k);
  if (u->n > j)
    memmove(u->r + i + k, u->r + j, (u->n - j) * sizeof *u->r);
  if (k) memcpy(u->r + i, with, k * sizeof *u->r);
  u->n = u->n - (j - i) + k;
}

void uidset_free(struct uidset *u)
{
  free(u->r);
  u->r = 0;
  u->n = u->a = 0;
}

void uidset_clear(struct uidset *u)
{
  u->n = 0;
}

void uidset_copy(struct uidset *to, const struct uidset *from)
{
  if (to == from) return;
  room(to, from->n);
  if (from->n) memcpy(to->r, from->r, from->n * sizeof *from->r);
  to->n = from->n;
}

void uidset_add(struct uidset *u, uint32_t lo, uint32_t hi)
{
  struct uidrange w;
  size_t i, j;

  if (!lo) lo = 1;
  if (lo > hi) return;
  if (!u->n || lo >= u->r[u->n - 1].lo) {
    push(u, lo, hi);
    return;
  }
  i = first_ending(u, lo - 1);
  j = hi == UINT32_MAX ? u->n : first_above(u, hi + 1);
  w.lo = lo;
  w.hi = hi;
  if (i < j) {
    if (u->r[i].lo < lo) w.lo = u->r[i].lo;
    if (u->r[j - 1].hi > hi) w.hi = u->r[j - 1].hi;
  }
  splice(u, i, j, &w, 1);
}

void uidset_remove(struct uidset *u, uint32_t lo, uint32_t hi)
{
  struct uidrange w[2];
  size_t i, j, k = 0;

  if (!lo) lo = 1;
  if (lo > hi) return;
  i = first_ending(u, lo);
  j = first_above(u, hi);
  if (i >= j) return;
  if (u->r[i].lo < lo) {
    w[k].lo = u->r[i].lo;
    w[k++].hi = lo - 1;
  }
  if (u->r[j - 1].hi > hi) {
    w[k].lo = hi + 1;
    w[k++].hi = u->r[j - 1].hi;
  }
  splice(u, i, j, w, k);
}

static int by_lo(const void *a, const void *b)
{
  const struct uidrange *x = a, *y = b;

  return x->lo < y->lo ? -1 : x->lo > y->lo;
}

void uidset_build(struct uidset *u, struct uidrange *ranges, size_t n)
{
  size_t i;

  u->n = 0;
  if (n) qsort(ranges, n, sizeof *ranges, by_lo);
  for (i = 0; i < n; i++) {
    if (!ranges[i].lo) ranges[i].lo = 1;
    if (ranges[i].lo <= ranges[i].hi) push(u, ranges[i].lo, ranges[i].hi);
  }
}

/* take over what was computed beside to */
static void become(struct uidset *to, struct uidset *result)
{
  uidset_free(to);
  *to = *result;
}

void uidset_union(struct uidset *to, const struct uidset *with)
{
  struct uidset out = UIDSET_ZERO;
  const struct uidrange *r;
  size_t i = 0, j = 0;

  if (to == with || !with->n) return;
  if (!to->n || with->r[0].lo >= to->r[to->n - 1].lo) {
    for (; j < with->n; j++) push(to, with->r[j].lo, with->r[j].hi);
    return;
  }
  room(&out, to->n + with->n);
  while (i < to->n || j < with->n) {
    if (j == with->n || (i < to->n && to->r[i].lo <= with->r[j].lo))
      r = &to->r[i++];
    else
      r = &with->r[j++];
    push(&out, r->lo, r->hi);
  }
  become(to, &out);
}

void uidset_intersect(struct uidset *to, const struct uidset *with)
{
  struct uidset out = UIDSET_ZERO;
  size_t i = 0, j = 0;
  uint32_t lo, hi;

  if (to == with) return;
  while (i < to->n && j < with->n) {
    lo = to->r[i].lo > with->r[j].lo ? to->r[i].lo : with->r[j].lo;
    hi = to->r[i].hi < with->r[j].hi ? to->r[i].hi : with->r[j].hi;
    if (lo <= hi) push(&out, lo, hi);
    if (to->r[i].hi < with->r[j].hi) i++;
    else j++;
  }
  become(to, &out);
}

void uidset_subtract(struct uidset *to, const struct uidset *what)
{
  struct uidset out = UIDSET_ZERO;
  size_t i, j = 0;
  uint32_t lo, hi;

  if (to == what) {
    to->n = 0;
    return;
  }
  for (i = 0; i < to->n; i++) {
    lo = to->r[i].lo;
    hi = to->r[i].hi;
    while (j < what->n && what->r[j].hi < lo) j++;
    for (; j < what->n && what->r[j].lo <= hi; j++) {
      if (what->r[j].lo > lo) push(&out, lo, what->r[j].lo - 1);
      if (what->r[j].hi >= hi) break;
      lo = what->r[j].hi + 1;
    }
    if (j == what->n || what->r[j].lo > hi) push(&out, lo, hi);
  }
  become(to, &out);
}

int uidset_has(const struct uidset *u, uint32_t uid)
{
  size_t i = first_ending(u, uid);

  return i < u->n && u->r[i].lo <= uid;
}

uint64_t uidset_count(const struct uidset *u)
{
  uint64_t count = 0;
  size_t i;

  for (i = 0; i < u->n; i++)
    count += (uint64_t)u->r[i].hi - u->r[i].lo + 1;
  return count;
}

uint32_t uidset_max(const struct uidset *u)
{
  return u->n ? u->r[u->n - 1].hi : 0;
}

uint32_t uidset_next(const struct uidset *u, uint32_t from)
{
  size_t i = first_ending(u, from);

  if (i == u->n) return 0;
  return u->r[i].lo > from ? u->r[i].lo : from;
}

void uidset_fmt(stralloc *out, const struct uidset *u)
{
  size_t i;

  for (i = 0; i < u->n; i++) {
    if (i) stralloc_append(out, ',');
    stralloc_catu(out, u->r[i].lo);
    if (u->r[i].hi == u->r[i].lo) continue;
    stralloc_append(out, ':');
    stralloc_catu(out, u->r[i].hi);
  }
}

void uidrank_free(struct uidrank *k)
{
  free(k->before);
  k->before = 0;
  k->n = k->a = 0;
}

void uidrank_build(struct uidrank *k, const struct uidset *u)
{
  uint32_t count = 0;
  size_t i;

  if (u->n > k->a) {
    k->before = xrealloc(k->before, u->a * sizeof *k->before);
    k->a = u->a;
  }
  for (i = 0; i < u->n; i++) {
    k->before[i] = count;
    count += u->r[i].hi - u->r[i].lo + 1;
  }
  k->n = u->n;
}

uint32_t uidrank_uid(const struct uidrank *k, const struct uidset *u,
                     uint32_t msn)
{
  size_t lo = 0, hi = k->n, mid;
  uint32_t off;

  if (!msn || !k->n) return 0;
  while (hi - lo > 1) {                 /* the last range before msn */
    mid = lo + (hi - lo) / 2;
    if (k->before[mid] < msn) lo = mid;
    else hi = mid;
  }
  off = msn - 1 - k->before[lo];
  return off > u->r[lo].hi - u->r[lo].lo ? 0 : u->r[lo].lo + off;
}

uint32_t uidrank_msn(const struct uidrank *k, const struct uidset *u,
                     uint32_t uid)
{
  size_t i = first_ending(u, uid);

  if (i == u->n || u->r[i].lo > uid) return 0;
  return k->before[i] + (uid - u->r[i].lo) + 1;
}
