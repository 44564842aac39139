/* ISC licence; see LICENSE. */
/* Signed tokens: the examples of RFC 7515 appendix A.2 and A.3, of RFC 8037
 * appendix A, and what must not pass for one. */
#include "checkpassword/jwt.h"

#include <stdlib.h>
#include <string.h>

#include "checkpassword/claims.h"
#include "checkpassword/jwk.h"
#include "test.h"

/* RFC 7515 appendix A.2 */
#define RSA_N "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp" \
  "-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r" \
  "2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTB" \
  "EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmo" \
  "udF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
#define RSA_KEY "{\"kty\":\"RSA\",\"n\":\"" RSA_N "\",\"e\":\"AQAB\"}"
#define CLAIMS "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtc" \
  "GxlLmNvbS9pc19yb290Ijp0cnVlfQ"
#define RS256 "eyJhbGciOiJSUzI1NiJ9." CLAIMS "." \
  "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-" \
  "0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrn" \
  "byTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi1" \
  "2jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs" \
  "98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
/* RFC 7515 appendix A.3 */
#define EC_KEY "{\"kty\":\"EC\",\"crv\":\"P-256\"," \
  "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\"," \
  "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}"
#define ES256 "eyJhbGciOiJFUzI1NiJ9." CLAIMS "." \
  "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJ" \
  "qPP3-Kg6NU1Q"
/* RFC 8037 appendix A */
#define ED_KEY "{\"kty\":\"OKP\",\"crv\":\"Ed25519\"," \
  "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"
#define ED_SIG "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5B" \
  "hVsPt9g7sVvpAr_MuM0KAg"
#define ED_DATA "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
/* RFC 7515 appendix A.1: HS256, and A.5: none */
#define HS256 "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." CLAIMS "." \
  "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define HS_KEY "{\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQ" \
  "Lr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow\"}"
#define NONE "eyJhbGciOiJub25lIn0." CLAIMS "."

#define SET(keys) "{\"keys\":[" keys "]}"

static enum jwt_result open_with(const char *token, const char *set)
{
  json_t *keys = json_loads(set, 0, 0), *claims = 0;
  size_t len = strlen(token);
  char *exact = malloc(len ? len : 1);
  enum jwt_result r;

  memcpy(exact, token, len);
  r = jwt_open(exact, len, keys, &claims);
  if (r == JWT_GOOD)
    CHECK(!strcmp(json_string_value(json_object_get(claims, "iss")), "joe"));
  json_decref(claims);
  json_decref(keys);
  free(exact);
  return r;
}

static void test_rfc(void)
{
  json_t *k = json_loads(ED_KEY, 0, 0);
  EVP_PKEY *key = jwk_open(k);

  CHECK(open_with(RS256, SET(RSA_KEY)) == JWT_GOOD);
  CHECK(open_with(ES256, SET(EC_KEY)) == JWT_GOOD);
  CHECK(open_with(ES256, SET(RSA_KEY "," ED_KEY "," EC_KEY)) == JWT_GOOD);
  CHECK(key && jwk_may(k, "EdDSA") && !jwk_may(k, "ES256"));
  EVP_PKEY_free(key);
  json_decref(k);
  /* the payload of RFC 8037 is no object, but its signature is right */
  CHECK(open_with(ED_DATA "." ED_SIG, SET(ED_KEY)) == JWT_MALFORMED);
  CHECK(open_with(ED_DATA "x." ED_SIG, SET(ED_KEY)) == JWT_SIGNATURE);
}

static void test_confusion(void)
{
  CHECK(open_with(HS256, SET(HS_KEY)) == JWT_ALGORITHM);
  CHECK(open_with(HS256, SET(RSA_KEY)) == JWT_ALGORITHM);
  CHECK(open_with(NONE, SET(RSA_KEY)) == JWT_MALFORMED);
  CHECK(open_with(NONE "AA", SET(RSA_KEY)) == JWT_ALGORITHM);
  CHECK(open_with(RS256, SET(EC_KEY)) == JWT_KEY);
  CHECK(open_with(ES256, SET(RSA_KEY)) == JWT_KEY);
  CHECK(open_with(RS256, SET("{\"kty\":\"RSA\",\"alg\":\"PS256\",\"n\":\""
    RSA_N "\",\"e\":\"AQAB\"}")) == JWT_KEY);
  CHECK(open_with(RS256, SET("{\"kty\":\"RSA\",\"alg\":\"RS256\",\"n\":\""
    RSA_N "\",\"e\":\"AQAB\"}")) == JWT_GOOD);
  CHECK(open_with(RS256, SET("{\"kty\":\"RSA\",\"use\":\"enc\",\"n\":\""
    RSA_N "\",\"e\":\"AQAB\"}")) == JWT_KEY);
  CHECK(open_with(RS256, SET("{\"kty\":\"RSA\",\"key_ops\":[\"sign\"],"
    "\"n\":\"" RSA_N "\",\"e\":\"AQAB\"}")) == JWT_KEY);
  /* a short one, and an exponent that signs everything */
  CHECK(open_with(RS256, SET("{\"kty\":\"RSA\",\"n\":\"ofgWCuLjybRlzo0tZWJj\","
    "\"e\":\"AQAB\"}")) == JWT_KEY);
  CHECK(open_with(RS256, SET("{\"kty\":\"RSA\",\"n\":\"" RSA_N
    "\",\"e\":\"AQ\"}")) == JWT_KEY);
  /* a point that is not on the curve */
  CHECK(open_with(ES256, SET("{\"kty\":\"EC\",\"crv\":\"P-256\","
    "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
    "\"y\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\"}")) == JWT_KEY);
}

static void test_forms(void)
{
  static const char *const bad[] = {
    "", ".", "..", "...", "a.b.c", "e30.e30.AA", RS256 ".", "." RS256,
    "eyJhbGciOiJSUzI1NiJ9" "." CLAIMS, "eyJhbGciOiJSUzI1NiJ9=." CLAIMS ".AA",
    "eyJhbGciOiJSUzI1NiJ9." CLAIMS ".AA=",
    /* {"alg":"RS256","crit":["x"]} and {"alg":"none","alg":"RS256"} */
    "eyJhbGciOiJSUzI1NiIsImNyaXQiOlsieCJdfQ." CLAIMS ".AA",
    "eyJhbGciOiJub25lIiwiYWxnIjoiUlMyNTYifQ." CLAIMS ".AA", 0
  };
  static char big[JWT_MAX + 2];
  int i;

  for (i = 0; bad[i]; i++)
    CHECK(open_with(bad[i], SET(RSA_KEY)) == JWT_MALFORMED);
  CHECK(open_with("eyJhbGciOiJSUzI1NiJ9." CLAIMS ".AA", SET(RSA_KEY))
    == JWT_SIGNATURE);
  CHECK(open_with(RS256, SET("")) == JWT_KEY);
  CHECK(open_with(RS256, SET("1,\"x\",null," RSA_KEY)) == JWT_GOOD);
  memset(big, '[', sizeof big - 1);
  big[10] = big[20] = '.';
  CHECK(open_with(big, SET(RSA_KEY)) == JWT_MALFORMED);
  CHECK(jwt_is(RS256, strlen(RS256)) && !jwt_is("opaque", 6));
}

static const char *claim(const char *text, const struct claims_want *w,
                         const char **user)
{
  static json_t *c;

  json_decref(c);
  c = json_loads(text, 0, 0);
  *user = 0;
  return claims_check(c, w, 1000000, user);
}

#define REFUSES(text, why) SAME(claim("{" text "}", &w, &user), why)

static void test_claims(void)
{
  struct claims_want w = { "i", "me you", 0, "sub", 1 };
  const char *user;

  REFUSES("\"iss\":\"i\",\"aud\":\"me\",\"exp\":1000001,\"sub\":\"joe\"", 0);
  SAME(user, "joe");
  REFUSES("\"iss\":\"i\",\"aud\":[\"x\",\"you\"],\"exp\":1e6,\"sub\":\"j\"", 0);
  REFUSES("\"iss\":\"i\",\"aud\":\"me\",\"sub\":\"joe\"", "expired");
  REFUSES("\"iss\":\"i\",\"aud\":\"me\",\"exp\":999940,\"sub\":\"j\"",
    "expired");
  REFUSES("\"iss\":\"i\",\"aud\":\"me\",\"exp\":999941,\"sub\":\"j\"", 0);
  REFUSES("\"iss\":\"i\",\"aud\":\"me\",\"exp\":\"9999999\",\"sub\":\"j\"",
    "expired");
  REFUSES("\"iss\":\"i\",\"aud\":\"me\",\"exp\":1e7,\"nbf\":1000061,"
    "\"sub\":\"j\"", "not-yet");
  REFUSES("\"iss\":\"i\",\"aud\":\"me\",\"exp\":1e7,\"nbf\":1000060,"
    "\"sub\":\"j\"", 0);
  REFUSES("\"iss\":\"ii\",\"aud\":\"me\",\"exp\":1e7,\"sub\":\"j\"", "issuer");
  REFUSES("\"aud\":\"me\",\"exp\":1e7,\"sub\":\"j\"", "issuer");
  REFUSES("\"iss\":\"i\",\"aud\":\"m\",\"exp\":1e7,\"sub\":\"j\"", "audience");
  REFUSES("\"iss\":\"i\",\"aud\":\"me you\",\"exp\":1e7,\"sub\":\"j\"",
    "audience");
  REFUSES("\"iss\":\"i\",\"aud\":\"\",\"exp\":1e7,\"sub\":\"j\"", "audience");
  REFUSES("\"iss\":\"i\",\"aud\":[],\"exp\":1e7,\"sub\":\"j\"", "audience");
  REFUSES("\"iss\":\"i\",\"exp\":1e7,\"sub\":\"j\"", "audience");
  REFUSES("\"iss\":\"i\",\"aud\":\"me\",\"exp\":1e7", "claim");
  REFUSES("\"iss\":\"i\",\"aud\":\"me\",\"exp\":1e7,\"sub\":\"\"", "claim");
  REFUSES("\"iss\":\"i\",\"aud\":\"me\",\"exp\":1e7,\"sub\":7", "claim");
  w = (struct claims_want){ 0, 0, "mail", "email", 0 };
  REFUSES("\"scope\":\"a mail b\",\"email\":\"j\"", 0);
  REFUSES("\"scope\":\"email\",\"email\":\"j\"", "scope");
  REFUSES("\"scp\":[\"a\",\"mail\"],\"email\":\"j\"", 0);
  REFUSES("\"scp\":[\"a\"],\"email\":\"j\"", "scope");
  REFUSES("\"email\":\"j\"", "scope");
  REFUSES("\"scope\":\"mail\",\"email\":\"j\",\"email_verified\":false",
    "claim");
  REFUSES("\"scope\":\"mail\",\"email\":\"j\",\"email_verified\":true", 0);
  REFUSES("\"scope\":\"mail\",\"email\":\"j\",\"email_verified\":\"true\"", 0);
  REFUSES("\"scope\":\"mail\",\"email\":\"j\",\"email_verified\":\"false\"",
    "claim");
  REFUSES("\"scope\":\"mail\",\"email\":\"j\",\"email_verified\":0", "claim");
  REFUSES("\"scope\":\"mail\",\"email\":\"j\",\"email_verified\":null",
    "claim");
}

int main(void)
{
  test_rfc();
  test_confusion();
  test_forms();
  test_claims();
  return test_end("jwt");
}
