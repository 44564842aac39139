/* ISC licence; see LICENSE. */
#include "sslserver/proxy_header.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/timedio.h"
#include "login/t/test.h"

char const *PROG = "proxy_header";

static struct proxy_info p;
static const char zeros[4097];

/* what the reader would take of s: its length, or -1 */
static int length(const void *s, size_t len)
{
  size_t have = 0;
  int more;

  while ((more = proxy_header_more(s, have)) > 0) {
    have += (size_t)more;
    if (have > len) return -2;          /* it waits for more */
  }
  return more ? -1 : (int)have;
}

static int parse(const void *s, size_t len)
{
  if (length(s, len) != (int)len) return -1;
  return proxy_header_parse(&p, s, len);
}

static int v1(const char *s)
{
  return parse(s, strlen(s));
}

static int is(const struct address *a, const char *ip, unsigned int port)
{
  char text[ADDRESS_TEXT];

  address_text(a, text);
  return !strcmp(text, ip) && a->port == port;
}

static void test_v1(void)
{
  CHECK(v1("PROXY TCP4 192.0.2.1 198.51.100.2 56324 143\r\n") == 0);
  CHECK(p.known && is(&p.client, "192.0.2.1", 56324)
    && is(&p.server, "198.51.100.2", 143));
  CHECK(v1("PROXY TCP6 2001:db8::1 ::1 65535 0\r\n") == 0);
  CHECK(p.known && is(&p.client, "2001:db8::1", 65535)
    && is(&p.server, "::1", 0));
  CHECK(v1("PROXY UNKNOWN\r\n") == 0 && !p.known);
  CHECK(v1("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n")
    == 0 && !p.known);
  /* as much as the definition allows */
  CHECK(v1("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
    " ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n") == 0);
}

static void test_v1_bad(void)
{
  static const char *const bad[] = {
    "PROXY TCP4 192.0.2.1 198.51.100.2 56324\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.2 56324 143 \r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.2 56324 143 1\r\n",
    "PROXY TCP4  192.0.2.1 198.51.100.2 56324 143\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.2 65536 143\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.2 056 143\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.2 -1 143\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.2 +1 143\r\n",
    "PROXY TCP4 192.0.2 198.51.100.2 1 143\r\n",
    "PROXY TCP4 2001:db8::1 ::1 1 143\r\n",
    "PROXY TCP6 192.0.2.1 198.51.100.2 1 143\r\n",
    "PROXY TCP5 192.0.2.1 198.51.100.2 1 143\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.2 1 143\n",
    "PROXY TCP4 192.0.2.1 198.51.100.2 1 1x\r\n",
    "PROXY UNKNOWNX 192.0.2.1\r\n", "PROXY  UNKNOWN\r\n",
    "proxy UNKNOWN \r\n", "PROXY \r\n\r\n\r\n\r\n\r\n", 0 };
  char s[256];
  int i;

  for (i = 0; bad[i]; i++) {
    CHECK(v1(bad[i]) == -1);
    if (v1(bad[i]) != -1) printf("  %s", bad[i]);
  }
  memset(s, 'x', sizeof s);
  memcpy(s, "PROXY UNKNOWN ", 14);
  memcpy(s + 105, "\r\n", 2);
  CHECK(length(s, sizeof s) == 107);
  memcpy(s + 105, "xx\r\n", 4);
  CHECK(length(s, sizeof s) == -1);
  CHECK(length("\x16\x03\x01 0123456789abc", 16) == -1);
  CHECK(length("GET / HTTP/1.0\r\n", 16) == -1);
}

/* version 2: head, octets of addresses and TLVs */
static size_t v2(unsigned char *s, int command, int family, const char *rest,
  size_t len)
{
  memcpy(s, "\r\n\r\n\0\r\nQUIT\n", 12);
  s[12] = (unsigned char)command;
  s[13] = (unsigned char)family;
  s[14] = (unsigned char)(len >> 8);
  s[15] = (unsigned char)len;
  if (len) memcpy(s + 16, rest, len);
  return 16 + len;
}

#define TCP4 "\300\000\002\001\306\063\144\002\334\004\000\217"

static void test_v2(void)
{
  unsigned char s[8192];
  size_t n;

  n = v2(s, 0x21, 0x11, TCP4, 12);
  CHECK(parse(s, n) == 0 && p.known && is(&p.client, "192.0.2.1", 56324)
    && is(&p.server, "198.51.100.2", 143));
  n = v2(s, 0x21, 0x21, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\1\0\2", 36);
  CHECK(parse(s, n) == 0 && is(&p.client, "2001:db8::1", 1)
    && is(&p.server, "::1", 2));
  n = v2(s, 0x20, 0x00, "", 0);
  CHECK(parse(s, n) == 0 && !p.known);
  n = v2(s, 0x20, 0x11, TCP4, 12);
  CHECK(parse(s, n) == 0 && !p.known);
  n = v2(s, 0x21, 0x00, "", 0);
  CHECK(parse(s, n) == 0 && !p.known);
  memset(s, 0, sizeof s);
  n = v2(s, 0x21, 0x31, zeros, 216);
  CHECK(parse(s, n) == 0 && !p.known);
  n = v2(s, 0x22, 0x11, TCP4, 12);
  CHECK(parse(s, n) == -1);
  n = v2(s, 0x31, 0x11, TCP4, 12);
  CHECK(parse(s, n) == -1);
  n = v2(s, 0x21, 0x12, TCP4, 12);
  CHECK(parse(s, n) == -1);
  n = v2(s, 0x21, 0x11, TCP4, 11);
  CHECK(parse(s, n) == -1);
  n = v2(s, 0x21, 0x21, TCP4, 12);
  CHECK(parse(s, n) == -1);
  n = v2(s, 0x21, 0x11, zeros, 4096);
  CHECK(length(s, n) == (int)n);
  n = v2(s, 0x21, 0x11, zeros, 4097);
  CHECK(length(s, n) == -1);
}

#define SSLTLV "\x20\0\x27" "\x03" "\0\0\0\0" "\x21\0\7TLSv1.3" \
  "\x23\0\6CIPHER" "\x22\0\3joe" "\x7f\0\6ignore"

static void test_tlvs(void)
{
  unsigned char s[512];
  size_t n;

  n = v2(s, 0x21, 0x11, TCP4 SSLTLV "\x02\0\4name\x04\0\2xx",
    12 + 42 + 7 + 5);
  s[16 + 12 + 2] = 5 + 10 + 9 + 6 + 9;
  CHECK(parse(s, n) == 0 && p.tls && p.verified
    && !strcmp(p.version, "TLSv1.3") && !strcmp(p.cipher, "CIPHER")
    && !strcmp(p.cn, "joe") && !strcmp(p.name, "name"));
  s[16 + 12 + 3] = 1;                   /* no certificate */
  CHECK(parse(s, n) == 0 && p.tls && !p.verified && !p.cn[0]);
  s[16 + 12 + 3] = 3;
  s[16 + 12 + 7] = 1;                   /* not found good */
  CHECK(parse(s, n) == 0 && p.tls && !p.verified && !p.cn[0]);
  s[16 + 12 + 3] = 0;
  CHECK(parse(s, n) == 0 && !p.tls);
  s[16 + 12 + 2]++;                     /* longer than the rest of it */
  CHECK(parse(s, n) == -1);
  n = v2(s, 0x21, 0x11, TCP4 "\x04\0\1", 15);
  CHECK(parse(s, n) == -1);
  n = v2(s, 0x21, 0x11, TCP4 "\x04\0", 14);
  CHECK(parse(s, n) == -1);
  n = v2(s, 0x21, 0x11, TCP4 "\x20\0\4\1\0\0\0", 19);
  CHECK(parse(s, n) == -1);
  n = v2(s, 0x21, 0x11, TCP4 "\x02\0\4a\nb=", 19);
  CHECK(parse(s, n) == 0 && !p.name[0]);        /* forges no line */
  /* CRC-32C: of the whole, with the four octets as 0 */
  n = v2(s, 0x21, 0x11, TCP4 "\x03\0\4\0\0\0\0", 19);
  CHECK(parse(s, n) == -1);
}

static void test_read(void)
{
  const char *s = "PROXY TCP4 192.0.2.1 198.51.100.2 1 143\r\nrest";
  char left[16];
  int fd[2];

  if (pipe(fd) == -1) exit(111);
  CHECK(write(fd[1], s, strlen(s)) == (ssize_t)strlen(s));
  CHECK(proxy_header_read(&p, fd[0], clock_ms() + 1000) == 0);
  CHECK(read(fd[0], left, sizeof left) == 4 && !memcmp(left, "rest", 4));
  CHECK(write(fd[1], s, 20) == 20);
  CHECK(proxy_header_read(&p, fd[0], clock_ms() + 50) == -1
    && errno == ETIMEDOUT);
  CHECK(write(fd[1], s, 20) == 20);
  close(fd[1]);
  CHECK(proxy_header_read(&p, fd[0], clock_ms() + 1000) == -1
    && errno == EPROTO);
  close(fd[0]);
}

static void test_check(void)
{
  memset(&p, 'x', sizeof p);
  p.cipher[3] = '\n';
  proxy_info_check(&p);
  CHECK(strlen(p.version) == sizeof p.version - 1 && !p.cipher[0]);
}

int main(void)
{
  test_v1();
  test_v1_bad();
  test_v2();
  test_tlvs();
  test_read();
  test_check();
  return test_end("proxy_header");
}
