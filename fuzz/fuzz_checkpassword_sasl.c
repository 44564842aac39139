/* ISC licence; see LICENSE. */
/*
 * What strangers write to an authenticator of SASL mechanisms. The first
 * octet says what it is: 0 a first message of SCRAM and, behind a LF, a final
 * one; 1 OAUTHBEARER, 2 XOAUTH2; 3 a signed token; 4 a name or password for
 * SASLprep; 5 a set of keys.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkpassword/claims.h"
#include "checkpassword/jwk.h"
#include "checkpassword/jwt.h"
#include "checkpassword/oauth_message.h"
#include "checkpassword/saslprep.h"
#include "checkpassword/scram.h"

const char *PROG = "fuzz_checkpassword_sasl";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void scram(const char *s, size_t len)
{
  struct scram x = { .digest = DIGEST_SHA256, .plus_offered = 1,
    .plus = len & 1, .exporter = "00ff", .end_point = "abcd" };
  struct scram_keys k = SCRAM_KEYS_ZERO;
  stralloc out = STRALLOC_ZERO;
  const char *lf = memchr(s, '\n', len);
  size_t n = lf ? (size_t)(lf - s) : len;

  if (!scram_first(&x, s, n) && lf) {
    if (strlen(x.name.s) + 1 != x.name.len || x.name.len < 2) abort();
    scram_fake(&k, x.digest, x.name.s, 0, "secret", 6);
    scram_challenge(&x, &k, "nonce", &out);
    /* nobody has these keys, so nothing proves them */
    if (!scram_final(&x, &k, lf + 1, len - n - 1, &out)) abort();
  }
  scram_keys_free(&k);
  scram_free(&x);
  stralloc_free(&out);
}

static void message(int bearer, const char *s, size_t len)
{
  struct oauth_message m = { .user = STRALLOC_ZERO };

  if (oauth_message(&m, bearer, s, len) == 0 && !*m.token.s) abort();
  if (strlen(m.user.s) + 1 != m.user.len) abort();
  oauth_message_free(&m);
}

static void token(const char *s, size_t len)
{
  static json_t *keys;
  json_t *claims = 0;

  if (!keys)
    keys = json_loads("{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
      "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}", 0, 0);
  /* whoever signed the example of RFC 8037 signed nothing else */
  if (jwt_open(s, len, keys, &claims) == JWT_GOOD) abort();
}

static void prepare(const char *s, size_t len)
{
  stralloc out = STRALLOC_ZERO, again = STRALLOC_ZERO;

  if (saslprep(&out, s, len) == 0 && out.len - 1 <= SASLPREP_MAX
      && (saslprep(&again, out.s, out.len - 1) == -1
        || again.len != out.len || memcmp(again.s, out.s, out.len)))
    abort();                    /* prepared once is prepared */
  stralloc_free(&out);
  stralloc_free(&again);
}

static void set_of_keys(const char *s, size_t len)
{
  struct claims_want want = { "i", "a", "s", "email", 1 };
  json_t *o = json_loadb(s, len, JSON_REJECT_DUPLICATES, 0);
  const json_t *k = json_array_get(json_object_get(o, "keys"), 0);
  const char *user;
  EVP_PKEY *key;

  if (json_is_object(o)) claims_check(o, &want, 1000000, &user);
  if (k && (key = jwk_open(k))) {
    if (jwk_may(k, "none") || jwk_may(k, "HS256")) abort();
    EVP_PKEY_free(key);
  }
  json_decref(o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  char *s;

  if (!len || len > 16384) return 0;
  s = xalloc(len - 1);
  if (len > 1) memcpy(s, data + 1, len - 1);
  switch (data[0] & 7) {
    case 0: scram(s, len - 1); break;
    case 1: message(1, s, len - 1); break;
    case 2: message(0, s, len - 1); break;
    case 3: token(s, len - 1); break;
    case 4: prepare(s, len - 1); break;
    case 5: set_of_keys(s, len - 1); break;
  }
  free(s);
  return 0;
}
