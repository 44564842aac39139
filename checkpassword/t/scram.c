/* ISC licence; see LICENSE. */
/* SCRAM's server: the exchanges of RFC 5802 section 5 and RFC 7677 section
 * 3, and messages that are not as they should be. */
#include "checkpassword/scram.h"

#include <stdlib.h>
#include <string.h>

#include "checkpassword/pwkeys.h"
#include "checkpassword/encoding.h"
#include "test.h"

static struct scram x;
static struct scram_keys keys;
static stralloc out;

static void fresh(enum digest digest, int plus, int offered)
{
  scram_free(&x);
  memset(&x, 0, sizeof x);
  x.digest = digest;
  x.plus = plus;
  x.plus_offered = offered;
}

/* each message from memory that ends where it does */
static const char *first(const char *msg, size_t len)
{
  char *exact = malloc(len ? len : 1);
  const char *r;

  memcpy(exact, msg, len);
  r = scram_first(&x, exact, len);
  free(exact);
  return r ? r : "ok";
}

static const char *final(const char *msg, size_t len)
{
  char *exact = malloc(len ? len : 1);
  const char *r;

  memcpy(exact, msg, len);
  r = scram_final(&x, &keys, exact, len, &out);
  free(exact);
  return r ? r : "ok";
}

#define FIRST(s, want) CHECK(!strcmp(first((s), sizeof (s) - 1), (want)))
#define FINAL(s, want) CHECK(!strcmp(final((s), sizeof (s) - 1), (want)))
#define OUT(text) \
  CHECK(out.len == strlen(text) && !memcmp(out.s, (text), out.len))

static void keys_for(enum digest digest, const char *salt64)
{
  stralloc salt = STRALLOC_ZERO;

  base64_take(&salt, salt64, strlen(salt64), BASE64);
  scram_keys_make(&keys, digest, "pencil", salt.s, salt.len, 4096);
  stralloc_free(&salt);
}

static void test_rfc5802(void)
{
  fresh(DIGEST_SHA1, 0, 0);
  keys_for(DIGEST_SHA1, "QSXCR+Q6sek8bf92");
  FIRST("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL", "ok");
  CHECK(!strcmp(x.name.s, "user"));
  scram_challenge(&x, &keys, "3rfcNHYJY1ZVvWVs7j", &out);
  OUT("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,"
    "i=4096");
  FINAL("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
    "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "ok");
  OUT("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=");
}

static void begin_7677(void)
{
  fresh(DIGEST_SHA256, 0, 0);
  FIRST("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", "ok");
  scram_challenge(&x, &keys, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", &out);
}

#define NONCE "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
#define PROOF "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="

static void test_rfc7677(void)
{
  keys_for(DIGEST_SHA256, "W22ZaJ0SNY7soEsUEjb6gQ==");
  begin_7677();
  OUT("r=" NONCE ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
  FINAL("c=biws,r=" NONCE ",p=" PROOF, "ok");
  OUT("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

static void test_bad_proofs(void)
{
  static const char zeroes[] =
    "c=biws,r=" NONCE ",p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

  begin_7677();
  CHECK(!strcmp(final(zeroes, sizeof zeroes - 1), "invalid-proof"));
  begin_7677();
  FINAL("c=biws,r=" NONCE ",p=", "invalid-encoding");
  begin_7677();
  FINAL("c=biws,r=" NONCE ",p=AAAA", "invalid-encoding");
  begin_7677();
  FINAL("c=biws,r=" NONCE ",p=" PROOF "AAAA", "invalid-encoding");
  begin_7677();
  FINAL("c=biws,r=" NONCE "x,p=" PROOF, "other-error");
  begin_7677();
  FINAL("c=biws,r=rOprNGfwEbeRWgbNEkqO,p=" PROOF, "other-error");
  begin_7677();
  FINAL("c=eSws,r=" NONCE ",p=" PROOF, "channel-bindings-dont-match");
  begin_7677();
  FINAL("c=,r=" NONCE ",p=" PROOF, "channel-bindings-dont-match");
  begin_7677();
  FINAL("r=" NONCE ",c=biws,p=" PROOF, "channel-bindings-dont-match");
  begin_7677();
  FINAL("c=biws,p=" PROOF, "invalid-encoding");
  begin_7677();
  FINAL("c=biws,r=" NONCE, "invalid-encoding");
  begin_7677();
  FINAL("c=biws,r=" NONCE ",m=x,p=" PROOF, "extensions-not-supported");
  begin_7677();
  FINAL("c=biws,r=" NONCE ",x,p=" PROOF, "invalid-encoding");
  begin_7677();
  FINAL("c=biws,r=" NONCE ",x=1,p=" PROOF, "invalid-proof");
  begin_7677();
  FINAL("c=biws,r=" NONCE ",p=" PROOF "\0", "invalid-encoding");
  begin_7677();
  FINAL("", "invalid-encoding");
  FINAL(",", "invalid-encoding");
  FINAL("p=" PROOF, "invalid-encoding");
}

static void test_first(void)
{
  static const char *const bad[] = {
    "", ",", ",,", "n", "n,", "n,,", "n,,n=user", "n,,n=user,", "n,,n=,r=x",
    "n,,r=x,n=user", "n,,n=user,r=", "n,,n=user,r=a b", "n,,n=user,r=x,",
    "n,,n=user,r=x,y", "n,,n=user,r=x,=y", "n,,n=user,r=x,1=y", "x,,n=u,r=x",
    "N,,n=u,r=x", "p=,,n=u,r=x", "nn,,n=u,r=x", "n,b=u,n=u,r=x",
"n,,u,r=x", "n,,n=u,r=x\x7f", 0
  };
  int i;

  for (i = 0; bad[i]; i++) {
    fresh(DIGEST_SHA1, 0, 0);
    CHECK(!strcmp(first(bad[i], strlen(bad[i])), "invalid-encoding")
      || !strcmp(first(bad[i], strlen(bad[i])), "invalid-username-encoding"));
  }
  fresh(DIGEST_SHA1, 0, 0);
  FIRST("n,,n=us\0er,r=x", "invalid-encoding");
  FIRST("n,,n=a=2Cb=3Dc,r=x,z=1,y==", "ok");
  CHECK(!strcmp(x.name.s, "a,b=c"));
  FIRST("n,,n=a=2c,r=x", "invalid-username-encoding");
  FIRST("n,,n=a=,r=x", "invalid-username-encoding");
  FIRST("n,,n=a=2,r=x", "invalid-username-encoding");
  FIRST("n,,n=\xff,r=x", "invalid-username-encoding");
  FIRST("n,,n=\xc2\xad,r=x", "invalid-username-encoding");
  FIRST("n,,n=I\xc2\xadX,r=x", "ok");
  CHECK(!strcmp(x.name.s, "IX"));
  FIRST("n,,m=1,n=u,r=x", "extensions-not-supported");
  FIRST("n,,n=u,r=x,m=1", "extensions-not-supported");
  FIRST("n,a=u,n=u,r=x", "ok");
  FIRST("n,a=,n=u,r=x", "ok");
  FIRST("n,a=v,n=u,r=x", "authzid");
}

static void test_binding(void)
{
  fresh(DIGEST_SHA1, 0, 1);
  FIRST("y,,n=u,r=x", "server-does-support-channel-binding");
  FIRST("n,,n=u,r=x", "ok");
  FIRST("p=tls-exporter,,n=u,r=x", "channel-binding-not-supported");
  fresh(DIGEST_SHA1, 0, 0);
  FIRST("y,,n=u,r=x", "ok");
  fresh(DIGEST_SHA1, 1, 1);
  FIRST("n,,n=u,r=x", "channel-binding-not-supported");
  FIRST("y,,n=u,r=x", "server-does-support-channel-binding");
  FIRST("p=tls-exporter,,n=u,r=x", "unsupported-channel-binding-type");
  x.unique = "66";
  FIRST("p=tls-unique,,n=u,r=x", "ok");
  x.unique = 0;
  x.exporter = "666f6f";
  x.end_point = "626172";
  FIRST("p=tls-unique,,n=u,r=x", "unsupported-channel-binding-type");
  FIRST("p=tls-exporter2,,n=u,r=x", "unsupported-channel-binding-type");
  FIRST("p=tls-exporter,,n=u,r=x", "ok");
  CHECK(x.gs2.len == 19 && !memcmp(x.gs2.s, "p=tls-exporter,,foo", 19));
  FIRST("p=tls-server-end-point,a=u,n=u,r=x", "ok");
  CHECK(x.gs2.len == 30
    && !memcmp(x.gs2.s, "p=tls-server-end-point,a=u,bar", 30));
}

/* a name that is not there: always the same, and like the others */
static void test_fake(void)
{
  struct scram_keys a = SCRAM_KEYS_ZERO, b = SCRAM_KEYS_ZERO;

  scram_fake(&a, DIGEST_SHA256, "joe", 0, "secret", 6);
  scram_fake(&b, DIGEST_SHA256, "joe", 0, "secret", 6);
  CHECK(a.salt.len == 16 && a.rounds == SCRAM_ROUNDS);
  CHECK(b.salt.len == 16 && !memcmp(a.salt.s, b.salt.s, 16));
  scram_fake(&b, DIGEST_SHA256, "jim", 0, "secret", 6);
  CHECK(memcmp(a.salt.s, b.salt.s, 16));
  scram_fake(&b, DIGEST_SHA256, "joe", 0, "Secret", 6);
  CHECK(memcmp(a.salt.s, b.salt.s, 16));
  a.rounds = 10000;
  stralloc_catb(&a.salt, "0123456789abcdef0123456789", 26);
  scram_fake(&b, DIGEST_SHA1, "joe", &a, "secret", 6);
  CHECK(b.salt.len == 42 && b.rounds == 10000 && b.digest == DIGEST_SHA1);
  scram_keys_free(&a);
  scram_keys_free(&b);
}

int main(void)
{
  test_rfc5802();
  test_rfc7677();
  test_bad_proofs();
  test_first();
  test_binding();
  test_fake();
  return test_end("scram");
}
