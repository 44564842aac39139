/* ISC licence; see LICENSE. */
#include "imapd/reply.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "maildir/t/check.h"

char const *PROG = "reply";

typedef void put_fn(struct reply *, const char *, size_t);

static int utf8;

static int puts_as(put_fn *f, const char *in, size_t len, const char *want,
                   size_t wantlen)
{
  struct reply r;
  int ok;

  reply_init(&r, -1);
  r.utf8 = utf8;
  f(&r, in, len);
  ok = r.buf.len == wantlen && !memcmp(r.buf.s, want, wantlen);
  if (!ok) printf("got %.*s\n", (int)r.buf.len, r.buf.s);
  reply_free(&r);
  return ok;
}

#define AS(f, in, want) \
  CHECK(puts_as(f, in, sizeof in - 1, want, sizeof want - 1))

/* quoted, literal, atom: RFC 3501 section 4.3, 9 */
static void test_choice(void)
{
  static char big[2000];
  struct reply r;

  AS(reply_string, "", "\"\"");
  AS(reply_string, "abc", "\"abc\"");
  AS(reply_string, "a\"b\\c", "\"a\\\"b\\\\c\"");
  AS(reply_string, "a\tb\x7f", "\"a\tb\x7f\"");
  AS(reply_string, "a\rb", "{3}\r\na\rb");
  AS(reply_string, "a\nb", "{3}\r\na\nb");
  AS(reply_string, "caf\xc3\xa9", "{5}\r\ncaf\xc3\xa9");
  AS(reply_string, "a\0b", "{3}\r\na\x80" "b");
  AS(reply_astring, "abc", "abc");
  AS(reply_astring, "a]b", "a]b");
  AS(reply_astring, "", "\"\"");
  AS(reply_astring, "nil", "\"nil\"");
  AS(reply_astring, "a b", "\"a b\"");
  AS(reply_astring, "a{b", "\"a{b\"");
  AS(reply_astring, "a%", "\"a%\"");
  AS(reply_astring, "a\"", "\"a\\\"\"");
  AS(reply_nstring, "NIL", "\"NIL\"");
  CHECK(puts_as(reply_nstring, 0, 0, "NIL", 3));
  memset(big, 'a', sizeof big);
  reply_init(&r, -1);
  reply_string(&r, big, sizeof big);
  CHECK(r.buf.len == 8 + sizeof big && !memcmp(r.buf.s, "{2000}\r\n", 8));
  reply_free(&r);
}

/* UTF-8 in quotes where the client knows it: RFC 9051 appendix A */
static void test_utf8(void)
{
  utf8 = 1;
  AS(reply_string, "caf\xc3\xa9", "\"caf\xc3\xa9\"");
  AS(reply_astring, "caf\xc3\xa9", "\"caf\xc3\xa9\"");
  AS(reply_string, "caf\xe9", "{4}\r\ncaf\xe9");
  AS(reply_string, "\xc3\xa9\n", "{3}\r\n\xc3\xa9\n");
  AS(reply_astring, "abc", "abc");
  utf8 = 0;
}

/* nothing is written before it has to be; then all of it, in order */
static void test_flush(void)
{
  struct reply r;
  char got[REPLY_HIGH * 4];
  size_t n = 0;
  ssize_t g;
  int fd[2];
  static const char big[REPLY_HIGH] = { 'x' };

  if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1) abort();
  reply_init(&r, fd[0]);
  reply_puts(&r, "hello ");
  CHECK(reply_drain(&r) == 0 && r.sent == 0);
  CHECK(reply_direct(&r, "small ", 6) == 0 && r.sent == 0);
  CHECK(reply_direct(&r, big, sizeof big) == 0 && r.sent == 12 + sizeof big);
  reply_num(&r, 4294967295u);
  reply_crlf(&r);
  CHECK(reply_flush(&r) == 0);
  shutdown(fd[0], SHUT_WR);
  while (n < sizeof got && (g = read(fd[1], got + n, sizeof got - n)) > 0)
    n += (size_t)g;
  CHECK(n == 12 + sizeof big + 12 && !memcmp(got, "hello small x", 13)
        && !memcmp(got + n - 12, "4294967295\r\n", 12));
  close(fd[0]);
  close(fd[1]);
  reply_free(&r);
}

/* a client that is gone: everything is thrown away, nothing hangs */
static void test_dead(void)
{
  struct reply r;
  int fd[2];

  if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1) abort();
  reply_init(&r, fd[0]);
  close(fd[1]);
  reply_puts(&r, "x");
  CHECK(reply_flush(&r) == -1 && r.dead && r.error);
  reply_puts(&r, "y");
  CHECK(r.buf.len == 0 && reply_flush(&r) == -1 && reply_drain(&r) == -1
        && reply_direct(&r, "z", 1) == -1);
  close(fd[0]);
  reply_free(&r);
}

int main(void)
{
  test_choice();
  test_utf8();
  test_flush();
  test_dead();
  return check_done("reply");
}
