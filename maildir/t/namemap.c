/* ISC licence; see LICENSE. */
#include "maildir/namemap.h"

#include <stdlib.h>
#include <string.h>
#include <skalibs/strerr.h>

#include "check.h"

const char *PROG = "namemap";

/* a map against a plain list of names */
#define NAMES 700

static uint32_t rng = 1;

static uint32_t rnd(uint32_t n)
{
  rng = rng * 1664525u + 1013904223u;
  return (rng >> 8) % n;
}

static size_t name(char *s, size_t size, unsigned int i)
{
  snprintf(s, size, "%u.%0*u.h:2,S", i, (int)(i % 40), i);
  return strcspn(s, ":");
}

/* each way of adding, mixed; a name that is there already is found */
static void adding(void)
{
  struct namemap m = NAMEMAP_ZERO;
  size_t where[NAMES], base, len, i;
  unsigned int k, n = 0;
  char s[80];
  int known, ok = 1;

  for (k = 0; k < NAMES; k++) where[k] = NAMEMAP_NONE;
  for (k = 0; k < 4 * NAMES; k++) {
    i = rnd(NAMES);
    base = name(s, sizeof s, (unsigned int)i);
    len = strlen(s);
    if (namemap_find(&m, s, base) != where[i]) ok = 0;
    if (where[i] == NAMEMAP_NONE && k % 3 == 0)
      where[i] = namemap_add(&m, s, len, base);
    else if (k % 3 == 1) {
      stralloc_catb(&m.text, s, len + 1);
      where[i] = namemap_meet_at(&m, namemap_hash(s, base),
                                 m.text.len - len - 1, len, base, &known);
    }
    else where[i] = namemap_meet(&m, s, len, base, &known);
    if (strcmp(namemap_text(&m, where[i]), s)) ok = 0;
    if (where[i] == n) n++;
    if (where[i] > n || m.n != n) ok = 0;
  }
  CHECK(ok);
  namemap_free(&m);
}

/* the later of two is found, and nobody before the table is made */
static void appending(void)
{
  struct namemap m = NAMEMAP_ZERO, other = NAMEMAP_ZERO;
  size_t last[NAMES], found[NAMEMAP_SOME], i, k, base;
  char s[80];
  int ok = 1;

  for (k = 0; k < NAMES; k++) last[k] = NAMEMAP_NONE;
  for (k = 0; k < NAMES; k++) {
    i = rnd(NAMES);
    base = name(s, sizeof s, (unsigned int)i);
    last[i] = namemap_append(&m, s, base, base);
    if (k == NAMES / 2) namemap_find_all(&m);
  }
  namemap_find_all(&m);
  namemap_find_all(&m);
  for (k = 0; k < NAMES; k++) {
    base = name(s, sizeof s, (unsigned int)k);
    namemap_append(&other, s, base, base);
    if (namemap_find(&m, s, base) != last[k]) ok = 0;
  }
  CHECK(ok);
  CHECK(namemap_find(&other, "0..h", 4) == NAMEMAP_NONE);
  for (i = 0; i < NAMES; i += NAMEMAP_SOME) {
    base = NAMES - i < NAMEMAP_SOME ? NAMES - i : NAMEMAP_SOME;
    namemap_in_some(&m, &other, i, base, found);
    for (k = 0; k < base; k++)
      if (found[k] != last[i + k]) ok = 0;
  }
  CHECK(ok);
  namemap_free(&m);
  namemap_free(&other);
}

int main(void)
{
  adding();
  appending();
  return check_done("namemap");
}
