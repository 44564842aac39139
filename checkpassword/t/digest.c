/* ISC licence; see LICENSE. */
#include "checkpassword/digest.h"

#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "checkpassword/encoding.h"
#include "test.h"

char const *PROG = "digest";

static stralloc hex = STRALLOC_ZERO;

static const char *text(const unsigned char *s, size_t len)
{
  hex.len = 0;
  hex_put(&hex, s, len);
  stralloc_0(&hex);
  return hex.s;
}

/* RFC 1320 and 1321 appendix A.5, FIPS 180-2 appendices */
static void digests(void)
{
  static const struct { enum digest kind; const char *want; } t[] = {
    { DIGEST_MD4, "a448017aaf21d8525fc10ae87aa6729d" },
    { DIGEST_MD5, "900150983cd24fb0d6963f7d28e17f72" },
    { DIGEST_SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d" },
    { DIGEST_SHA256,
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { DIGEST_SHA512,
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
      "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
  };
  unsigned char out[DIGEST_MAX];
  size_t i;

  for (i = 0; i < sizeof t / sizeof t[0]; i++) {
    digest_of(t[i].kind, "abc", 3, out);
    SAME(text(out, digest_size(t[i].kind)), t[i].want);
  }
}

/* RFC 2202 and RFC 4231, a key longer than a block among them */
static void hmacs(void)
{
  struct hmac_key k;
  unsigned char out[DIGEST_MAX], key[131];

  hmac_ready(&k, DIGEST_MD5, "Jefe", 4);
  hmac_of(&k, "what do ya want for nothing?", 28, out);
  SAME(text(out, 16), "750c783e6ab0b503eaa86e310a5db738");
  hmac_ready(&k, DIGEST_SHA1, "Jefe", 4);
  hmac_of(&k, "what do ya want for nothing?", 28, out);
  SAME(text(out, 20), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  memset(key, 0xaa, sizeof key);
  hmac_ready(&k, DIGEST_SHA256, key, sizeof key);
  hmac_of(&k, "Test Using Larger Than Block-Size Key - Hash Key First", 54,
          out);
  SAME(text(out, 32),
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  hmac_ready(&k, DIGEST_SHA512, key, sizeof key);
  hmac_of(&k, "Test Using Larger Than Block-Size Key - Hash Key First", 54,
          out);
  SAME(text(out, 64),
       "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
       "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598");
}

/* RFC 6070; RFC 7914 section 11 */
static void derived(void)
{
  static const struct {
    enum digest kind;
    const char *password; size_t plen;
    const char *salt; size_t slen;
    unsigned long rounds; size_t len;
    const char *want;
  } t[] = {
    { DIGEST_SHA1, "password", 8, "salt", 4, 1, 20,
      "0c60c80f961f0e71f3a9b524af6012062fe037a6" },
    { DIGEST_SHA1, "password", 8, "salt", 4, 2, 20,
      "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957" },
    { DIGEST_SHA1, "password", 8, "salt", 4, 4096, 20,
      "4b007901b765489abead49d926f721d065a429c1" },
    { DIGEST_SHA1, "passwordPASSWORDpassword", 24,
      "saltSALTsaltSALTsaltSALTsaltSALTsalt", 36, 4096, 25,
      "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038" },
    { DIGEST_SHA1, "pass\0word", 9, "sa\0lt", 5, 4096, 16,
      "56fa6aa75548099dcc37d7f03425e0c3" },
    { DIGEST_SHA256, "passwd", 6, "salt", 4, 1, 64,
      "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
      "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783" },
    { DIGEST_SHA256, "Password", 8, "NaCl", 4, 80000, 64,
      "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
      "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d" },
  };
  unsigned char out[64];
  size_t i;

  for (i = 0; i < sizeof t / sizeof t[0]; i++) {
    pbkdf2(t[i].kind, t[i].password, t[i].plen, t[i].salt, t[i].slen,
           t[i].rounds, out, t[i].len);
    SAME(text(out, t[i].len), t[i].want);
  }
}

/* RFC 4648 section 10, and what must not be taken */
static void base64(void)
{
  static const char *const good[][2] = {
    { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
    { "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" }
  };
  static const char *const bad[] = {
    "Z", "Zg=", "=", "Zg===", "Z===", "Zh==", "Zm9=", "Zg==Zg==", "Zm 9v",
    "Zm9v\n", "Zm-_", "Zm.v", "Z\xc3\xa9", "Zm9v="
  };
  stralloc s = STRALLOC_ZERO;
  size_t i;

  for (i = 0; i < sizeof good / sizeof good[0]; i++) {
    s.len = 0;
    base64_put(&s, good[i][0], strlen(good[i][0]), BASE64, 1);
    stralloc_0(&s);
    SAME(s.s, good[i][1]);
    s.len = 0;
    CHECK(base64_take(&s, good[i][1], strlen(good[i][1]), BASE64) == 0);
    CHECK(base64_take(&s, good[i][1], strcspn(good[i][1], "="), BASE64) == 0);
    CHECK(s.len == 2 * strlen(good[i][0]));
    stralloc_0(&s);
    CHECK(!strncmp(s.s, good[i][0], strlen(good[i][0])));
  }
  s.len = 0;
  for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
    CHECK(base64_take(&s, bad[i], strlen(bad[i]), BASE64) == -1 && !s.len);
  CHECK(base64_take(&s, "+./=", 3, BASE64_DOT) == -1);
  CHECK(base64_take(&s, "..//", 4, BASE64_DOT) == 0 && s.len == 3);
  s.len = 0;
  CHECK(hex_decode(&s, "00fFAa", 6) == 0 && s.len == 3
        && !memcmp(s.s, "\0\xff\xaa", 3));
  CHECK(hex_decode(&s, "00f", 3) == -1 && s.len == 3);
  CHECK(hex_decode(&s, "00fg", 4) == -1 && s.len == 3);
  stralloc_free(&s);
}

int main(void)
{
  digests();
  hmacs();
  derived();
  base64();
  CHECK(digest_same("abc", "abc", 3) && !digest_same("abc", "abd", 3));
  stralloc_free(&hex);
  return test_end(PROG);
}
