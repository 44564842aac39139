/* ISC licence; see LICENSE. */
#include "pattern.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/* no mailbox name is longer: 255 octets of UTF-8 in modified UTF-7 */
#define NAME_LONGEST 1024
#define PATTERN_LONGEST (2 * NAME_LONGEST + 1)
#define WORDS_MAX (PATTERN_LONGEST / 64 + 1)

#define ROW(p, i) ((p)->bits + (size_t)(i) * (p)->words)
#define STAR 256
#define PERCENT 257

/* Runs of wildcards become one; then every second octet is literal. */
static size_t collapse(char *to, const char *s, size_t len)
{
  size_t i, n = 0;

  for (i = 0; i < len; i++) {
    int wild = s[i] == '*' || s[i] == '%';

    if (wild && n && (to[n - 1] == '*' || to[n - 1] == '%')) {
      if (s[i] == '*') to[n - 1] = '*';
      continue;
    }
    if (n == PATTERN_LONGEST) return n + 1;
    to[n++] = s[i];
  }
  return n;
}

void pattern_init(struct pattern *p, const char *s, size_t len, char separator)
{
  char text[PATTERN_LONGEST];
  size_t i, n = collapse(text, s, len), row;

  p->words = 0;
  p->bits = 0;
  p->separator = separator;
  p->len = n;
  if (n > PATTERN_LONGEST) return;
  p->words = n / 64 + 1;
  p->bits = xalloc(258 * p->words * sizeof *p->bits);
  memset(p->bits, 0, 258 * p->words * sizeof *p->bits);
  for (i = 0; i < n; i++) {
    row = text[i] == '*' ? STAR : text[i] == '%' ? PERCENT
        : (unsigned char)text[i];
    ROW(p, row)[i / 64] |= (uint64_t)1 << (i % 64);
  }
}

void pattern_free(struct pattern *p)
{
  free(p->bits);
  p->bits = 0;
  p->words = 0;
}

/* A wildcard may stand for nothing: whoever is at it is also behind it. */
static void skip_wildcards(const struct pattern *p, uint64_t *at)
{
  const uint64_t *star = ROW(p, STAR), *percent = ROW(p, PERCENT);
  uint64_t carry = 0, wild;
  size_t w;

  for (w = 0; w < p->words; w++) {
    wild = at[w] & (star[w] | percent[w]);
    at[w] |= wild << 1 | carry;
    carry = wild >> 63;
  }
}

static void step(const struct pattern *p, uint64_t *at, unsigned char c,
                 unsigned char other)
{
  const uint64_t *star = ROW(p, STAR), *percent = ROW(p, PERCENT);
  const uint64_t *a = ROW(p, c), *b = ROW(p, other);
  uint64_t carry = 0, hit, stay;
  size_t w;

  for (w = 0; w < p->words; w++) {
    hit = at[w] & (a[w] | b[w]);
    stay = at[w] & star[w];
    if (c != (unsigned char)p->separator) stay |= at[w] & percent[w];
    at[w] = hit << 1 | carry | stay;
    carry = hit >> 63;
  }
  skip_wildcards(p, at);
}

static unsigned char other_case(unsigned char c)
{
  if (c >= 'A' && c <= 'Z') return (unsigned char)(c + 32);
  if (c >= 'a' && c <= 'z') return (unsigned char)(c - 32);
  return c;
}

int pattern_match(const struct pattern *p, const char *name, size_t len,
                  size_t nocase)
{
  uint64_t at[WORDS_MAX] = { 1 };
  unsigned char c;
  size_t i;

  if (!p->words) return 0;
  skip_wildcards(p, at);
  for (i = 0; i < len; i++) {
    c = (unsigned char)name[i];
    step(p, at, c, i < nocase ? other_case(c) : c);
  }
  return !!(at[p->len / 64] >> (p->len % 64) & 1);
}
