/* ISC licence; see LICENSE. */
#include "arrivals.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "filename.h"

/*
 * By octets of micro and then of time, the least first, each a stable pass
 * over all; octets that are the same everywhere cost nothing. What has one
 * time is put in order by its name.
 */
#define OCTETS 12               /* of both */

static unsigned int octet(const struct arrival *a, unsigned int i)
{
  return i < 4 ? a->micro >> i * 8 & 255
    : (unsigned int)((uint64_t)a->time >> (i - 4) * 8) & 255;
}

static void pass(const struct arrival *from, struct arrival *to, size_t n,
                 unsigned int i)
{
  uint32_t at[256], next = 0, here;
  size_t k;

  memset(at, 0, sizeof at);
  for (k = 0; k < n; k++) at[octet(from + k, i)]++;
  for (k = 0; k < 256; k++) {
    here = at[k];
    at[k] = next;
    next += here;
  }
  for (k = 0; k < n; k++) to[at[octet(from + k, i)]++] = from[k];
}

/* both of n; the one in which they are sorted in the end */
static struct arrival *by_time(struct arrival *a, struct arrival *b, size_t n)
{
  struct arrival differ = { 0, 0, 0 }, *t;
  unsigned int i;
  size_t k;

  for (k = 1; k < n; k++) {
    differ.time |= a[k].time ^ a->time;
    differ.micro |= a[k].micro ^ a->micro;
  }
  for (i = 0; i < OCTETS; i++) {
    if (!octet(&differ, i)) continue;
    pass(a, b, n, i);
    t = a;
    a = b;
    b = t;
  }
  return a;
}

static const struct namemap *sort_map;

static int by_name(const void *a, const void *b)
{
  uint32_t i = ((const struct arrival *)a)->entry;
  uint32_t j = ((const struct arrival *)b)->entry;

  return filename_cmp_arrival(namemap_text(sort_map, i), sort_map->e[i].len,
                              namemap_text(sort_map, j), sort_map->e[j].len);
}

void arrivals_sort(struct arrival *a, size_t n, const struct namemap *names)
{
  struct arrival *spare, *sorted;
  size_t i, k;

  if (n < 2) return;
  spare = xalloc(n * sizeof *spare);
  sorted = by_time(a, spare, n);
  if (sorted != a) memcpy(a, sorted, n * sizeof *a);
  free(spare);
  sort_map = names;
  for (i = 0; i < n; i = k) {
    for (k = i + 1; k < n && a[k].time == a[i].time
           && a[k].micro == a[i].micro; k++) ;
    if (k - i > 1) qsort(a + i, k - i, sizeof *a, by_name);
  }
}
