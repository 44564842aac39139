/* ISC licence; see LICENSE. */
#include "pwscheme.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "base/alloc.h"
#include "encoding.h"
#include "pwhash.h"

#define CRYPT(name, word, begin) \
  { name, word, &pwkind_crypt, begin, PWFORM_TEXT, 0, 0 }
#define ARGON2(name, word, begin) \
  { name, word, &pwkind_argon2, begin, PWFORM_TEXT, 0, 1 }
#define PBKDF2(name, word, begin, digest) \
  { name, word, &pwkind_pbkdf2, begin, PWFORM_TEXT, digest, !(name) }
#define BINARY(name, word, kind, digest) \
  { name, word, &pwkind_##kind, "", PWFORM_BINARY, digest, 0 }

/*
 * Where names are there twice the first one makes, and begin tells which one
 * checks: {MD5} is a crypt hash in Dovecot, a digest in LDAP directories.
 * Without {NAME} all that is not bare here is left to crypt(3), the last.
 */
static const struct pwscheme schemes[] = {
  CRYPT("CRYPT", "yescrypt", ""),
  CRYPT("MD5-CRYPT", "md5", "$1$"),
  CRYPT("SHA256-CRYPT", "sha256", "$5$"),
  CRYPT("SHA512-CRYPT", "sha512", "$6$"),
  CRYPT("BLF-CRYPT", "bcrypt", "$2"),
  CRYPT("DES-CRYPT", "des", ""),
  CRYPT("MD5", "md5", "$1$"),
  BINARY("MD5", "plain-md5", digest, DIGEST_MD5),
  ARGON2("ARGON2ID", "argon2id", "$argon2id$"),
  ARGON2("ARGON2I", "argon2i", "$argon2i$"),
  { "PLAIN", "plain", &pwkind_plain, "", PWFORM_TEXT, 0, 0 },
  { "CLEARTEXT", "plain", &pwkind_plain, "", PWFORM_TEXT, 0, 0 },
  { "CLEAR", "plain", &pwkind_plain, "", PWFORM_TEXT, 0, 0 },
  { "PLAIN-MD5", "plain-md5", &pwkind_digest, "", PWFORM_HEX, DIGEST_MD5, 0 },
  { "PLAIN-MD4", "plain-md4", &pwkind_digest, "", PWFORM_HEX, DIGEST_MD4, 0 },
  BINARY("LDAP-MD5", "plain-md5", digest, DIGEST_MD5),
  BINARY("SHA", "sha1", digest, DIGEST_SHA1),
  BINARY("SHA1", "sha1", digest, DIGEST_SHA1),
  BINARY("SHA256", "plain-sha256", digest, DIGEST_SHA256),
  BINARY("SHA512", "plain-sha512", digest, DIGEST_SHA512),
  BINARY("SMD5", "smd5", salted, DIGEST_MD5),
  BINARY("SSHA", "ssha", salted, DIGEST_SHA1),
  BINARY("SSHA256", "ssha256", salted, DIGEST_SHA256),
  BINARY("SSHA512", "ssha512", salted, DIGEST_SHA512),
  { "CRAM-MD5", "cram-md5", &pwkind_cram, "", PWFORM_HEX, DIGEST_MD5, 0 },
  { "HMAC-MD5", "cram-md5", &pwkind_cram, "", PWFORM_HEX, DIGEST_MD5, 0 },
  { "NTLM", "nt", &pwkind_nt, "", PWFORM_HEX, DIGEST_MD4, 0 },
  { "SCRAM-SHA-1", "scram-sha-1", &pwkind_scram, "", PWFORM_TEXT,
    DIGEST_SHA1, 0 },
  { "SCRAM-SHA-256", "scram-sha-256", &pwkind_scram, "", PWFORM_TEXT,
    DIGEST_SHA256, 0 },
  PBKDF2("PBKDF2", "pbkdf2-sha1", "$1$", DIGEST_SHA1),
  PBKDF2("PBKDF2", "pbkdf2-sha1", "", DIGEST_SHA1),     /* LDAP's */
  PBKDF2("PBKDF2-SHA256", "pbkdf2-sha256", "", DIGEST_SHA256),
  PBKDF2("PBKDF2-SHA512", "pbkdf2-sha512", "", DIGEST_SHA512),
  PBKDF2(0, "pbkdf2-sha1", "$pbkdf2$", DIGEST_SHA1),    /* passlib's */
  PBKDF2(0, "pbkdf2-sha256", "$pbkdf2-sha256$", DIGEST_SHA256),
  PBKDF2(0, "pbkdf2-sha512", "$pbkdf2-sha512$", DIGEST_SHA512),
  PBKDF2(0, "django-pbkdf2-sha1", "pbkdf2_sha1$", DIGEST_SHA1),
  PBKDF2(0, "django-pbkdf2-sha256", "pbkdf2_sha256$", DIGEST_SHA256),
  { 0, "gost-yescrypt", &pwkind_crypt, "$gy$", PWFORM_TEXT, 0, 1 },
  { 0, "scrypt", &pwkind_crypt, "$7$", PWFORM_TEXT, 0, 1 },
  { 0, "", &pwkind_crypt, "", PWFORM_TEXT, 0, 1 }
};
#define SCHEMES (sizeof schemes / sizeof schemes[0])

int pw_begins(const char *s, const char *prefix)
{
  return !strncmp(s, prefix, strlen(prefix));
}

unsigned long pw_number(const char **s, char end, unsigned long max)
{
  const char *p = *s;
  unsigned long n = 0;

  for (; *p >= '0' && *p <= '9'; p++) {
    n = n * 10 + (unsigned long)(*p - '0');
    if (n > max) return 0;
  }
  if (*p != end || p == *s) return 0;
  *s = p + 1;
  return n;
}

int pw_random(void *out, size_t len)
{
  return getentropy(out, len);
}

/* Of ".b64", ".base64", ".hex" in any case: 'b', 'h', or -1. */
static int encoding_of(const char *s, size_t len)
{
  if (len == 4 && !strncasecmp(s, ".hex", 4)) return 'h';
  if (len == 4 && !strncasecmp(s, ".b64", 4)) return 'b';
  if (len == 7 && !strncasecmp(s, ".base64", 7)) return 'b';
  return -1;
}

static int named(const struct pwscheme *s, const char *name, size_t len)
{
  return s->name && strlen(s->name) == len && !strncasecmp(s->name, name, len);
}

/*
 * The text of a digest is hex if it is twice as long; others that are
 * binary are base64, with a suffix what that says.
 */
static int decode(struct pwstored *st, const char *text, int encoding)
{
  const struct pwscheme *s = st->scheme;
  size_t len = strlen(text);

  if (!encoding && s->form != PWFORM_TEXT) {
    encoding = 'b';
    if (s->kind != &pwkind_salted
        && len == 2 * digest_size(s->digest) * (1 + (s->kind == &pwkind_cram)))
      encoding = 'h';
  }
  if (encoding == 'h') return hex_decode(&st->body, text, len);
  if (encoding == 'b') return base64_take(&st->body, text, len, BASE64);
  stralloc_catb(&st->body, text, len);
  return 0;
}

static int open_as(struct pwstored *st, const struct pwscheme *s,
                   const char *text, int encoding)
{
  st->scheme = s;
  st->body.len = 0;
  stralloc_ready(&st->body, PWHASH_MAX + 1);    /* never moves */
  if (decode(st, text, encoding) == -1) return -1;
  stralloc_0(&st->body);
  st->body.len--;
  return pw_begins(st->body.s, s->begin) ? 0 : -1;
}

static int open_bare(struct pwstored *st, const char *hash)
{
  size_t i;

  if (pw_begins(hash, "argon2$argon2")) hash += 6;      /* Django's */
  for (i = 0; i < SCHEMES; i++)
    if (schemes[i].bare && open_as(st, &schemes[i], hash, 0) == 0) return 0;
  return -1;
}

int pwstored_open(struct pwstored *st, const char *hash)
{
  const char *close, *dot;
  int encoding = 0;
  size_t i, len;

  if (strlen(hash) > PWHASH_MAX) return -1;
  if (*hash != '{') return open_bare(st, hash);
  close = strchr(hash++, '}');
  if (!close) return -1;
  dot = memchr(hash, '.', (size_t)(close - hash));
  if (dot) encoding = encoding_of(dot, (size_t)(close - dot));
  if (encoding == -1) return -1;
  len = (size_t)((dot ? dot : close) - hash);
  for (i = 0; i < SCHEMES; i++)
    if (named(&schemes[i], hash, len)
        && open_as(st, &schemes[i], close + 1, encoding) == 0) return 0;
  return -1;
}

void pwstored_close(struct pwstored *st)
{
  int saved = errno;

  if (st->body.s) explicit_bzero(st->body.s, st->body.a);
  stralloc_free(&st->body);
  errno = saved;
}

/* What is made without a prefix. */
static const char *const bare[] = {
  "yescrypt", "gost-yescrypt", "scrypt", "bcrypt", "sha512", "sha256",
  "argon2id", "argon2i", "pbkdf2-sha1", "pbkdf2-sha256", "pbkdf2-sha512"
};
#define BARE (sizeof bare / sizeof bare[0])

const char *pwscheme_word(size_t n)
{
  size_t i;

  if (n < BARE) return bare[n];
  for (n -= BARE, i = 0; i < SCHEMES; i++) {
    if (!schemes[i].name) continue;
    if (i && schemes[i - 1].name
        && !strcmp(schemes[i].name, schemes[i - 1].name)) continue;
    if (!n--) return schemes[i].name;
  }
  return 0;
}

static const struct pwscheme *bare_named(const char *word)
{
  size_t i;

  for (i = 0; i < BARE && strcmp(bare[i], word); i++);
  if (i == BARE) return 0;
  for (i = 0; i < SCHEMES; i++)
    if (!strcmp(schemes[i].word, word)
        && (schemes[i].kind != &pwkind_pbkdf2 || schemes[i].bare))
      return &schemes[i];
  return 0;
}

const struct pwscheme *pwscheme_named(const char *word, int *prefix,
                                      int *encoding)
{
  size_t len = strcspn(word, "."), i;

  *encoding = 0;
  *prefix = *word >= 'A' && *word <= 'Z';
  if (!*prefix) return bare_named(word);
  if (word[len]) *encoding = encoding_of(word + len, strlen(word + len));
  if (*encoding == -1) return 0;
  for (i = 0; i < SCHEMES; i++)
    if (named(&schemes[i], word, len)) return &schemes[i];
  return 0;
}

void pwscheme_put(stralloc *out, const struct pwscheme *s, int prefix,
                  int encoding, const stralloc *body)
{
  if (prefix) {
    stralloc_append(out, '{');
    stralloc_cats(out, s->name);
    if (encoding) stralloc_cats(out, encoding == 'h' ? ".HEX" : ".B64");
    stralloc_append(out, '}');
  }
  if (!encoding && s->form == PWFORM_HEX) encoding = 'h';
  if (!encoding && s->form == PWFORM_BINARY) encoding = 'b';
  if (encoding == 'h') hex_put(out, body->s, body->len);
  else if (encoding == 'b') base64_put(out, body->s, body->len, BASE64, 1);
  else stralloc_catb(out, body->s, body->len);
}
