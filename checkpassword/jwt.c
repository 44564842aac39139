/* ISC licence; see LICENSE. */
#include "jwt.h"

#include <string.h>

#include "base/alloc.h"
#include "encoding.h"
#include "jwk.h"

/* header.claims.signature */
struct parts {
  const char *s[3];
  size_t len[3];
  size_t both;                  /* octets that are signed */
};

static int split(struct parts *p, const char *token, size_t len)
{
  const char *end = token + len, *dot;
  int i;

  for (i = 0; i < 3; i++) {
    dot = memchr(token, '.', (size_t)(end - token));
    if ((i < 2) != (dot != 0)) return -1;
    if (i == 2) dot = end;
    p->s[i] = token;
    p->len[i] = (size_t)(dot - token);
    if (!p->len[i]) return -1;
    token = dot + 1;
  }
  p->both = p->len[0] + 1 + p->len[1];
  return 0;
}

int jwt_is(const char *token, size_t len)
{
  struct parts p;

  return split(&p, token, len) == 0;
}

/* base64url without padding, RFC 7515 section 2 */
static int decode(stralloc *out, const char *s, size_t len)
{
  out->len = 0;
  return memchr(s, '=', len) ? -1 : base64_take(out, s, len, BASE64_URL);
}

/* an object, or 0; names that come twice could mean two things */
static json_t *object(const char *s, size_t len)
{
  stralloc text = STRALLOC_ZERO;
  json_t *o = 0;

  if (decode(&text, s, len) == 0)
    o = json_loadb(text.s, text.len, JSON_REJECT_DUPLICATES, 0);
  stralloc_free(&text);
  if (json_is_object(o)) return o;
  json_decref(o);
  return 0;
}

static int known(const char *alg)
{
  static const char *const kinds[] = {
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384",
    "ES512", "EdDSA", "Ed25519", 0
  };
  int i = 0;

  while (kinds[i] && strcmp(kinds[i], alg)) i++;
  return kinds[i] != 0;
}

/* 1 if this key may have made the token with this header */
static int fits(const json_t *key, const char *kid, const char *alg)
{
  const char *own = json_string_value(json_object_get(key, "kid"));

  if (kid && (!own || strcmp(kid, own))) return 0;
  return jwk_may(key, alg);
}

static enum jwt_result check(const struct parts *p, const json_t *header,
                             const json_t *keys)
{
  const char *alg = json_string_value(json_object_get(header, "alg"));
  const json_t *kid = json_object_get(header, "kid"), *key;
  const json_t *set = json_object_get(keys, "keys");
  stralloc signature = STRALLOC_ZERO;
  enum jwt_result r = JWT_KEY;
  EVP_PKEY *k;
  size_t i;

  if (!alg || (kid && !json_is_string(kid))) return JWT_MALFORMED;
  if (json_object_get(header, "crit")) return JWT_MALFORMED;
  if (!known(alg)) return JWT_ALGORITHM;
  if (decode(&signature, p->s[2], p->len[2]) == -1) r = JWT_MALFORMED;
  for (i = 0; r != JWT_MALFORMED && i < JWK_KEYS_MAX
       && (key = json_array_get(set, i)); i++) {
    if (!fits(key, json_string_value(kid), alg)) continue;
    k = jwk_open(key);
    if (!k) continue;
    r = jwk_verify(k, alg, p->s[0], p->both, signature.s, signature.len)
      ? JWT_GOOD : JWT_SIGNATURE;
    EVP_PKEY_free(k);
    if (r == JWT_GOOD) break;
  }
  stralloc_free(&signature);
  return r;
}

enum jwt_result jwt_open(const char *token, size_t len, const json_t *keys,
                         json_t **claims)
{
  struct parts p;
  json_t *header;
  enum jwt_result r;

  if (len > JWT_MAX || split(&p, token, len) == -1) return JWT_MALFORMED;
  header = object(p.s[0], p.len[0]);
  if (!header) return JWT_MALFORMED;
  r = check(&p, header, keys);
  json_decref(header);
  if (r != JWT_GOOD) return r;
  *claims = object(p.s[1], p.len[1]);
  return *claims ? JWT_GOOD : JWT_MALFORMED;
}
