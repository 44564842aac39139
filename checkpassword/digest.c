/* ISC licence; see LICENSE. */
#include "digest.h"

#include <string.h>

static size_t block_size(enum digest kind)
{
  return kind == DIGEST_SHA512 ? SHA512_CBLOCK : SHA256_CBLOCK;
}

size_t digest_size(enum digest kind)
{
  switch (kind) {
  case DIGEST_SHA1: return SHA_DIGEST_LENGTH;
  case DIGEST_SHA256: return SHA256_DIGEST_LENGTH;
  case DIGEST_SHA512: return SHA512_DIGEST_LENGTH;
  default: return MD5_DIGEST_LENGTH;
  }
}

void digest_begin(struct digest_state *s, enum digest kind)
{
  s->kind = kind;
  switch (kind) {
  case DIGEST_MD4: MD4_Init(&s->u.md4); break;
  case DIGEST_MD5: MD5_Init(&s->u.md5); break;
  case DIGEST_SHA1: SHA1_Init(&s->u.sha1); break;
  case DIGEST_SHA256: SHA256_Init(&s->u.sha256); break;
  case DIGEST_SHA512: SHA512_Init(&s->u.sha512); break;
  }
}

void digest_add(struct digest_state *s, const void *data, size_t len)
{
  switch (s->kind) {
  case DIGEST_MD4: MD4_Update(&s->u.md4, data, len); break;
  case DIGEST_MD5: MD5_Update(&s->u.md5, data, len); break;
  case DIGEST_SHA1: SHA1_Update(&s->u.sha1, data, len); break;
  case DIGEST_SHA256: SHA256_Update(&s->u.sha256, data, len); break;
  case DIGEST_SHA512: SHA512_Update(&s->u.sha512, data, len); break;
  }
}

static void finish(struct digest_state *s, unsigned char *out)
{
  switch (s->kind) {
  case DIGEST_MD4: MD4_Final(out, &s->u.md4); break;
  case DIGEST_MD5: MD5_Final(out, &s->u.md5); break;
  case DIGEST_SHA1: SHA1_Final(out, &s->u.sha1); break;
  case DIGEST_SHA256: SHA256_Final(out, &s->u.sha256); break;
  case DIGEST_SHA512: SHA512_Final(out, &s->u.sha512); break;
  }
}

void digest_end(struct digest_state *s, unsigned char *out)
{
  finish(s, out);
  explicit_bzero(s, sizeof *s);
}

void digest_of(enum digest kind, const void *data, size_t len,
               unsigned char *out)
{
  struct digest_state s;

  digest_begin(&s, kind);
  digest_add(&s, data, len);
  digest_end(&s, out);
}

/* RFC 2104 section 2 */
void hmac_ready(struct hmac_key *k, enum digest kind, const void *key,
                size_t len)
{
  unsigned char pad[SHA512_CBLOCK] = {0};
  size_t n = block_size(kind), i;

  if (len > n) digest_of(kind, key, len, pad);
  else if (len) memcpy(pad, key, len);
  for (i = 0; i < n; i++) pad[i] ^= 0x36;
  digest_begin(&k->inner, kind);
  digest_add(&k->inner, pad, n);
  for (i = 0; i < n; i++) pad[i] ^= 0x36 ^ 0x5c;
  digest_begin(&k->outer, kind);
  digest_add(&k->outer, pad, n);
  explicit_bzero(pad, sizeof pad);
}

void hmac_of(const struct hmac_key *k, const void *data, size_t len,
             unsigned char *out)
{
  struct digest_state s = k->inner;

  digest_add(&s, data, len);
  finish(&s, out);
  s = k->outer;
  digest_add(&s, out, digest_size(s.kind));
  digest_end(&s, out);
}

/* One block of RFC 8018 section 5.2; u starts as salt and block number. */
static void block(const struct hmac_key *k, unsigned char *u, size_t ulen,
                  unsigned long rounds, unsigned char *sum)
{
  unsigned char v[DIGEST_MAX];
  size_t n = digest_size(k->inner.kind), i;

  hmac_of(k, u, ulen, v);
  memcpy(sum, v, n);
  while (--rounds) {
    hmac_of(k, v, n, v);
    for (i = 0; i < n; i++) sum[i] ^= v[i];
  }
  explicit_bzero(v, sizeof v);
}

void pbkdf2(enum digest kind, const void *password, size_t plen,
            const void *salt, size_t slen, unsigned long rounds,
            unsigned char *out, size_t len)
{
  struct hmac_key k;
  unsigned char sum[DIGEST_MAX], u[slen + 4];
  size_t n = digest_size(kind), take;
  unsigned long i;

  hmac_ready(&k, kind, password, plen);
  memcpy(u, salt, slen);
  for (i = 1; len; i++, out += take, len -= take) {
    u[slen] = (unsigned char)(i >> 24);
    u[slen + 1] = (unsigned char)(i >> 16);
    u[slen + 2] = (unsigned char)(i >> 8);
    u[slen + 3] = (unsigned char)i;
    block(&k, u, slen + 4, rounds, sum);
    take = len < n ? len : n;
    memcpy(out, sum, take);
  }
  explicit_bzero(&k, sizeof k);
  explicit_bzero(sum, sizeof sum);
}

int digest_same(const void *a, const void *b, size_t len)
{
  const unsigned char *x = a, *y = b;
  unsigned char diff = 0;
  size_t i;

  for (i = 0; i < len; i++) diff |= x[i] ^ y[i];
  return !diff;
}
