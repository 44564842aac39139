/* ISC licence; see LICENSE. */
#include "filename.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <skalibs/random.h>

#include "base/alloc.h"

static const char letters[] = "DFPRST";         /* bit i is letters[i] */

#define HOST_LIMIT 64   /* octets of the escaped host in a name that we make */

size_t filename_base(const char *name, size_t len)
{
  const char *colon = len ? memchr(name, ':', len) : 0;

  return colon ? (size_t)(colon - name) : len;
}

/* The letters behind ":2,", up to a second ','; *rest is what follows. */
static size_t info_letters(const char *name, size_t len, const char **s,
                           const char **rest)
{
  size_t base = filename_base(name, len);
  const char *comma;

  *s = *rest = name + len;
  if (len - base < 3 || name[base + 1] != '2' || name[base + 2] != ',')
    return 0;
  *s = name + base + 3;
  comma = memchr(*s, ',', (size_t)(name + len - *s));
  if (comma) *rest = comma;
  return (size_t)(*rest - *s);
}

static uint32_t flag_of(unsigned char c)
{
  switch (c) {
  case 'D': return MF_DRAFT;
  case 'F': return MF_FLAGGED;
  case 'P': return MF_PASSED;
  case 'R': return MF_ANSWERED;
  case 'S': return MF_SEEN;
  case 'T': return MF_DELETED;
  }
  return 0;
}

static uint32_t keyword_of(unsigned char c)
{
  return c >= 'a' && c <= 'z' ? 1u << (c - 'a') : 0;
}

void filename_flags(const char *name, size_t len,
                    uint32_t *flags, uint32_t *keywords)
{
  const char *s, *rest;
  size_t n = info_letters(name, len, &s, &rest), i;

  *flags = *keywords = 0;
  for (i = 0; i < n; i++) {
    *flags |= flag_of((unsigned char)s[i]);
    *keywords |= keyword_of((unsigned char)s[i]);
  }
}

void filename_with(stralloc *out, const char *name, size_t len,
                   uint32_t flags, uint32_t keywords,
                   uint32_t known_keywords)
{
  uint64_t has[4] = { 0 }, w;   /* a bit for each octet */
  unsigned char c;
  const char *s, *rest;
  size_t n = info_letters(name, len, &s, &rest), i;

  for (i = 0; i < n; i++) {
    c = (unsigned char)s[i];
    if (!flag_of(c) && !(keyword_of(c) & known_keywords))
      has[c >> 6] |= 1ull << (c & 63);
  }
  for (i = 0; letters[i]; i++)
    if (flags & (1u << i))
      has[letters[i] >> 6] |= 1ull << (letters[i] & 63);
  /* 'a' is 64 + 33 */
  has[1] |= (uint64_t)(keywords & ((1u << KEYWORD_LETTERS) - 1)) << 33;
  has[0] &= ~1ull;              /* no NUL */
  stralloc_catb(out, name, filename_base(name, len));
  stralloc_cats(out, ":2,");
  for (i = 0; i < 4; i++)
    for (w = has[i]; w; w &= w - 1)
      stralloc_append(out, (char)(i * 64 + (size_t)__builtin_ctzll(w)));
  stralloc_catb(out, rest, (size_t)(name + len - rest));
}

/* Decimal digits of s; *n receives their value. Returns the octets used, 0
 * if there is none or the value passes 2^63 - 1. */
static size_t scan_number(const char *s, size_t len, int64_t *n)
{
  int64_t v = 0;
  size_t i;

  for (i = 0; i < len && s[i] >= '0' && s[i] <= '9'; i++) {
    if (i > 17 && v > (INT64_MAX - (s[i] - '0')) / 10) return 0;
    v = v * 10 + (s[i] - '0');
  }
  *n = v;
  return i;
}

int64_t filename_size(const char *name, size_t len, char key)
{
  const char *p = name, *end = name + filename_base(name, len);
  size_t used;
  int64_t n;

  while (end - p > 3 && (p = memchr(p, ',', (size_t)(end - p) - 3))) {
    p++;
    if (p[0] != key || p[1] != '=') continue;
    used = scan_number(p + 2, (size_t)(end - p) - 2, &n);
    p += 2 + used;
    return used && (p == end || *p == ',') ? n : -1;
  }
  return -1;
}

uint32_t filename_kept(const char *name, size_t len, uint32_t *uidvalidity)
{
  size_t base = filename_base(name, len), i, used;
  int64_t v, uid;

  for (i = 0; i + 5 < base; i++) {
    if (name[i] != ',' || name[i + 1] != 'K' || name[i + 2] != '=') continue;
    i += 3;
    used = scan_number(name + i, base - i, &v);
    i += used;
    if (!used || i == base || name[i++] != '.') return 0;
    used = scan_number(name + i, base - i, &uid);
    i += used;
    if (!used || (i < base && name[i] != ',') || v < 1 || v > UINT32_MAX
        || uid < 1 || uid > FILENAME_KEPT_MAX) return 0;
    *uidvalidity = (uint32_t)v;
    return (uint32_t)uid;
  }
  return 0;
}

int64_t filename_time(const char *name, size_t len, uint32_t *micro)
{
  size_t base = filename_base(name, len), i;
  int64_t t = 0, m = 0;

  *micro = 0;
  i = scan_number(name, base, &t);
  if (!i) return 0;
  if (i == base || name[i] != '.') return t;
  /* the middle part, in which M is the letter of the microseconds; the hex
   * digits of the other fields cannot hold an M */
  for (i++; i < base && name[i] != '.' && name[i] != ','; i++)
    if (name[i] == 'M' && scan_number(name + i + 1, base - i - 1, &m)) {
      if (m <= UINT32_MAX) *micro = (uint32_t)m;
      break;
    }
  return t;
}

int filename_cmp_arrival(const char *a, size_t alen,
                         const char *b, size_t blen)
{
  uint32_t am, bm;
  int64_t at = filename_time(a, alen, &am), bt = filename_time(b, blen, &bm);
  size_t n = alen < blen ? alen : blen;
  int r;

  if (at != bt) return at < bt ? -1 : 1;
  if (am != bm) return am < bm ? -1 : 1;
  r = n ? memcmp(a, b, n) : 0;
  if (r) return r;
  return alen < blen ? -1 : alen > blen;
}

/* This host for a file name: '/' is \057, ':' is \072 and so on for all that
 * could be taken for another part of the name or spoil a line of text. */
static void cat_host(stralloc *out)
{
  char host[256] = "", octal[5];
  size_t start = out->len, i;
  unsigned char c;

  if (gethostname(host, sizeof host - 1) == -1 || !*host)
    strcpy(host, "localhost");
  for (i = 0; host[i] && out->len - start + 4 <= HOST_LIMIT; i++) {
    c = (unsigned char)host[i];
    if (c > ' ' && c < 0x7f && !strchr("/:,\\", c))
      stralloc_append(out, (char)c);
    else {
      snprintf(octal, sizeof octal, "\\%03o", c);
      stralloc_catb(out, octal, 4);
    }
  }
}

/* the kernel is asked for many at once; of a child's names the pid differs */
static uint32_t random_word(void)
{
  static uint32_t pool[32];
  static size_t left;

  if (!left) {
    random_buf((char *)pool, sizeof pool);
    left = sizeof pool / sizeof *pool;
  }
  return pool[--left];
}

void filename_unique(stralloc *out)
{
  static stralloc host = STRALLOC_ZERO;
  static unsigned int count;
  struct timespec now;
  char s[96];
  int n;

  if (!host.len) cat_host(&host);
  clock_gettime(CLOCK_REALTIME, &now);
  n = snprintf(s, sizeof s, "%lld.M%06ldP%ldQ%uR%08lx.",
               (long long)now.tv_sec, now.tv_nsec / 1000, (long)getpid(),
               ++count, (unsigned long)random_word());
  stralloc_catb(out, s, (size_t)n);
  stralloc_catb(out, host.s, host.len);
}

void filename_add_sizes(stralloc *out, uint64_t size, uint64_t vsize)
{
  stralloc_cats(out, ",S=");
  stralloc_catu(out, size);
  stralloc_cats(out, ",W=");
  stralloc_catu(out, vsize);
}

int filename_ok(const char *name, size_t len)
{
  return len && len <= FILENAME_LIMIT && name[0] != '.' && name[0] != ':'
    && !memchr(name, '\n', len) && !memchr(name, '/', len)
    && !memchr(name, 0, len);
}
