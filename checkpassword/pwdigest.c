/* ISC licence; see LICENSE. */
#include "pwscheme.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "encoding.h"
#include "pwhash.h"

/*
 * Stored passwords that are one digest or none: in the clear, a digest, a
 * digest with a salt behind it (RFC 2307 and those after it), the states of
 * HMAC-MD5, and NT's.
 */
#define SALT_MAX 64

static int no_cost(stralloc *out, const struct pwscheme *s, unsigned long cost)
{
  (void)out;
  (void)s;
  return cost ? (errno = EINVAL, -1) : 0;
}

/* ---- in the clear ---- */

static int plain_known(const struct pwstored *st)
{
  return st->body.len && strlen(st->body.s) == st->body.len;
}

/*
 * Takes time by the password that was given, not by the stored one. The
 * stored one has a NUL at its end, where the comparison stays.
 */
static int plain_check(const struct pwstored *st, const char *password)
{
  unsigned char diff = 0;
  size_t len = strlen(password), at = 0, i;

  if (!plain_known(st)) return (errno = EINVAL, -1);
  for (i = 0; i <= len; i++) {
    diff |= (unsigned char)(password[i] ^ st->body.s[at]);
    at += at < st->body.len;
  }
  return !diff && len == st->body.len;
}

static int plain_make(stralloc *out, const struct pwscheme *s,
                      const char *password, unsigned long cost)
{
  (void)s;
  if (cost) return (errno = EINVAL, -1);
  stralloc_cats(out, password);
  return 0;
}

const struct pwkind pwkind_plain = {
  plain_check, plain_known, 0, no_cost, plain_make
};

/* ---- a digest, and one with a salt ---- */

static void salted(enum digest kind, const char *password, const char *salt,
                   size_t len, unsigned char *out)
{
  struct digest_state s;

  digest_begin(&s, kind);
  digest_add(&s, password, strlen(password));
  digest_add(&s, salt, len);
  digest_end(&s, out);
}

static int digest_known(const struct pwstored *st)
{
  return st->body.len == digest_size(st->scheme->digest);
}

static int salted_known(const struct pwstored *st)
{
  size_t n = digest_size(st->scheme->digest);

  return st->body.len > n && st->body.len <= n + SALT_MAX;
}

static int salted_check(const struct pwstored *st, const char *password)
{
  unsigned char got[DIGEST_MAX];
  size_t n = digest_size(st->scheme->digest);
  int r;

  if (!st->scheme->kind->known(st)) return (errno = EINVAL, -1);
  salted(st->scheme->digest, password, st->body.s + n, st->body.len - n, got);
  r = digest_same(got, st->body.s, n);
  explicit_bzero(got, sizeof got);
  return r;
}

static int salted_put(stralloc *out, const struct pwscheme *s,
                      const char *password, const char *salt, size_t len)
{
  unsigned char got[DIGEST_MAX];

  salted(s->digest, password, salt, len, got);
  stralloc_catb(out, (char *)got, digest_size(s->digest));
  stralloc_catb(out, salt, len);
  explicit_bzero(got, sizeof got);
  return 0;
}

static int digest_make(stralloc *out, const struct pwscheme *s,
                       const char *password, unsigned long cost)
{
  if (cost) return (errno = EINVAL, -1);
  return salted_put(out, s, password, "", 0);
}

static int salted_make(stralloc *out, const struct pwscheme *s,
                       const char *password, unsigned long cost)
{
  char salt[16];

  if (cost) return (errno = EINVAL, -1);
  if (pw_random(salt, sizeof salt) == -1) return -1;
  return salted_put(out, s, password, salt, sizeof salt);
}

const struct pwkind pwkind_digest = {
  salted_check, digest_known, 0, no_cost, digest_make
};
const struct pwkind pwkind_salted = {
  salted_check, salted_known, 0, no_cost, salted_make
};

/* ---- HMAC-MD5, the states of the outer and inner digest ---- */

static void put_state(stralloc *out, const MD5_CTX *m)
{
  const unsigned v[4] = { m->A, m->B, m->C, m->D };
  int i;

  for (i = 0; i < 16; i++)
    stralloc_append(out, (char)(v[i / 4] >> (8 * (i % 4))));
}

static int cram_make(stralloc *out, const struct pwscheme *s,
                     const char *password, unsigned long cost)
{
  struct hmac_key k;

  (void)s;
  if (cost) return (errno = EINVAL, -1);
  stralloc_readyplus(out, 32);                  /* never moves */
  hmac_ready(&k, DIGEST_MD5, password, strlen(password));
  put_state(out, &k.outer.u.md5);
  put_state(out, &k.inner.u.md5);
  explicit_bzero(&k, sizeof k);
  return 0;
}

static int cram_known(const struct pwstored *st)
{
  return st->body.len == 32;
}

static int cram_check(const struct pwstored *st, const char *password)
{
  stralloc got = STRALLOC_ZERO;
  int r;

  if (!cram_known(st)) return (errno = EINVAL, -1);
  cram_make(&got, st->scheme, password, 0);
  r = digest_same(got.s, st->body.s, 32);
  explicit_bzero(got.s, got.a);
  stralloc_free(&got);
  return r;
}

const struct pwkind pwkind_cram = {
  cram_check, cram_known, 0, no_cost, cram_make
};

/* ---- NT: MD4 of the password in UTF-16LE, which libcrypt knows too ---- */

/* libcrypt takes the octets for Latin-1, as all do where it matters: ASCII. */
static int nt_make(stralloc *out, const struct pwscheme *s,
                   const char *password, unsigned long cost)
{
  struct digest_state d;
  unsigned char got[DIGEST_MAX];
  char wide[2] = { 0, 0 };

  if (cost) return (errno = EINVAL, -1);
  digest_begin(&d, s->digest);
  for (; *password; password++) {
    wide[0] = *password;
    digest_add(&d, wide, 2);
  }
  digest_end(&d, got);
  stralloc_catb(out, (char *)got, digest_size(s->digest));
  explicit_bzero(wide, sizeof wide);
  explicit_bzero(got, sizeof got);
  return 0;
}

static int nt_check(const struct pwstored *st, const char *password)
{
  stralloc got = STRALLOC_ZERO;
  int r;

  if (!digest_known(st)) return (errno = EINVAL, -1);
  nt_make(&got, st->scheme, password, 0);
  r = digest_same(got.s, st->body.s, got.len);
  explicit_bzero(got.s, got.a);
  stralloc_free(&got);
  return r;
}

const struct pwkind pwkind_nt = {
  nt_check, digest_known, 0, no_cost, nt_make
};
