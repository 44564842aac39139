/* ISC licence; see LICENSE. */
#include "pwhash.h"

#include <crypt.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

unsigned long pwhash_calls = 0;

/*
 * The schemes by prefix. One that is not for making is only for hashes that
 * came from elsewhere. bcrypt's own default of 5 is of the year 1999.
 */
static const struct scheme {
  const char *prefix;
  const char *name;
  size_t tail;                  /* characters behind the last '$' */
  int make;
  unsigned long cost;           /* 0: libcrypt's default */
} schemes[] = {
  { "$y$", "yescrypt", 43, 1, 0 },
  { "$gy$", "gost-yescrypt", 43, 1, 0 },
  { "$7$", "scrypt", 43, 1, 0 },
  { "$2b$", "bcrypt", 53, 1, 11 },
  { "$2a$", "bcrypt", 53, 0, 0 },
  { "$2y$", "bcrypt", 53, 0, 0 },
  { "$2x$", "bcrypt", 53, 0, 0 },
  { "$6$", "sha512", 86, 1, 0 },
  { "$5$", "sha256", 43, 1, 0 },
  { "$sha1$", "sha1", 28, 0, 0 },
  { "$md5", "sunmd5", 22, 0, 0 },
  { "$1$", "md5", 22, 0, 0 },
  { "$3$", "nt", 32, 0, 0 },
  { "_", "bsdi", 20, 0, 0 },    /* has no '$': the whole */
  { 0, "des", 0, 0, 0 }
};

static int begins(const char *s, const char *prefix)
{
  return !strncmp(s, prefix, strlen(prefix));
}

/* yescrypt and its kin take megabytes of their own. */
static int hungry(const char *setting)
{
  return begins(setting, "$y$") || begins(setting, "$gy$")
    || begins(setting, "$7$");
}

/*
 * Appends crypt(password, setting); the 32 kB of working store are wiped.
 * libxcrypt says EINVAL when yescrypt gets no memory. It must not look like a
 * refusal, so a setting of that kind that is really damaged says ENOMEM too.
 */
static int work(stralloc *out, const char *password, const char *setting)
{
  struct crypt_data *d = xalloc(sizeof *d);
  const char *hash;
  int saved;

  memset(d, 0, sizeof *d);
  errno = 0;
  hash = crypt_rn(password, setting, d, (int)sizeof *d);
  saved = errno ? errno : EINVAL;
  if (saved == EINVAL && hungry(setting)) saved = ENOMEM;
  if (hash && *hash != '*') {
    stralloc_cats(out, hash);
    pwhash_calls++;
  } else {
    hash = 0;
  }
  explicit_bzero(d, sizeof *d);
  free(d);
  errno = saved;
  return hash ? 0 : -1;
}

static int same(const char *a, size_t alen, const char *b, size_t blen)
{
  unsigned char diff = 0;
  size_t i;

  if (alen != blen) return 0;
  for (i = 0; i < alen; i++) diff |= (unsigned char)(a[i] ^ b[i]);
  return !diff;
}

int pwhash_check(const char *hash, const char *password)
{
  stralloc got = STRALLOC_ZERO;
  int r = -1, saved;

  stralloc_ready(&got, CRYPT_OUTPUT_SIZE);      /* so that it never moves */
  if (work(&got, password, hash) == 0)
    r = same(got.s, got.len, hash, strlen(hash));
  saved = errno;
  explicit_bzero(got.s, got.a);
  stralloc_free(&got);
  errno = saved;
  return r;
}

static const struct scheme *scheme_of(const char *hash)
{
  const struct scheme *s = schemes;

  while (s->prefix && !begins(hash, s->prefix)) s++;
  return s;
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
  const struct scheme *s = scheme_of(hash);
  const char *dollar = strrchr(hash, '$');
  size_t len = strlen(dollar ? dollar + 1 : hash);

  if (s->prefix) return len == s->tail;
  return len >= 13 && len % 11 == 2 && strspn(hash, set) == len;
}

int pwhash_known(const char *hash)
{
  int r;

  if (pwhash_locked(hash) || strlen(hash) > PWHASH_MAX) return 0;
  if (!whole(hash)) return 0;
  if (begins(hash, "$2") && (strncmp(hash + 4, "04", 2) < 0
                             || strncmp(hash + 4, "31", 2) > 0)) return 0;
  r = crypt_checksalt(hash);
  return r == CRYPT_SALT_OK || r == CRYPT_SALT_METHOD_LEGACY;
}

int pwhash_locked(const char *hash)
{
  return !*hash || *hash == '!' || *hash == '*';
}

/* Octets up to and with the n-th '$', or all there are before that. */
static size_t dollars(const char *hash, int n)
{
  size_t i;

  for (i = 0; hash[i]; i++)
    if (hash[i] == '$' && !--n) return i + 1;
  return i;
}

static size_t at_most(const char *hash, size_t n)
{
  return strnlen(hash, n);
}

size_t pwhash_class(const char *hash)
{
  if (*hash == '_') return at_most(hash, 5);            /* _ and count */
  if (*hash != '$') return 0;
  if (begins(hash, "$7$")) return at_most(hash, 14);    /* $7$ N r r.. p p.. */
  if (begins(hash, "$y$") || begins(hash, "$gy$") || begins(hash, "$sha1$")
      || begins(hash, "$5$rounds=") || begins(hash, "$6$rounds="))
    return dollars(hash, 3);
  if (begins(hash, "$2")) return dollars(hash, 3);      /* $2b$NN$ */
  return dollars(hash, 2);
}

const char *pwhash_scheme(const char *hash)
{
  return scheme_of(hash)->name;
}

int pwhash_salt(stralloc *out, const char *scheme, unsigned long cost)
{
  const struct scheme *s = schemes;
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];

  if (scheme)
    while (s->prefix && !(s->make && !strcmp(s->name, scheme))) s++;
  if (!s->prefix) return (errno = EINVAL, -1);
  if (!crypt_gensalt_rn(s->prefix, cost ? cost : s->cost, 0, 0, setting,
                        (int)sizeof setting))
    return -1;
  stralloc_cats(out, setting);
  return 0;
}

int pwhash_make(stralloc *out, const char *password, const char *scheme,
                unsigned long cost)
{
  stralloc setting = STRALLOC_ZERO;
  int r = -1, saved;

  if (pwhash_salt(&setting, scheme, cost) == 0) {
    stralloc_0(&setting);
    r = work(out, password, setting.s);
  }
  saved = errno;
  stralloc_free(&setting);
  errno = saved;
  return r;
}
