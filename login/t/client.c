/* ISC licence; see LICENSE. */
/*
 * Lines in every cut, on sockets and pipes: the result is the same, and what
 * is behind the line stays in the kernel.
 */
#include "login/client.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/timedio.h"
#include "test.h"

static int fds[2];              /* we write to 1, the client has 0 */
static struct client c;
static char buf[128];

static void begin(int pipes)
{
  if (pipes ? pipe(fds) : socketpair(AF_UNIX, SOCK_STREAM, 0, fds)) abort();
  client_init(&c, fds[0], fds[0], clock_ms() + 10000);
  CHECK(c.peek == !pipes);
}

static void end(void)
{
  close(fds[0]);
  if (fds[1] != -1) close(fds[1]);
}

static void feed(const char *s, size_t n)
{
  if (write(fds[1], s, n) != (ssize_t)n) abort();
}

#define FEED(s) feed((s), sizeof (s) - 1)

static int line_is(const char *want, size_t n)
{
  size_t len;

  return client_line(&c, buf, sizeof buf, &len) == CLIENT_OK && len == n
    && !memcmp(buf, want, n);
}

#define LINE_IS(s) CHECK(line_is((s), sizeof (s) - 1))

static int rest_is(const char *want)
{
  char got[64];
  ssize_t n = read(fds[0], got, sizeof got);

  return n == (ssize_t)strlen(want) && !memcmp(got, want, (size_t)n);
}

static void test_lines(int pipes)
{
  size_t len;

  begin(pipes);
  FEED("one\r\n\r\n\ntwo\nth\0ree\r\r\nrest\r\nof it");
  LINE_IS("one");
  LINE_IS("");
  LINE_IS("");
  LINE_IS("two");
  LINE_IS("th\0ree\r");
  CHECK(rest_is("rest\r\nof it"));
  FEED("lit\r\nerally\r\n");
  CHECK(client_octets(&c, buf, 5) == CLIENT_OK && !memcmp(buf, "lit\r\n", 5));
  LINE_IS("erally");
  FEED("0123456789x\n");
  CHECK(client_octets(&c, 0, 10) == CLIENT_OK);
  LINE_IS("x");
  FEED("no end");
  close(fds[1]);
  fds[1] = -1;
  CHECK(client_line(&c, buf, sizeof buf, &len) == CLIENT_CLOSED);
  end();
}

static void test_long(int pipes)
{
  static char text[4096];
  enum client_result r;
  size_t n, len, eol;

  for (n = 100; n < 1400; n++)
    for (eol = 1; eol <= 2; eol++) {
      begin(pipes);
      memset(text, 'a', n);
      memcpy(text, "BEGIN", 5);
      memcpy(text + n - 3, "END", 3);
      memcpy(text + n, "\r\n" + (2 - eol), eol);
      feed(text, n + eol);
      FEED("next\n");
      r = client_line(&c, buf, sizeof buf, &len);
      CHECK(r == (n + eol <= sizeof buf ? CLIENT_OK : CLIENT_LONG));
      CHECK(!memcmp(buf, "BEGIN", 5) && !memcmp(buf + len - 3, "END", 3));
      LINE_IS("next");
      end();
    }
}

static void test_limits(int pipes)
{
  static char text[1000];
  enum client_result r = CLIENT_OK;
  size_t sent = 0, len;

  begin(pipes);
  memset(text, 'x', sizeof text);
  text[999] = '\n';
  while (r != CLIENT_FLOOD && sent < 2 * CLIENT_INPUT_MAX) {
    feed(text, sizeof text);
    sent += sizeof text;
    r = client_line(&c, buf, sizeof buf, &len);
  }
  CHECK(r == CLIENT_FLOOD && sent - CLIENT_INPUT_MAX < sizeof text);
  end();
  begin(pipes);
  c.deadline = clock_ms() + 20;
  FEED("no end");
  CHECK(client_line(&c, buf, sizeof buf, &len) == CLIENT_TIMEOUT);
  end();
}

static void test_put(void)
{
  static char text[5000], got[5000];
  size_t n = 0;

  begin(0);
  memset(text, 'y', sizeof text);
  client_putb(&c, text, sizeof text);
  client_put(&c, "z");
  CHECK(client_flush(&c) == CLIENT_OK);
  while (n < sizeof text) {
    ssize_t r = read(fds[1], got + n, sizeof got - n);

    if (r <= 0) break;
    n += (size_t)r;
  }
  CHECK(n == sizeof text && !memcmp(got, text, n));
  CHECK(read(fds[1], got, 2) == 1 && got[0] == 'z');
  end();
}

int main(void)
{
  int pipes;

  for (pipes = 0; pipes < 2; pipes++) {
    test_lines(pipes);
    test_long(pipes);
    test_limits(pipes);
  }
  test_put();
  return test_end("client");
}
