/* ISC licence; see LICENSE. */
#include "sslserver/keyproto.h"

#include <string.h>

#include "login/t/test.h"

char const *PROG = "keyproto";

static unsigned char s[4096];

static size_t verify_content(const char *who, size_t hash)
{
  size_t n = strlen(who) + 1;

  memset(s, ' ', 64);
  memcpy(s + 64, who, n);
  memset(s + 64 + n, 7, hash);
  return 64 + n + hash;
}

static void test_13(void)
{
  const char *server = "TLS 1.3, server CertificateVerify";
  size_t n = verify_content(server, 32);

  CHECK(key_content_fits(s, n, KEY_PSS));
  CHECK(key_content_fits(s, n, KEY_NOPAD));
  CHECK(!key_content_fits(s, n, KEY_PKCS1));
  CHECK(!key_content_fits(s, n - 1, KEY_PSS));
  CHECK(!key_content_fits(s, n + 1, KEY_PSS));
  s[5] = 0;
  CHECK(!key_content_fits(s, n, KEY_PSS));
  n = verify_content(server, 48);
  CHECK(key_content_fits(s, n, KEY_PSS));
  n = verify_content("TLS 1.3, client CertificateVerify", 32);
  CHECK(!key_content_fits(s, n, KEY_PSS));
}

static void test_12(void)
{
  size_t n = 64 + 4 + 32;

  memset(s, 9, sizeof s);
  s[64] = 3;
  s[67] = 32;
  CHECK(key_content_fits(s, n, KEY_PKCS1));
  CHECK(key_content_fits(s, n, KEY_PSS));
  CHECK(!key_content_fits(s, n - 1, KEY_PKCS1));
  CHECK(!key_content_fits(s, n + 1, KEY_PKCS1));
  s[64] = 1;
  CHECK(!key_content_fits(s, n, KEY_PKCS1));
  s[64] = 0; s[65] = 2; s[68] = 0; s[69] = 1; s[71] = 0; s[72] = 3;
  CHECK(key_content_fits(s, 64 + 4 + 3 + 5, KEY_PKCS1));
  CHECK(!key_content_fits(s, 64 + 4 + 3 + 4, KEY_PKCS1));
  CHECK(!key_content_fits(s, 64 + 4 + 3 + 6, KEY_PKCS1));
}

static void test_others(void)
{
  CHECK(!key_content_fits((const unsigned char *)"", 0, KEY_PSS));
  memset(s, 'x', sizeof s);
  CHECK(!key_content_fits(s, 32, KEY_PKCS1));           /* a bare digest */
  CHECK(!key_content_fits(s, sizeof s, KEY_PKCS1));
  memset(s, 0, sizeof s);
  CHECK(!key_content_fits(s, sizeof s, KEY_PKCS1));
  key_pack64(s, 0x0102030405060708ULL);
  CHECK(s[0] == 1 && s[7] == 8
    && key_unpack64(s) == 0x0102030405060708ULL
    && key_unpack32(s) == 0x01020304);
}

int main(void)
{
  test_13();
  test_12();
  test_others();
  return test_end("keyproto");
}
