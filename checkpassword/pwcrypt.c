/* ISC licence; see LICENSE. */
#include "pwscheme.h"

#include <crypt.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "pwhash.h"
#include "shacrypt.h"

/* Stored passwords of crypt(3): every scheme that libcrypt knows. */

/*
 * The schemes by prefix; of those with one word the first makes.
 * bcrypt's own default of 5 is of the year 1999.
 */
static const struct family {
  const char *prefix;
  const char *word;
  size_t tail;                  /* characters behind the last '$' */
  unsigned long cost;           /* 0: libcrypt's default */
} families[] = {
  { "$y$", "yescrypt", 43, 0 },
  { "$gy$", "gost-yescrypt", 43, 0 },
  { "$7$", "scrypt", 43, 0 },
  { "$2b$", "bcrypt", 53, 11 },
  { "$2a$", "bcrypt", 53, 0 },
  { "$2y$", "bcrypt", 53, 0 },
  { "$2x$", "bcrypt", 53, 0 },
  { "$6$", "sha512", 86, 0 },
  { "$5$", "sha256", 43, 0 },
  { "$sha1$", "sha1-crypt", 28, 0 },
  { "$md5", "sunmd5", 22, 0 },
  { "$1$", "md5", 22, 0 },
  { "$3$", "nt", 32, 0 },
  { "_", "bsdi", 20, 0 },    /* has no '$': the whole */
  { "", "des", 0, 0 }
};

static const struct family *family_of(const char *hash)
{
  const struct family *f = families;

  while (!pw_begins(hash, f->prefix)) f++;
  return f;
}

const char *pwcrypt_word(const char *hash)
{
  return family_of(hash)->word;
}

/* ---- what it costs ---- */

/* The value of a character of libcrypt's base64; 64 if it is none. */
static unsigned sixbits(char c)
{
  if (c == '.') return 0;
  if (c == '/') return 1;
  if (c >= '0' && c <= '9') return (unsigned)(c - '0') + 2;
  if (c >= 'A' && c <= 'Z') return (unsigned)(c - 'A') + 12;
  if (c >= 'a' && c <= 'z') return (unsigned)(c - 'a') + 38;
  return 64;
}

/* 2^logn blocks of 128 r octets, so many passes over them */
static int memory_bearable(unsigned logn, uint64_t r, uint64_t passes)
{
  uint64_t kib;

  if (logn > 30 || !r || r > 1024) return 0;
  kib = ((r * 128) << logn) >> 10;
  return kib <= PWHASH_KIB_MAX && passes <= 64
    && kib * passes <= PWHASH_KIB_PASSES;
}

/*
 * yescrypt: flavour, binary logarithm of N less 1, r less 1, then if need be
 * a set of what follows: 1 parallelism, 2 time. Each one a character, as long
 * as it is below 48; libcrypt's own hashes never have more. Longer ones, and
 * those with a ROM, are not for us.
 */
static int yescrypt_bearable(const char *s)
{
  unsigned v[6] = {0}, i, have;
  uint64_t passes = 1;

  for (i = 0; s[i] != '$'; i++) {
    if (i == 6) return 0;
    v[i] = sixbits(s[i]);
    if (v[i] > 47) return 0;
  }
  if (i < 3) return 0;
  if (i > 3) {
    have = v[3] + 1;
    if (have > 3 || i != 4U + (have & 1) + (have >> 1)) return 0;
    if (have & 1) passes *= v[4] + 2;
    if (have & 2) passes += v[i - 1] + 1;
  }
  return memory_bearable(v[1] + 1, v[2] + 1, passes);
}

/* scrypt, $7$: N, then r and p of five characters each, lowest first */
static int scrypt_bearable(const char *s)
{
  uint64_t n[2] = {0, 0};
  unsigned i, v;

  for (i = 0; i < 10; i++) {
    v = s[0] ? sixbits(s[1 + i]) : 64;
    if (v > 63) return 0;
    n[i / 5] |= (uint64_t)v << (6 * (i % 5));
  }
  return n[1] && memory_bearable(sixbits(s[0]), n[0], n[1]);
}

static int rounds_bearable(const char *s, char end)
{
  return pw_number(&s, end, PWHASH_ROUNDS_MAX) > 0;
}

/* A cost that a login may have to wait for? What has a fixed one, has. */
static int bearable(const char *s)
{
  unsigned n;

  if (pw_begins(s, "$y$")) return yescrypt_bearable(s + 3);
  if (pw_begins(s, "$gy$")) return yescrypt_bearable(s + 4);
  if (pw_begins(s, "$7$")) return scrypt_bearable(s + 3);
  if (pw_begins(s, "$5$rounds=") || pw_begins(s, "$6$rounds="))
    return rounds_bearable(s + 10, '$');
  if (pw_begins(s, "$sha1$")) return rounds_bearable(s + 6, '$');
  if (pw_begins(s, "$md5,rounds=")) return rounds_bearable(s + 12, '$');
  if (pw_begins(s, "$2")) {
    if (strlen(s) < 7 || s[6] != '$') return 0;
    if (s[4] < '0' || s[4] > '9' || s[5] < '0' || s[5] > '9') return 0;
    n = (unsigned)(s[4] - '0') * 10 + (unsigned)(s[5] - '0');
    return n >= 4 && n <= PWHASH_BCRYPT_MAX;
  }
  return 1;
}

/* Octets up to and with the n-th '$', or all there are before that. */
static size_t dollars(const char *hash, int n)
{
  size_t i;

  for (i = 0; hash[i]; i++)
    if (hash[i] == '$' && !--n) return i + 1;
  return i;
}

static size_t cost_length(const char *s)
{
  if (*s == '_') return strnlen(s, 5);                  /* _ and count */
  if (*s != '$') return 0;
  if (pw_begins(s, "$7$")) return strnlen(s, 14);       /* $7$ N r r.. p p.. */
  if (pw_begins(s, "$y$") || pw_begins(s, "$gy$") || pw_begins(s, "$sha1$")
      || pw_begins(s, "$5$rounds=") || pw_begins(s, "$6$rounds="))
    return dollars(s, 3);
  if (pw_begins(s, "$2")) return dollars(s, 3);         /* $2b$NN$ */
  return dollars(s, 2);
}

static void cost_of(stralloc *out, const char *s)
{
  size_t n = cost_length(s), skip = 0;

  if (pw_begins(s, "$2") && n > 4) skip = 4;    /* a, b, x, y: the same work */
  stralloc_catb(out, s + skip, n - skip);
}

static void cost(const struct pwstored *st, stralloc *out)
{
  cost_of(out, st->body.s);
}

/* ---- checking ---- */

/* yescrypt and its kin take megabytes of their own. */
static int hungry(const char *setting)
{
  return pw_begins(setting, "$y$") || pw_begins(setting, "$gy$")
    || pw_begins(setting, "$7$");
}

/*
 * Appends crypt(password, setting); the 32 kB of working store are wiped.
 * libxcrypt says EINVAL when yescrypt gets no memory. It must not look like a
 * refusal, so a setting of that kind that is really damaged says ENOMEM too.
 */
static int work(stralloc *out, const char *password, const char *setting)
{
  struct crypt_data *d;
  const char *hash;
  int saved;

  if (!bearable(setting)) return (errno = EINVAL, -1);
  if (shacrypt(out, password, setting)) return 0;
  d = xalloc(sizeof *d);
  memset(d, 0, sizeof *d);
  errno = 0;
  hash = crypt_rn(password, setting, d, (int)sizeof *d);
  saved = errno ? errno : EINVAL;
  if (saved == EINVAL && hungry(setting)) saved = ENOMEM;
  if (hash && *hash == '*') hash = 0;
  if (hash) stralloc_cats(out, hash);
  explicit_bzero(d, sizeof *d);
  free(d);
  errno = saved;
  return hash ? 0 : -1;
}

static int check(const struct pwstored *st, const char *password)
{
  stralloc got = STRALLOC_ZERO;
  int r = -1, saved;

  stralloc_ready(&got, CRYPT_OUTPUT_SIZE);      /* so that it never moves */
  if (work(&got, password, st->body.s) == 0)
    r = got.len == st->body.len && digest_same(got.s, st->body.s, got.len);
  saved = errno;
  explicit_bzero(got.s, got.a);
  stralloc_free(&got);
  errno = saved;
  return r;
}

/*
 * A hash cut short is a setting to crypt(3), and any two letters are one to
 * DES: a password that stands where its hash should would pass for one. So
 * the length has to be right. DES: 13 characters, or 11 more for each 8 of
 * the password (bigcrypt).
 */
static int whole(const char *hash)
{
  static const char set[] = "./0123456789abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const struct family *f = family_of(hash);
  const char *dollar = strrchr(hash, '$');
  size_t len = strlen(dollar ? dollar + 1 : hash);

  if (*f->prefix) return len == f->tail;
  return len >= 13 && len % 11 == 2 && strspn(hash, set) == len;
}

static int known(const struct pwstored *st)
{
  const char *s = st->body.s;
  int r;

  if (strlen(s) != st->body.len || st->body.len >= CRYPT_OUTPUT_SIZE) return 0;
  if (!whole(s) || !bearable(s)) return 0;
  r = crypt_checksalt(s);
  return r == CRYPT_SALT_OK || r == CRYPT_SALT_METHOD_LEGACY;
}

/* ---- making ---- */

static const struct family *family_for(const struct pwscheme *s)
{
  const struct family *f = families;

  while (strcmp(f->word, s->word)) f++;
  return f;
}

int pwcrypt_salt(stralloc *out, const struct pwscheme *s, unsigned long n)
{
  const struct family *f = family_for(s);
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];

  if (!crypt_gensalt_rn(f->prefix, n ? n : f->cost, 0, 0, setting,
                        (int)sizeof setting))
    return -1;
  if (!bearable(setting)) return (errno = EINVAL, -1);
  stralloc_cats(out, setting);
  return 0;
}

static int make(stralloc *out, const struct pwscheme *s, const char *password,
                unsigned long n)
{
  stralloc setting = STRALLOC_ZERO;
  int r = -1, saved;

  if (pwcrypt_salt(&setting, s, n) == 0) {
    stralloc_0(&setting);
    r = work(out, password, setting.s);
  }
  saved = errno;
  stralloc_free(&setting);
  errno = saved;
  return r;
}

static int fresh(stralloc *out, const struct pwscheme *s, unsigned long n)
{
  stralloc setting = STRALLOC_ZERO;
  int r = pwcrypt_salt(&setting, s, n), saved = errno;

  if (!r) {
    stralloc_0(&setting);
    cost_of(out, setting.s);
  }
  stralloc_free(&setting);
  errno = saved;
  return r;
}

const struct pwkind pwkind_crypt = { check, known, cost, fresh, make };
