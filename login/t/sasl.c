/* ISC licence; see LICENSE. */
#include "login/sasl.h"

#include <string.h>

#include "test.h"

static char out[64];

static int decodes(const char *text, const char *want)
{
  int n = base64_decode(out, text, strlen(text));

  return n == (int)strlen(want) && !memcmp(out, want, (size_t)n);
}

static int bad(const char *text)
{
  return base64_decode(out, text, strlen(text)) == -1;
}

static void test_base64(void)
{
  /* RFC 4648 section 10 */
  CHECK(decodes("", ""));
  CHECK(decodes("Zg==", "f"));
  CHECK(decodes("Zm8=", "fo"));
  CHECK(decodes("Zm9v", "foo"));
  CHECK(decodes("Zm9vYg==", "foob"));
  CHECK(decodes("Zm9vYmE=", "fooba"));
  CHECK(decodes("Zm9vYmFy", "foobar"));
  CHECK(decodes("+/+/", "\xfb\xff\xbf"));
  CHECK(bad("Z") && bad("Zg") && bad("Zg=") && bad("Zg===") && bad("===="));
  CHECK(bad("Z===") && bad("=AAA") && bad("AAA=BBBB") && bad("Zg==Zg=="));
  CHECK(bad("Zm9 ") && bad("Zm-_") && bad("Zm9v\n") && bad("Zm\xc3v"));
  CHECK(bad("Zm=v"));
}

static char msg[64];

static enum sasl_result plain(const char *s, size_t n, const char **u,
  const char **p)
{
  memcpy(msg, s, n);
  memset(msg + n, 'x', sizeof msg - n);
  return sasl_plain(msg, n, u, p);
}

#define PLAIN(s) plain((s), sizeof (s) - 1, &u, &p)

static void test_plain(void)
{
  const char *u = 0, *p = 0;

  CHECK(PLAIN("\0joe\0pw") == SASL_OK);
  CHECK(!strcmp(u, "joe") && !strcmp(p, "pw"));
  CHECK(PLAIN("joe\0joe\0pw") == SASL_OK && !strcmp(u, "joe"));
  CHECK(PLAIN("\0\0") == SASL_OK && !*u && !*p);
  CHECK(PLAIN("sam\0joe\0pw") == SASL_OTHER_USER);
  CHECK(PLAIN("joe\0joey\0pw") == SASL_OTHER_USER);
  CHECK(PLAIN("") == SASL_BAD && PLAIN("joe") == SASL_BAD);
  CHECK(PLAIN("\0joe") == SASL_BAD && PLAIN("\0joe\0pw\0") == SASL_BAD);
}

int main(void)
{
  test_base64();
  test_plain();
  return test_end("sasl");
}
