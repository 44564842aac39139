/* ISC licence; see LICENSE. */
#include "maildir/uidset.h"

#include <stdlib.h>
#include <string.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "check.h"

const char *PROG = "uidset";

#define SPACE 128       /* the model: a byte per number below this */
#define MAX32 UINT32_MAX

static uint32_t rng = 1;

static uint32_t rnd(uint32_t n)
{
  rng = rng * 1664525u + 1013904223u;
  return (rng >> 8) % n;
}

static int sound(const struct uidset *u)
{
  size_t i;

  for (i = 0; i < u->n; i++) {
    if (!u->r[i].lo || u->r[i].lo > u->r[i].hi) return 0;
    if (i && (uint64_t)u->r[i - 1].hi + 1 >= u->r[i].lo) return 0;
  }
  return u->n <= u->a;
}

static int same(const struct uidset *u, const char *model)
{
  uint32_t i, msn = 0, next = 0;
  struct uidrank k = UIDRANK_ZERO;
  int ok = sound(u);

  uidrank_build(&k, u);
  for (i = 1; i < SPACE; i++) {
    if (uidset_has(u, i) != model[i]) ok = 0;
    if (model[i]) {
      msn++;
      if (uidrank_uid(&k, u, msn) != i || uidrank_msn(&k, u, i) != msn) ok = 0;
    } else if (uidrank_msn(&k, u, i)) ok = 0;
  }
  if (uidrank_uid(&k, u, msn + 1) || uidrank_uid(&k, u, 0)) ok = 0;
  if (uidset_count(u) != msn) ok = 0;
  for (i = SPACE - 1; i; i--) {
    if (model[i]) next = i;
    if (uidset_next(u, i) != next) ok = 0;
  }
  uidrank_free(&k);
  return ok;
}

static int reads(const struct uidset *u, const char *text)
{
  stralloc sa = STRALLOC_ZERO;
  int ok;

  uidset_fmt(&sa, u);
  ok = stralloc_eqs(&sa, text);
  if (!ok) printf("got %.*s, wanted %s\n", (int)sa.len, sa.s, text);
  stralloc_free(&sa);
  return ok;
}

static void edges(void)
{
  struct uidset u = UIDSET_ZERO, v = UIDSET_ZERO;
  struct uidrange r[] = { { 9, 12 }, { 0, 1 }, { 5, 4 }, { 3, 3 }, { 2, 2 },
                          { 11, 20 } };

  CHECK(reads(&u, ""));
  CHECK(!uidset_max(&u) && !uidset_next(&u, 0) && !uidset_has(&u, 0));
  uidset_add(&u, 5, 5);
  uidset_add(&u, 6, 6);
  uidset_add(&u, 4, 4);
  CHECK(reads(&u, "4:6"));
  uidset_add(&u, MAX32, MAX32);
  uidset_add(&u, MAX32 - 1, MAX32 - 1);
  CHECK(reads(&u, "4:6,4294967294:4294967295"));
  uidset_add(&u, 1, MAX32);
  CHECK(reads(&u, "1:4294967295") && uidset_count(&u) == MAX32);
  uidset_remove(&u, MAX32, MAX32);
  uidset_remove(&u, 1, 1);
  uidset_remove(&u, 100, 200);
  CHECK(reads(&u, "2:99,201:4294967294"));
  CHECK(uidset_max(&u) == MAX32 - 1);
  uidset_copy(&v, &u);
  uidset_subtract(&u, &v);
  CHECK(reads(&u, ""));
  uidset_add(&u, 0, 3);                 /* 0 is no UID */
  uidset_add(&u, 9, 8);                 /* empty */
  CHECK(reads(&u, "1:3"));
  uidset_intersect(&u, &v);
  CHECK(reads(&u, "2:3"));
  uidset_union(&u, &u);
  uidset_intersect(&u, &u);
  CHECK(reads(&u, "2:3"));
  uidset_subtract(&u, &u);
  CHECK(reads(&u, ""));
  uidset_build(&u, r, sizeof r / sizeof *r);
  CHECK(reads(&u, "1:3,9:20"));
  uidset_clear(&u);
  CHECK(!u.n && u.a);
  uidset_free(&u);
  uidset_free(&v);
}

static void step(struct uidset u[2], char m[2][SPACE])
{
  int w = (int)rnd(2), i;
  uint32_t lo = 1 + rnd(SPACE - 1), hi = lo + rnd(rnd(4) ? 3 : 40);

  if (hi >= SPACE) hi = SPACE - 1;
  switch (rnd(12)) {
  case 0:
    uidset_union(&u[w], &u[!w]);
    for (i = 0; i < SPACE; i++) m[w][i] |= m[!w][i];
    break;
  case 1:
    uidset_intersect(&u[w], &u[!w]);
    for (i = 0; i < SPACE; i++) m[w][i] &= m[!w][i];
    break;
  case 2:
    uidset_subtract(&u[w], &u[!w]);
    for (i = 0; i < SPACE; i++) if (m[!w][i]) m[w][i] = 0;
    break;
  case 3:
    uidset_copy(&u[w], &u[!w]);
    memcpy(m[w], m[!w], SPACE);
    break;
  case 4: case 5: case 6: case 7:
    uidset_remove(&u[w], lo, hi);
    memset(m[w] + lo, 0, hi - lo + 1);
    break;
  default:
    uidset_add(&u[w], lo, hi);
    memset(m[w] + lo, 1, hi - lo + 1);
  }
  CHECK(same(&u[w], m[w]));
}

static void against_model(void)
{
  struct uidset u[2] = { UIDSET_ZERO, UIDSET_ZERO };
  char m[2][SPACE];
  int i;

  memset(m, 0, sizeof m);
  for (i = 0; i < 20000; i++) step(u, m);
  uidset_free(&u[0]);
  uidset_free(&u[1]);
}

int main(void)
{
  edges();
  against_model();
  return check_done(PROG);
}
