/* ISC licence; see LICENSE. */
/* The small decisions of the monitor: who is near, what an exit code means,
 * which variables a TLS server may set. */
#include <stdlib.h>
#include <string.h>

#include "login/attempt.h"
#include "login/peer.h"
#include "login/settings.h"
#include "login/ucspitls.h"
#include "test.h"

static void test_loopback(void)
{
  CHECK(peer_is_loopback("127.0.0.1") && peer_is_loopback("127.255.255.254"));
  CHECK(peer_is_loopback("::1") && peer_is_loopback("::ffff:127.0.0.1"));
  CHECK(peer_is_loopback("0:0:0:0:0:0:0:1"));
  CHECK(!peer_is_loopback("128.0.0.1") && !peer_is_loopback("10.127.0.1"));
  CHECK(!peer_is_loopback("::2") && !peer_is_loopback("::ffff:10.0.0.1"));
  CHECK(!peer_is_loopback("::127.0.0.1") && !peer_is_loopback("::"));
  CHECK(!peer_is_loopback("") && !peer_is_loopback("unknown"));
  CHECK(!peer_is_loopback("127.0.0.1 ") && !peer_is_loopback("127.1"));
  CHECK(!peer_is_loopback("localhost"));
}

static void test_codes(void)
{
  static const char refused[] = { 1, 3, 12, 13, 15, 20, 21, 22, 23, 0 };
  int i;

  for (i = 0; i < 256; i++)
    CHECK(attempt_outcome_of(i) == (i && i < 128 && strchr(refused, i)
      ? ATTEMPT_REFUSED : ATTEMPT_TEMP));
}

static char seen[4096];

static void see(const char *name, const char *value)
{
  strcat(seen, name);
  strcat(seen, value ? "=" : "-");
  strcat(seen, value ? value : "");
  strcat(seen, ";");
}

static size_t take(const char *s, size_t n)
{
  char *exact = malloc(n ? n : 1);
  size_t r;

  memcpy(exact, s, n);
  seen[0] = 0;
  r = ucspitls_take(exact, n, see);
  free(exact);
  return r;
}

#define TAKES(s, ignored, want) \
  CHECK(take((s), sizeof (s) - 1) == (ignored) && !strcmp(seen, (want)))

static void test_answer(void)
{
  TAKES("", 0, "");
  TAKES("\0\0", 0, "");
  TAKES("SSL_A=1\0SSL_B2_C=x y\0\0", 0, "SSL_A=1;SSL_B2_C=x y;");
  TAKES("SSL_A=\0\0", 0, "SSL_A=;");
  TAKES("SSL_A=b=c\0\0", 0, "SSL_A=b=c;");
  TAKES("SSL_A\0\0", 0, "SSL_A-;");
  TAKES("SSL_A=1", 1, "");
  TAKES("SSL_A=1\0SSL_B", 1, "SSL_A=1;");
  TAKES("PATH=x\0SSL_=x\0SSL=x\0SSL_a=x\0SSL_A-=x\0 SSL_A=x\0=\0SSL\0\0", 8,
    "");
  TAKES("SSL_CERT_FILE=x\0SSL_CERT_DIR\0SSL_UID=0\0SSL_GID=0\0"
    "SSL_CHROOT=/\0SSL_CERT_FILES=x\0\0", 5, "SSL_CERT_FILES=x;");
  TAKES("SSL_\0A=1\0\0", 2, "");
}

static void test_policy(void)
{
  static struct settings s;
  int near, want, required;

  s.ctlfd = 5;
  for (near = 0; near < 2; near++)
    for (want = -1; want < 2; want++)
      for (required = 0; required < 2; required++) {
        s.peer.loopback = near;
        s.plaintext = want;
        s.tls_required = required;
        s.encrypted = 1;
        CHECK(settings_plain_ok(&s) && !settings_starttls(&s));
        s.encrypted = 0;
        CHECK(settings_plain_ok(&s) == (!required
          && (want == 1 || (want == -1 && near))));
        CHECK(settings_starttls(&s));
      }
  s.ctlfd = -1;
  CHECK(!settings_starttls(&s));
}

int main(void)
{
  test_loopback();
  test_codes();
  test_answer();
  test_policy();
  return test_end("front");
}
