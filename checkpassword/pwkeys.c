/* ISC licence; see LICENSE. */
#include "pwkeys.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "encoding.h"
#include "pwhash.h"
#include "pwscheme.h"
#include "saslprep.h"

int pwhash_plain(stralloc *out, const char *hash)
{
  struct pwstored st = { .scheme = 0 };
  int r = pwhash_known(hash) && pwstored_open(&st, hash) == 0
    && st.scheme->kind == &pwkind_plain;

  out->len = 0;
  if (r) {
    stralloc_copyb(out, st.body.s, st.body.len);
    stralloc_0(out);
  }
  pwstored_close(&st);
  return r;
}

static int answers(const unsigned char *digest, const char *answer)
{
  stralloc hex = STRALLOC_ZERO;
  int r;

  hex_put(&hex, digest, MD5_DIGEST_LENGTH);
  r = strlen(answer) == hex.len && digest_same(hex.s, answer, hex.len);
  stralloc_free(&hex);
  return r;
}

/* A digest goes on from a state of four words, one block behind it. */
static void resume(struct digest_state *s, const char *octets)
{
  const unsigned char *o = (const unsigned char *)octets;
  unsigned v[4] = { 0, 0, 0, 0 };
  int i;

  for (i = 0; i < 16; i++) v[i / 4] |= (unsigned)o[i] << (8 * (i % 4));
  digest_begin(s, DIGEST_MD5);
  s->u.md5.A = v[0];
  s->u.md5.B = v[1];
  s->u.md5.C = v[2];
  s->u.md5.D = v[3];
  s->u.md5.Nl = MD5_CBLOCK * 8;
}

int pwhash_cram_md5(const char *hash, const char *challenge, size_t len,
                    const char *answer)
{
  struct pwstored st = { .scheme = 0 };
  struct hmac_key k;
  unsigned char got[DIGEST_MAX];
  int r = -1;

  if (pwhash_known(hash) && pwstored_open(&st, hash) == 0) {
    r = 0;
    if (st.scheme->kind == &pwkind_plain) {
      hmac_ready(&k, DIGEST_MD5, st.body.s, st.body.len);
    } else if (st.scheme->kind == &pwkind_cram) {
      resume(&k.outer, st.body.s);
      resume(&k.inner, st.body.s + 16);
    } else {
      r = -1;
    }
  }
  if (!r) {
    hmac_of(&k, challenge, len, got);
    r = answers(got, answer);
    explicit_bzero(&k, sizeof k);
  }
  pwstored_close(&st);
  if (r == -1) errno = EINVAL;
  return r;
}

int pwhash_apop(const char *hash, const char *stamp, const char *answer)
{
  stralloc plain = STRALLOC_ZERO;
  struct digest_state s;
  unsigned char got[DIGEST_MAX];
  int r = -1;

  if (pwhash_plain(&plain, hash)) {
    digest_begin(&s, DIGEST_MD5);
    digest_add(&s, stamp, strlen(stamp));
    digest_add(&s, plain.s, plain.len - 1);
    digest_end(&s, got);
    r = answers(got, answer);
  }
  if (plain.s) explicit_bzero(plain.s, plain.a);
  stralloc_free(&plain);
  if (r == -1) errno = EINVAL;
  return r;
}

/* ---- SCRAM ---- */

void scram_keys_free(struct scram_keys *k)
{
  int saved = errno;

  stralloc_free(&k->salt);
  explicit_bzero(k, sizeof *k);
  errno = saved;
}

void scram_keys_make(struct scram_keys *k, enum digest digest,
                     const char *password, const char *salt, size_t len,
                     unsigned long rounds)
{
  struct hmac_key key;
  unsigned char salted[DIGEST_MAX];
  size_t n = digest_size(digest);

  k->digest = digest;
  k->rounds = rounds;
  stralloc_copyb(&k->salt, salt, len);
  pbkdf2(digest, password, strlen(password), salt, len, rounds, salted, n);
  hmac_ready(&key, digest, salted, n);
  hmac_of(&key, "Client Key", 10, k->stored);
  digest_of(digest, k->stored, n, k->stored);
  hmac_of(&key, "Server Key", 10, k->server);
  explicit_bzero(&key, sizeof key);
  explicit_bzero(salted, sizeof salted);
}

void scram_keys_prepared(struct scram_keys *k, enum digest digest,
                         const char *password, const char *salt, size_t len,
                         unsigned long rounds)
{
  stralloc typed = STRALLOC_ZERO;
  int r = saslprep(&typed, password, strlen(password));

  scram_keys_make(k, digest, r == 0 ? typed.s : password, salt, len, rounds);
  if (typed.s) explicit_bzero(typed.s, typed.a);
  stralloc_free(&typed);
}

static int take_key(unsigned char *out, const char *text, size_t len,
                    size_t want)
{
  stralloc key = STRALLOC_ZERO;
  int r = base64_take(&key, text, len, BASE64) == 0 && key.len == want;

  if (r) memcpy(out, key.s, want);
  stralloc_free(&key);
  return r ? 0 : -1;
}

/* ROUNDS,SALT,STORED,SERVER; all but the first in base64 */
static int scram_parse(struct scram_keys *k, const struct pwstored *st)
{
  const char *s = st->body.s, *stored, *server;
  size_t n = digest_size(st->scheme->digest);

  if (strlen(s) != st->body.len) return -1;
  k->digest = st->scheme->digest;
  k->rounds = pw_number(&s, ',', PWHASH_ROUNDS_MAX);
  stored = strchr(s, ',');
  server = stored ? strchr(stored + 1, ',') : 0;
  if (!k->rounds || !server) return -1;
  if (base64_take(&k->salt, s, (size_t)(stored - s), BASE64) == -1) return -1;
  if (!k->salt.len || k->salt.len > SCRAM_SALT_MAX) return -1;
  if (take_key(k->stored, stored + 1, (size_t)(server - stored - 1), n) == -1)
    return -1;
  return take_key(k->server, server + 1, strlen(server + 1), n);
}

int pwhash_scram(struct scram_keys *k, enum digest digest, const char *hash)
{
  struct pwstored st = { .scheme = 0 };
  int r;

  k->salt.len = 0;
  r = !pwhash_locked(hash) && pwstored_open(&st, hash) == 0
    && st.scheme->kind == &pwkind_scram && st.scheme->digest == digest
    && scram_parse(k, &st) == 0;
  pwstored_close(&st);
  return r;
}

static int scram_known(const struct pwstored *st)
{
  struct scram_keys k = SCRAM_KEYS_ZERO;
  int r = scram_parse(&k, st) == 0;

  scram_keys_free(&k);
  return r;
}

static int scram_check(const struct pwstored *st, const char *password)
{
  struct scram_keys k = SCRAM_KEYS_ZERO, got = SCRAM_KEYS_ZERO;
  int r = -1;

  if (scram_parse(&k, st) == -1) errno = EINVAL;
  else {
    scram_keys_prepared(&got, k.digest, password, k.salt.s, k.salt.len,
      k.rounds);
    r = digest_same(got.stored, k.stored, digest_size(k.digest));
  }
  scram_keys_free(&k);
  scram_keys_free(&got);
  return r;
}

static void scram_cost(const struct pwstored *st, stralloc *out)
{
  const char *s = st->body.s;

  stralloc_catu(out, pw_number(&s, ',', PWHASH_ROUNDS_MAX));
}

static void put_base64(stralloc *out, const void *data, size_t len)
{
  stralloc_append(out, ',');
  base64_put(out, data, len, BASE64, 1);
}

static int scram_make(stralloc *out, const struct pwscheme *s,
                      const char *password, unsigned long rounds)
{
  struct scram_keys k = SCRAM_KEYS_ZERO;
  char salt[16];

  if (!rounds) rounds = SCRAM_ROUNDS;
  if (rounds > PWHASH_ROUNDS_MAX) return (errno = EINVAL, -1);
  if (pw_random(salt, sizeof salt) == -1) return -1;
  scram_keys_prepared(&k, s->digest, password, salt, sizeof salt, rounds);
  stralloc_catu(out, rounds);
  put_base64(out, k.salt.s, k.salt.len);
  put_base64(out, k.stored, digest_size(k.digest));
  put_base64(out, k.server, digest_size(k.digest));
  scram_keys_free(&k);
  return 0;
}

static int scram_fresh(stralloc *out, const struct pwscheme *s,
                 unsigned long rounds)
{
  (void)s;
  if (rounds > PWHASH_ROUNDS_MAX) return (errno = EINVAL, -1);
  stralloc_catu(out, rounds ? rounds : SCRAM_ROUNDS);
  return 0;
}

const struct pwkind pwkind_scram = {
  scram_check, scram_known, scram_cost, scram_fresh, scram_make
};
