/* ISC licence; see LICENSE. */
#include "imapd/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "imapd/reply.h"
#include "maildir/t/check.h"

char const *PROG = "input";

static struct input in;
static struct reply out;
static int client, server;

static void start(void)
{
  int fd[2];

  if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1) abort();
  client = fd[0];
  server = fd[1];
  reply_init(&out, server);
  input_init(&in, server, &out);
  in.line_max = 40;
}

static void stop(void)
{
  if (client != -1) close(client);
  close(server);
  reply_free(&out);
}

static void say(const char *s, size_t len)
{
  if (write(client, s, len) != (ssize_t)len) abort();
}

/*
 * Everything that the reader makes of some octets, as text: lines, literals,
 * ends. Each literal is read as announced.
 */
static void digest(stralloc *to)
{
  struct literal lit;
  int r, begin = 1;

  for (;;) {
    if (begin) input_begin(&in);
    r = input_line(&in, to);
    if (r == -1 && errno == EMSGSIZE) stralloc_cats(to, "<LONG>");
    else if (r != 1) break;
    stralloc_cats(to, "<EOL>");
    begin = !input_literal(&in, &lit);
    if (begin) continue;
    stralloc_cats(to, lit.sync ? "<SYNC>" : "<NOSYNC>");
    if (lit.binary) stralloc_cats(to, "<BINARY>");
    if (lit.size > 1000) {
      stralloc_cats(to, "<HUGE>");
      begin = 1;
      continue;
    }
    if (input_bytes(&in, to, (size_t)lit.size) != 1) break;
    stralloc_cats(to, "<EOD>");
  }
  stralloc_cats(to, r ? "<FAULT>" : "<END>");
}

static void reads(const char *text, size_t len, size_t piece, stralloc *to)
{
  pid_t pid;
  size_t i, n;

  start();
  to->len = 0;
  pid = fork();
  if (pid == -1) abort();
  if (!pid) {
    for (i = 0; i < len; i += n) {
      n = len - i < piece ? len - i : piece;
      say(text + i, n);
      if (piece == 1) usleep(50);
    }
    _exit(0);
  }
  close(client);
  client = -1;
  digest(to);
  waitpid(pid, 0, 0);
  stop();
}

static void is(const char *text, const char *want)
{
  static const size_t pieces[] = { 1, 2, 3, 7, 100000 };
  stralloc got = STRALLOC_ZERO;
  size_t i;

  for (i = 0; i < sizeof pieces / sizeof *pieces; i++) {
    reads(text, strlen(text), pieces[i], &got);
    if (!CHECK(stralloc_eqs(&got, want)))
      printf("pieces of %zu: got %.*s\nwanted %s\n", pieces[i], (int)got.len,
             got.s, want);
  }
  stralloc_free(&got);
}

/* however the octets come, the same is read: RFC 3501, RFC 7888 */
static void test_pieces(void)
{
  is("", "<END>");
  is("a\r\nb\n\r\n", "a<EOL>b<EOL><EOL><END>");
  is("a\rb\r\r\n", "a\rb\r<EOL><END>");
  is("torn", "torn<END>");
  is("x {3}\r\nabc d\r\n", "x {3}<EOL><SYNC>abc<EOD> d<EOL><END>");
  is("x {3+}\r\na\r\n {0}\r\n\r\n",
     "x {3+}<EOL><NOSYNC>a\r\n<EOD> {0}<EOL><SYNC><EOD><EOL><END>");
  is("x ~{1+}\r\na\r\n", "x ~{1+}<EOL><NOSYNC><BINARY>a<EOD><EOL><END>");
  /* open quotes hide a literal that is to be asked for, and no other */
  is("x \"{3}\r\nabc\r\n", "x \"{3}<EOL>abc<EOL><END>");
  is("x \"a\\\"{3}\r\nabc\r\n", "x \"a\\\"{3}<EOL>abc<EOL><END>");
  is("x \"{3+}\r\nabc\r\n", "x \"{3+}<EOL><NOSYNC>abc<EOD><EOL><END>");
  is("x \"a\" {1}\r\nb\r\n", "x \"a\" {1}<EOL><SYNC>b<EOD><EOL><END>");
  is("x {}\r\n{a}\r\n{1+\r\n1}\r\n", "x {}<EOL>{a}<EOL>{1+<EOL>1}<EOL><END>");
  is("{18446744073709551616}\r\nx\r\n",
     "{18446744073709551616}<EOL><SYNC><HUGE>x<EOL><END>");
  is("{99999999999999999999999999999999}\r\n",
     "{99999999999999999999999999999999}<EOL><END>");
}

/* a line of 40 octets is the longest here, CR LF not counted */
static void test_long_lines(void)
{
  is("0123456789012345678901234567890123456789\r\nx\n",
     "0123456789012345678901234567890123456789<EOL>x<EOL><END>");
  is("01234567890123456789012345678901234567890\r\nx\n",
     "01234567890123456789012345678901234567890<LONG><EOL>x<EOL><END>");
  /* the literal of a line that was too long is still known */
  is("0123456789012345678901234567890123456789012345678 {2+}\r\nab\r\n",
     "01234567890123456789012345678901234567890<LONG><EOL><NOSYNC>ab<EOD>"
     "<EOL><END>");
}

static void test_waiting(void)
{
  stralloc line = STRALLOC_ZERO;
  char got[16];

  start();
  in.idle_ms = 20;
  reply_puts(&out, "hello");
  errno = 0;
  CHECK(input_line(&in, &line) == -1 && errno == ETIMEDOUT);
  CHECK(read(client, got, sizeof got) == 5);    /* flushed before waiting */
  CHECK(input_wait(&in, -1, 10) == 0);
  say("x", 1);
  CHECK(input_wait(&in, -1, 1000) == 1);
  close(client);
  client = -1;
  CHECK(input_line(&in, &line) == 0);
  stop();
  stralloc_free(&line);
}

int main(void)
{
  test_pieces();
  test_long_lines();
  test_waiting();
  return check_done("input");
}
