/* ISC licence; see LICENSE. */
#include "pwscheme.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "encoding.h"
#include "pwhash.h"

/*
 * PBKDF2 (RFC 8018 section 5.2), in the forms of
 *
 *   Dovecot   {PBKDF2}$1$SALT$ROUNDS$HEX
 *   passlib   $pbkdf2-sha256$ROUNDS$SALT64$KEY64        base64 with a dot
 *   LDAP      {PBKDF2-SHA256}ROUNDS$SALT64$KEY64        the same
 *   Django    pbkdf2_sha256$ROUNDS$SALT$KEY64           base64
 *
 * A SALT is taken as it stands, a SALT64 is decoded.
 */
#define SALT_MAX 255
#define DEFAULT_ROUNDS 600000   /* for SHA-256 */

struct params {
  unsigned long rounds;
  stralloc salt, key;
};

#define PARAMS_ZERO { .rounds = 0 }

static void params_free(struct params *p)
{
  int saved = errno;

  stralloc_free(&p->salt);
  stralloc_free(&p->key);
  errno = saved;
}

static int dovecot(const struct pwscheme *s)
{
  return !strcmp(s->begin, "$1$");
}

static int django(const struct pwscheme *s)
{
  return pw_begins(s->begin, "pbkdf2_");
}

/* The text up to the next '$', which *s is moved behind; its length, or 0. */
static size_t piece(const char **s)
{
  size_t len = strcspn(*s, "$");

  if (!(*s)[len]) return 0;
  *s += len + 1;
  return len;
}

static int take_salt(struct params *p, const struct pwscheme *s,
                     const char **at)
{
  const char *salt = *at;
  size_t len = piece(at);

  if (!len) return -1;
  if (dovecot(s) || django(s)) stralloc_catb(&p->salt, salt, len);
  else if (base64_take(&p->salt, salt, len, BASE64_DOT) == -1) return -1;
  return p->salt.len <= SALT_MAX ? 0 : -1;
}

static int take_key(struct params *p, const struct pwscheme *s,
                    const char *text)
{
  size_t len = strlen(text), n = digest_size(s->digest);
  int r;

  if (dovecot(s)) r = hex_decode(&p->key, text, len);
  else r = base64_take(&p->key, text, len, django(s) ? BASE64 : BASE64_DOT);
  return r == 0 && p->key.len == n ? 0 : -1;
}

static int parse(struct params *p, const struct pwstored *st)
{
  const struct pwscheme *s = st->scheme;
  const char *at = st->body.s + strlen(s->begin);

  if (dovecot(s) && take_salt(p, s, &at) == -1) return -1;
  p->rounds = pw_number(&at, '$', PWHASH_ROUNDS_MAX);
  if (!p->rounds) return -1;
  if (!dovecot(s) && take_salt(p, s, &at) == -1) return -1;
  return take_key(p, s, at);
}

static int check(const struct pwstored *st, const char *password)
{
  struct params p = PARAMS_ZERO;
  unsigned char got[DIGEST_MAX];
  int r = -1;

  if (parse(&p, st) == -1) errno = EINVAL;
  else {
    pbkdf2(st->scheme->digest, password, strlen(password), p.salt.s,
           p.salt.len, p.rounds, got, p.key.len);
    r = digest_same(got, p.key.s, p.key.len);
    explicit_bzero(got, sizeof got);
  }
  params_free(&p);
  return r;
}

static int known(const struct pwstored *st)
{
  struct params p = PARAMS_ZERO;
  int r = strlen(st->body.s) == st->body.len && parse(&p, st) == 0;

  params_free(&p);
  return r;
}

static void cost(const struct pwstored *st, stralloc *out)
{
  struct params p = PARAMS_ZERO;

  if (parse(&p, st) == 0) stralloc_catu(out, p.rounds);
  params_free(&p);
}

/* A salt is printable in all forms: base64 without the letters that stand
 * for something. Django's own are of letters and digits. */
static int make_salt(stralloc *salt)
{
  char raw[12];
  size_t i;

  if (pw_random(raw, sizeof raw) == -1) return -1;
  base64_put(salt, raw, sizeof raw, BASE64, 0);
  for (i = 0; i < salt->len; i++)
    if (strchr("+/", salt->s[i])) salt->s[i] = 'x';
  return 0;
}

static void put(stralloc *out, const struct pwscheme *s, const stralloc *salt,
                unsigned long rounds, const unsigned char *key)
{
  size_t n = digest_size(s->digest);

  stralloc_cats(out, s->begin);
  if (dovecot(s)) {
    stralloc_catb(out, salt->s, salt->len);
    stralloc_append(out, '$');
  }
  stralloc_catu(out, rounds);
  stralloc_append(out, '$');
  if (dovecot(s)) {
    hex_put(out, key, n);
    return;
  }
  base64_put(out, salt->s, salt->len, BASE64_DOT, 0);
  stralloc_append(out, '$');
  base64_put(out, key, n, BASE64_DOT, 0);
}

static int make(stralloc *out, const struct pwscheme *s, const char *password,
                unsigned long rounds)
{
  stralloc salt = STRALLOC_ZERO;
  unsigned char key[DIGEST_MAX];
  int r = -1;

  if (!rounds) rounds = DEFAULT_ROUNDS;
  if (rounds > PWHASH_ROUNDS_MAX) errno = EINVAL;
  else if (make_salt(&salt) == 0) {
    pbkdf2(s->digest, password, strlen(password), salt.s, salt.len, rounds,
           key, digest_size(s->digest));
    put(out, s, &salt, rounds, key);
    explicit_bzero(key, sizeof key);
    r = 0;
  }
  stralloc_free(&salt);
  return r;
}

static int fresh(stralloc *out, const struct pwscheme *s,
                 unsigned long rounds)
{
  (void)s;
  if (rounds > PWHASH_ROUNDS_MAX) return (errno = EINVAL, -1);
  stralloc_catu(out, rounds ? rounds : DEFAULT_ROUNDS);
  return 0;
}

const struct pwkind pwkind_pbkdf2 = { check, known, cost, fresh, make };
