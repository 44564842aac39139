/* ISC licence; see LICENSE. */
#include "remote_key.h"

#include <string.h>
#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>

#include "base/alloc.h"
#include "keyclient.h"

#define PARAM_NUMBER "roost-number"
#define PARAM_PUBLIC "roost-public"     /* DER SubjectPublicKeyInfo */

/* a provider's functions are of many types and stored as one */
#define FN(number, function) { (number), (void (*)(void))(function) }
#define END { 0, 0 }

static int context;             /* the provider's: there is nothing in it */

/* -------------------------------------------------------------- the keys */

struct key {
  EVP_PKEY *public;             /* of OpenSSL's own provider */
  uint64_t number;              /* 0: only the public half */
};

static void *key_new(void *provider)
{
  struct key *k = xalloc(sizeof *k);

  (void)provider;
  memset(k, 0, sizeof *k);
  return k;
}

static void key_free(void *key)
{
  struct key *k = key;

  if (!k) return;
  EVP_PKEY_free(k->public);
  free(k);
}

static int key_has(const void *key, int selection)
{
  const struct key *k = key;

  if (!k || !k->public) return 0;
  return !(selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) || k->number;
}

static int key_match(const void *a, const void *b, int selection)
{
  const struct key *k = a, *l = b;

  (void)selection;
  return k->public && l->public && EVP_PKEY_eq(k->public, l->public) == 1;
}

/* a public key as OpenSSL describes its own, to compare with one of ours */
static int import_public(struct key *k, const char *type,
  const OSSL_PARAM *params)
{
  EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(0, type, 0);
  int ok = ctx && EVP_PKEY_fromdata_init(ctx) == 1
    && EVP_PKEY_fromdata(ctx, &k->public, EVP_PKEY_PUBLIC_KEY,
      (OSSL_PARAM *)params) == 1;

  EVP_PKEY_CTX_free(ctx);
  return ok;
}

static int key_import(struct key *k, const char *type,
  const OSSL_PARAM *params)
{
  const OSSL_PARAM *p = OSSL_PARAM_locate_const(params, PARAM_PUBLIC);
  const OSSL_PARAM *n = OSSL_PARAM_locate_const(params, PARAM_NUMBER);
  const unsigned char *der;

  if (!p) return import_public(k, type, params);
  der = p->data;
  k->public = d2i_PUBKEY(0, &der, (long)p->data_size);
  return k->public && n && OSSL_PARAM_get_uint64(n, &k->number);
}

static int rsa_import(void *k, int selection, const OSSL_PARAM *params)
{
  (void)selection;
  return key_import(k, "RSA", params);
}

static int ec_import(void *k, int selection, const OSSL_PARAM *params)
{
  (void)selection;
  return key_import(k, "EC", params);
}

static int ed25519_import(void *k, int selection, const OSSL_PARAM *params)
{
  (void)selection;
  return key_import(k, "ED25519", params);
}

static const OSSL_PARAM *import_types(int selection)
{
  static const OSSL_PARAM types[] = {
    OSSL_PARAM_uint64(PARAM_NUMBER, 0),
    OSSL_PARAM_octet_string(PARAM_PUBLIC, 0, 0),
    OSSL_PARAM_END
  };

  (void)selection;
  return types;
}

/*
 * The private half cannot be exported, and a copy without it would sign
 * nothing: whoever wants all of the key has to use this provider.
 */
static int key_export(void *key, int selection, OSSL_CALLBACK *give,
  void *arg)
{
  struct key *k = key;

  if (selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) return 0;
  return EVP_PKEY_export(k->public, EVP_PKEY_PUBLIC_KEY, give, arg);
}

static int key_get(void *key, OSSL_PARAM *params)
{
  struct key *k = key;

  return EVP_PKEY_get_params(k->public, params);
}

static const OSSL_PARAM *key_gettable(void *provider)
{
  static const OSSL_PARAM types[] = {
    OSSL_PARAM_int(OSSL_PKEY_PARAM_BITS, 0),
    OSSL_PARAM_int(OSSL_PKEY_PARAM_SECURITY_BITS, 0),
    OSSL_PARAM_int(OSSL_PKEY_PARAM_MAX_SIZE, 0),
    OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, 0, 0),
    OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_DEFAULT_DIGEST, 0, 0),
    OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_MANDATORY_DIGEST, 0, 0),
    OSSL_PARAM_END
  };

  (void)provider;
  return types;
}

/* by this OpenSSL learns that an EC key signs by ECDSA */
static const char *ec_operation(int operation)
{
  return operation == OSSL_OP_SIGNATURE ? "ECDSA" : 0;
}

#define KEY_FUNCTIONS(import) \
  FN(OSSL_FUNC_KEYMGMT_NEW, key_new), \
  FN(OSSL_FUNC_KEYMGMT_FREE, key_free), \
  FN(OSSL_FUNC_KEYMGMT_HAS, key_has), \
  FN(OSSL_FUNC_KEYMGMT_MATCH, key_match), \
  FN(OSSL_FUNC_KEYMGMT_IMPORT, import), \
  FN(OSSL_FUNC_KEYMGMT_IMPORT_TYPES, import_types), \
  FN(OSSL_FUNC_KEYMGMT_EXPORT, key_export), \
  FN(OSSL_FUNC_KEYMGMT_EXPORT_TYPES, import_types), \
  FN(OSSL_FUNC_KEYMGMT_GET_PARAMS, key_get), \
  FN(OSSL_FUNC_KEYMGMT_GETTABLE_PARAMS, key_gettable)

static const OSSL_DISPATCH rsa_keys[] = { KEY_FUNCTIONS(rsa_import), END };
static const OSSL_DISPATCH ec_keys[] = { KEY_FUNCTIONS(ec_import),
  FN(OSSL_FUNC_KEYMGMT_QUERY_OPERATION_NAME, ec_operation), END };
static const OSSL_DISPATCH ed25519_keys[] = { KEY_FUNCTIONS(ed25519_import),
  END };

/* --------------------------------------------------------- the signatures */

struct signer {
  const struct key *key;        /* borrowed: OpenSSL keeps it meanwhile */
  enum key_hash hash;
  int pss;
};

static void *signer_new(void *provider, const char *properties)
{
  struct signer *s = xalloc(sizeof *s);

  (void)provider;
  (void)properties;
  memset(s, 0, sizeof *s);
  return s;
}

static int signer_init(void *ctx, const char *md, void *key,
  const OSSL_PARAM *params)
{
  struct signer *s = ctx;

  (void)params;
  s->key = key;
  s->pss = 0;
  if (!md || !*md) s->hash = KEY_NOHASH;
  else if (!strcasecmp(md, "SHA256") || !strcasecmp(md, "SHA2-256"))
    s->hash = KEY_SHA256;
  else if (!strcasecmp(md, "SHA384") || !strcasecmp(md, "SHA2-384"))
    s->hash = KEY_SHA384;
  else if (!strcasecmp(md, "SHA512") || !strcasecmp(md, "SHA2-512"))
    s->hash = KEY_SHA512;
  else return 0;
  return s->key && s->key->number;
}

static enum key_pad pad_of(const struct signer *s)
{
  if (!EVP_PKEY_is_a(s->key->public, "RSA")) return KEY_NOPAD;
  return s->pss ? KEY_PSS : KEY_PKCS1;
}

static int signer_sign(void *ctx, unsigned char *sig, size_t *siglen,
  size_t size, const unsigned char *tbs, size_t len)
{
  struct signer *s = ctx;

  *siglen = (size_t)EVP_PKEY_get_size(s->key->public);
  if (!sig) return 1;
  if (size < *siglen) return 0;
  return keyclient_sign(s->key->number, s->hash, pad_of(s), tbs, len, sig,
    siglen) == 0;
}

/* the padding as a word or a number; the salt is as long as the hash */
static int signer_set(void *ctx, const OSSL_PARAM *params)
{
  struct signer *s = ctx;
  const OSSL_PARAM *p;
  int n;

  if (!params) return 1;
  p = OSSL_PARAM_locate_const(params, OSSL_SIGNATURE_PARAM_PAD_MODE);
  if (!p) return 1;
  if (p->data_type == OSSL_PARAM_UTF8_STRING)
    s->pss = !strcmp(p->data, OSSL_PKEY_RSA_PAD_MODE_PSS);
  else {
    if (!OSSL_PARAM_get_int(p, &n)) return 0;
    s->pss = n == RSA_PKCS1_PSS_PADDING;
  }
  return 1;
}

static const OSSL_PARAM *signer_settable(void *ctx, void *provider)
{
  static const OSSL_PARAM types[] = {
    OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PAD_MODE, 0, 0),
    OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PSS_SALTLEN, 0, 0),
    OSSL_PARAM_END
  };

  (void)ctx;
  (void)provider;
  return types;
}

static const OSSL_DISPATCH signatures[] = {
  FN(OSSL_FUNC_SIGNATURE_NEWCTX, signer_new),
  FN(OSSL_FUNC_SIGNATURE_FREECTX, free),
  FN(OSSL_FUNC_SIGNATURE_DIGEST_SIGN_INIT, signer_init),
  FN(OSSL_FUNC_SIGNATURE_DIGEST_SIGN, signer_sign),
  FN(OSSL_FUNC_SIGNATURE_SET_CTX_PARAMS, signer_set),
  FN(OSSL_FUNC_SIGNATURE_SETTABLE_CTX_PARAMS, signer_settable),
  END
};

/* ----------------------------------------------------------- the provider */

static const OSSL_ALGORITHM key_algorithms[] = {
  { "RSA:rsaEncryption:1.2.840.113549.1.1.1", "provider=roost", rsa_keys, 0 },
  { "EC:id-ecPublicKey:1.2.840.10045.2.1", "provider=roost", ec_keys, 0 },
  { "ED25519:1.3.101.112", "provider=roost", ed25519_keys, 0 },
  { 0, 0, 0, 0 }
};

static const OSSL_ALGORITHM signature_algorithms[] = {
  { "RSA:rsaEncryption", "provider=roost", signatures, 0 },
  { "ECDSA", "provider=roost", signatures, 0 },
  { "ED25519", "provider=roost", signatures, 0 },
  { 0, 0, 0, 0 }
};

static const OSSL_ALGORITHM *query(void *provider, int operation, int *nocache)
{
  (void)provider;
  *nocache = 0;
  if (operation == OSSL_OP_KEYMGMT) return key_algorithms;
  if (operation == OSSL_OP_SIGNATURE) return signature_algorithms;
  return 0;
}

static const OSSL_DISPATCH provider_functions[] = {
  FN(OSSL_FUNC_PROVIDER_QUERY_OPERATION, query), END
};

static int provider_init(const OSSL_CORE_HANDLE *handle,
  const OSSL_DISPATCH *in, const OSSL_DISPATCH **out, void **provider)
{
  (void)handle;
  (void)in;
  *out = provider_functions;
  *provider = &context;
  return 1;
}

static OSSL_LIB_CTX *library(void)
{
  static OSSL_LIB_CTX *lib;

  if (lib) return lib;
  lib = OSSL_LIB_CTX_new();
  if (!lib) die_nomem();
  if (!OSSL_PROVIDER_add_builtin(lib, "roost", provider_init)
      || !OSSL_PROVIDER_load(lib, "roost")) {
    OSSL_LIB_CTX_free(lib);
    lib = 0;
  }
  return lib;
}

static const char *type_of(EVP_PKEY *k)
{
  static const char *const types[] = { "RSA", "EC", "ED25519", 0 };
  int i;

  for (i = 0; types[i]; i++)
    if (EVP_PKEY_is_a(k, types[i])) return types[i];
  return 0;
}

EVP_PKEY *remote_key(X509 *x, uint64_t number)
{
  EVP_PKEY *public = X509_get0_pubkey(x), *key = 0;
  const char *type = public ? type_of(public) : 0;
  EVP_PKEY_CTX *ctx = 0;
  unsigned char *der = 0;
  OSSL_PARAM params[3];
  int len;

  if (!type || !library()) return 0;
  len = i2d_PUBKEY(public, &der);
  if (len <= 0) return 0;
  params[0] = OSSL_PARAM_construct_uint64(PARAM_NUMBER, &number);
  params[1] = OSSL_PARAM_construct_octet_string(PARAM_PUBLIC, der,
    (size_t)len);
  params[2] = OSSL_PARAM_construct_end();
  ctx = EVP_PKEY_CTX_new_from_name(library(), type, 0);
  if (!ctx || EVP_PKEY_fromdata_init(ctx) != 1
      || EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) != 1)
    key = 0;
  EVP_PKEY_CTX_free(ctx);
  OPENSSL_free(der);
  return key;
}
