/* ISC licence; see LICENSE. */
#include "partial.h"

/* [MINUS] nz-number */
static int place(struct parse *p, uint32_t *n, int last)
{
  if (last && !parse_char(p, '-')) return 0;
  return parse_nz_number(p, n);
}

int parse_partial(struct parse *p, struct partial *x)
{
  uint32_t a, b;

  x->written.s = p->s;
  x->last = parse_peek(p) == '-';
  if (!place(p, &a, x->last) || !parse_char(p, ':')
      || !place(p, &b, x->last)) {
    p->why = "bad PARTIAL range";
    return 0;
  }
  x->written.len = (size_t)(p->s - x->written.s);
  x->lo = a < b ? a : b;
  x->hi = a < b ? b : a;
  return 1;
}

/* places lo..hi, counted from 1 at the lowest member */
static void pick(const struct uidset *from, uint64_t lo, uint64_t hi,
                 struct uidset *to)
{
  uint64_t before = 0, n;
  uint32_t first, last;
  size_t i;

  for (i = 0; i < from->n && before < hi; i++, before += n) {
    n = (uint64_t)from->r[i].hi - from->r[i].lo + 1;
    if (before + n < lo) continue;
    first = lo > before + 1 ? (uint32_t)(lo - before - 1) : 0;
    last = hi < before + n ? (uint32_t)(hi - before - 1) : (uint32_t)(n - 1);
    uidset_add(to, from->r[i].lo + first, from->r[i].lo + last);
  }
}

void partial_pick(const struct partial *x, const struct uidset *from,
                  struct uidset *to)
{
  uint64_t count = uidset_count(from);

  uidset_clear(to);
  if (!x->last) pick(from, x->lo, x->hi, to);
  else if (x->lo <= count)
    pick(from, x->hi < count ? count - x->hi + 1 : 1, count - x->lo + 1, to);
}

uint32_t partial_at(const struct uidset *from, uint64_t place)
{
  size_t i;
  uint64_t n;

  for (i = 0; place && i < from->n; i++, place -= n) {
    n = (uint64_t)from->r[i].hi - from->r[i].lo + 1;
    if (place <= n) return from->r[i].lo + (uint32_t)(place - 1);
  }
  return 0;
}
