/* ISC licence; see LICENSE. */
#include <time.h>

#include "message/find.h"
#include "message/t/test.h"

/* against the simplest way there is, in memory of its own size, so that a
 * sanitizer sees each octet read beyond it */
static const char *simple(const char *s, size_t n, const char *key, size_t k)
{
  size_t i;

  for (i = 0; k <= n && i <= n - k; i++)
    if (!memcmp(s + i, key, k)) return s + i;
  return 0;
}

static char *copy(const char *s, size_t n)
{
  char *p = calloc(1, n ? n : 1);

  if (n) memcpy(p, s, n);
  return p;
}

static void same(const char *text, size_t n, const char *key, size_t k)
{
  char *s = copy(text, n), *x = copy(key, k);
  const char *got = find_octets(s, n, x, k), *right = simple(s, n, x, k);

  CHECK(got == right, "%zu octets in %zu: at %ld, not %ld", k, n,
        got ? (long)(got - s) : -1L, right ? (long)(right - s) : -1L);
  free(s);
  free(x);
}

static void random_texts(void)
{
  char text[200];
  size_t n, k, i;
  int round;

  srand(1);
  for (round = 0; round < 40000; round++) {
    unsigned letters = 1 + (unsigned)rand() % 4;

    n = (size_t)rand() % sizeof text;
    for (i = 0; i < n; i++)
      text[i] = (char)((unsigned)rand() % letters + (round & 1 ? 'a' : 0xFE));
    k = (size_t)rand() % 24;
    if (k > n || rand() % 3 == 0) {
      same(text, n, "abacadaeafagahaiajakalam", k);
    } else {
      i = (size_t)rand() % (n - k + 1);
      same(text, n, text + i, k);
    }
  }
}

/* each place alone, in texts of each length: borders of what is looked at at
 * once */
static void places(void)
{
  char text[80];
  size_t n, at, k;

  for (n = 0; n <= sizeof text; n++)
    for (k = 1; k <= 20 && k <= n; k++)
      for (at = 0; at + k <= n; at++) {
        memset(text, '.', n);
        memset(text + at, 'x', k);
        same(text, n, text + at, k);
      }
}

/* both ends of the key everywhere, and the key nowhere */
static void hostile(void)
{
  const size_t n = 4u << 20, k = 16384;
  char *s = malloc(n), *key = malloc(k);
  clock_t start;

  memset(s, 'a', n);
  memset(key, 'a', k);
  key[k / 2] = 'b';
  start = clock();
  CHECK(!find_octets(s, n, key, k), "found");
  CHECK(clock() - start < 2 * CLOCKS_PER_SEC, "too slow");
  s[n - k + k / 2] = 'b';
  CHECK(find_octets(s, n, key, k) == s + n - k, "not at the end");
  free(s);
  free(key);
}

int main(void)
{
  random_texts();
  places();
  hostile();
  return test_end("find");
}
