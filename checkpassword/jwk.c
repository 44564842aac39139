/* ISC licence; see LICENSE. */
#include "jwk.h"

#include <string.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "base/alloc.h"
#include "encoding.h"

#define RSA_BITS_MIN 2048       /* RFC 7518 section 3.3 */
#define RSA_BITS_MAX 8192
#define EXPONENT_BITS_MAX 64

/* RFC 7518 section 3.1, RFC 8037: what a key of a kind may be used with */
static const struct algorithm {
  const char *name, *kty, *crv, *digest;
  int pss;
  int size;                     /* of a half of an ECDSA signature */
} algorithms[] = {
  { "RS256", "RSA", 0, "SHA256", 0, 0 },
  { "RS384", "RSA", 0, "SHA384", 0, 0 },
  { "RS512", "RSA", 0, "SHA512", 0, 0 },
  { "PS256", "RSA", 0, "SHA256", 1, 0 },
  { "PS384", "RSA", 0, "SHA384", 1, 0 },
  { "PS512", "RSA", 0, "SHA512", 1, 0 },
  { "ES256", "EC", "P-256", "SHA256", 0, 32 },
  { "ES384", "EC", "P-384", "SHA384", 0, 48 },
  { "ES512", "EC", "P-521", "SHA512", 0, 66 },
  { "EdDSA", "OKP", "Ed25519", 0, 0, 0 },
  { "Ed25519", "OKP", "Ed25519", 0, 0, 0 },
  { 0, 0, 0, 0, 0, 0 }
};

static const struct algorithm *algorithm(const char *name)
{
  const struct algorithm *a = algorithms;

  while (a->name && strcmp(a->name, name)) a++;
  return a->name ? a : 0;
}

/* a member that is a string, or "" */
static const char *text(const json_t *o, const char *name)
{
  const char *s = json_string_value(json_object_get(o, name));

  return s ? s : "";
}

static int has(const json_t *array, const char *want)
{
  size_t i;
  const char *s;

  for (i = 0; i < json_array_size(array); i++) {
    s = json_string_value(json_array_get(array, i));
    if (s && !strcmp(s, want)) return 1;
  }
  return 0;
}

int jwk_may(const json_t *key, const char *alg)
{
  const struct algorithm *a = algorithm(alg);
  const char *own = text(key, "alg"), *use = text(key, "use");
  const json_t *ops = json_object_get(key, "key_ops");

  if (!a || strcmp(text(key, "kty"), a->kty)) return 0;
  if (a->crv && strcmp(text(key, "crv"), a->crv)) return 0;
  if (*own && strcmp(own, alg)) return 0;
  if (*use && strcmp(use, "sig")) return 0;
  return !ops || has(ops, "verify");
}

/* the octets of a member in base64url; 1, or 0 */
static int octets(stralloc *out, const json_t *key, const char *name)
{
  const char *s = text(key, name);

  out->len = 0;
  return *s && !strchr(s, '=')
    && base64_take(out, s, strlen(s), BASE64_URL) == 0;
}

static EVP_PKEY *made(const char *type, OSSL_PARAM_BLD *b)
{
  EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(0, type, 0);
  OSSL_PARAM *p = OSSL_PARAM_BLD_to_param(b);
  EVP_PKEY *key = 0;

  if (!ctx || !p || EVP_PKEY_fromdata_init(ctx) != 1
      || EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, p) != 1)
    key = 0;
  OSSL_PARAM_free(p);
  EVP_PKEY_CTX_free(ctx);
  return key;
}

static BIGNUM *number(const json_t *key, const char *name, int max)
{
  stralloc s = STRALLOC_ZERO;
  BIGNUM *n = 0;

  if (octets(&s, key, name) && s.len <= (size_t)max / 8)
    n = BN_bin2bn((unsigned char *)s.s, (int)s.len, 0);
  stralloc_free(&s);
  return n;
}

static EVP_PKEY *open_rsa(const json_t *key)
{
  OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
  BIGNUM *n = number(key, "n", RSA_BITS_MAX);
  BIGNUM *e = number(key, "e", EXPONENT_BITS_MAX);
  EVP_PKEY *r = 0;

  if (b && n && e && BN_num_bits(n) >= RSA_BITS_MIN && BN_is_odd(n)
      && BN_is_odd(e) && !BN_is_one(e)
      && OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, n)
      && OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, e))
    r = made("RSA", b);
  BN_free(n);
  BN_free(e);
  OSSL_PARAM_BLD_free(b);
  return r;
}

/* OpenSSL looks whether the point is on the curve */
static EVP_PKEY *open_ec(const json_t *key, int size)
{
  OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
  stralloc x = STRALLOC_ZERO, y = STRALLOC_ZERO, point = STRALLOC_ZERO;
  EVP_PKEY *r = 0;

  if (octets(&x, key, "x") && octets(&y, key, "y")
      && x.len == (size_t)size && y.len == (size_t)size) {
    stralloc_append(&point, 4);         /* not compressed */
    stralloc_catb(&point, x.s, x.len);
    stralloc_catb(&point, y.s, y.len);
    if (b && OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME,
          text(key, "crv"), 0)
        && OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY,
          point.s, point.len))
      r = made("EC", b);
  }
  stralloc_free(&x);
  stralloc_free(&y);
  stralloc_free(&point);
  OSSL_PARAM_BLD_free(b);
  return r;
}

static EVP_PKEY *open_ed25519(const json_t *key)
{
  stralloc x = STRALLOC_ZERO;
  EVP_PKEY *r = 0;

  if (octets(&x, key, "x") && x.len == 32)
    r = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, 0, (unsigned char *)x.s,
      x.len);
  stralloc_free(&x);
  return r;
}

EVP_PKEY *jwk_open(const json_t *key)
{
  const struct algorithm *a = algorithms;
  const char *kty = text(key, "kty"), *crv = text(key, "crv");

  if (!strcmp(kty, "RSA")) return open_rsa(key);
  if (!strcmp(kty, "OKP") && !strcmp(crv, "Ed25519"))
    return open_ed25519(key);
  for (; a->name; a++)
    if (a->size && !strcmp(kty, a->kty) && !strcmp(crv, a->crv))
      return open_ec(key, a->size);
  return 0;
}

/* RFC 7518 section 3.4: two numbers of fixed size, where OpenSSL wants DER */
static int der(stralloc *out, const unsigned char *s, size_t len, size_t half)
{
  ECDSA_SIG *sig = ECDSA_SIG_new();
  BIGNUM *r, *v;
  unsigned char *octets = 0;
  int n = -1;

  if (sig && len == 2 * half) {
    r = BN_bin2bn(s, (int)half, 0);
    v = BN_bin2bn(s + half, (int)half, 0);
    if (r && v && ECDSA_SIG_set0(sig, r, v)) n = i2d_ECDSA_SIG(sig, &octets);
    else {
      BN_free(r);
      BN_free(v);
    }
  }
  if (n > 0) stralloc_copyb(out, (char *)octets, (size_t)n);
  OPENSSL_free(octets);
  ECDSA_SIG_free(sig);
  return n > 0;
}

int jwk_verify(EVP_PKEY *key, const char *alg, const void *data, size_t len,
               const void *signature, size_t slen)
{
  const struct algorithm *a = algorithm(alg);
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  EVP_PKEY_CTX *p;
  stralloc sig = STRALLOC_ZERO;
  int r = 0;

  if (!a || !ctx) goto done;
  if (!a->size) stralloc_copyb(&sig, signature, slen);
  else if (!der(&sig, signature, slen, (size_t)a->size)) goto done;
  if (EVP_DigestVerifyInit_ex(ctx, &p, a->digest, 0, 0, key, 0) != 1)
    goto done;
  if (a->pss && (EVP_PKEY_CTX_set_rsa_padding(p, RSA_PKCS1_PSS_PADDING) != 1
      || EVP_PKEY_CTX_set_rsa_pss_saltlen(p, RSA_PSS_SALTLEN_DIGEST) != 1))
    goto done;
  r = EVP_DigestVerify(ctx, (unsigned char *)sig.s, sig.len, data, len) == 1;
done:
  EVP_MD_CTX_free(ctx);
  stralloc_free(&sig);
  return r;
}
