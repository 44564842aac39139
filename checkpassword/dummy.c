/* ISC licence; see LICENSE. */
#include "dummy.h"

#include <errno.h>
#include <string.h>
#include <skalibs/sha256.h>
#include <skalibs/types.h>

#include "base/alloc.h"
#include "pwhash.h"

static struct dummy *class_of(struct dummies *d, const stralloc *class)
{
  unsigned i;

  for (i = 0; i < d->n; i++)
    if (d->c[i].class.len == class->len
        && !memcmp(d->c[i].class.s, class->s, class->len)) return &d->c[i];
  return 0;
}

static void count(struct dummies *d, const char *hash, uint64_t n)
{
  stralloc class = STRALLOC_ZERO;
  struct dummy *c;

  pwhash_class(&class, hash);
  c = class_of(d, &class);
  if (!c && d->n < DUMMY_CLASSES) {
    c = &d->c[d->n++];
    c->count = 0;
    stralloc_copy(&c->class, &class);
    stralloc_copys(&c->hash, hash);
    stralloc_0(&c->hash);
  }
  if (c) c->count += n;
  stralloc_free(&class);
}

void dummies_add(struct dummies *d, const char *hash)
{
  if (pwhash_known(hash)) count(d, hash, 1);
}

/* 64 bits of SHA-256(key name) */
static uint64_t keyed(const struct dummies *d, const char *name)
{
  SHA256Schedule ctx = SHA256_INIT();
  unsigned char digest[32];
  uint64_t n = 0;
  int i;

  sha256_update(&ctx, d->key, DUMMY_KEY);
  sha256_update(&ctx, name, strlen(name));
  sha256_final(&ctx, (char *)digest);
  for (i = 0; i < 8; i++) n = n << 8 | digest[i];
  return n;
}

int dummies_pick(const struct dummies *d, const char *name, stralloc *out)
{
  uint64_t sum = 0, at;
  unsigned i;

  out->len = 0;
  for (i = 0; i < d->n; i++) sum += d->c[i].count;
  if (!sum) {
    if (pwhash_salt(out, 0, 0) == -1) return -1;
    stralloc_0(out);
    return 0;
  }
  at = keyed(d, name) % sum;
  for (i = 0; at >= d->c[i].count; i++) at -= d->c[i].count;
  stralloc_copy(out, &d->c[i].hash);
  return 0;
}

/* key, then "count SP hash NUL" for each class */
void dummies_save(const struct dummies *d, stralloc *out)
{
  unsigned i;

  stralloc_catb(out, d->key, DUMMY_KEY);
  for (i = 0; i < d->n; i++) {
    stralloc_catu(out, d->c[i].count);
    stralloc_append(out, ' ');
    stralloc_catb(out, d->c[i].hash.s, d->c[i].hash.len);
  }
}

int dummies_load(struct dummies *d, const char *s, size_t len)
{
  const char *nul;
  uint64_t n;
  size_t i;

  if (len < DUMMY_KEY) return (errno = EPROTO, -1);
  memcpy(d->key, s, DUMMY_KEY);
  for (s += DUMMY_KEY, len -= DUMMY_KEY; len; len -= (size_t)(nul + 1 - s),
       s = nul + 1) {
    nul = memchr(s, 0, len);
    if (!nul) return (errno = EPROTO, -1);
    i = uint64_scan(s, &n);
    if (!i || i > 10 || s[i] != ' ' || !pwhash_known(s + i + 1))
      return (errno = EPROTO, -1);
    count(d, s + i + 1, n);
  }
  return 0;
}

void dummies_free(struct dummies *d)
{
  unsigned i;

  for (i = 0; i < d->n; i++) {
    if (d->c[i].hash.s) explicit_bzero(d->c[i].hash.s, d->c[i].hash.a);
    stralloc_free(&d->c[i].hash);
    stralloc_free(&d->c[i].class);
  }
  d->n = 0;
}
