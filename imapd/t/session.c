/* ISC licence; see LICENSE. */
#include "imapd/session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "maildir/t/check.h"

/* What only a clock or a signal brings about, with a clock that runs fast. */

char const *PROG = "session";

/* run a session on what the client says; what it is told goes to out */
static const char *talk(const char *said, int hangup, stralloc *out)
{
  static struct session s;
  const char *why;
  char buf[4096];
  ssize_t n;
  int fd[2];

  if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1) abort();
  memset(&s, 0, sizeof s);
  reply_init(&s.out, fd[0]);
  input_init(&s.in, fd[0], &s.out);
  s.in.idle_ms = 50;
  s.message_max = 1000;
  if (write(fd[1], said, strlen(said)) != (ssize_t)strlen(said)) abort();
  if (hangup) shutdown(fd[1], SHUT_WR);
  session_run(&s);
  why = s.why;
  shutdown(fd[0], SHUT_WR);
  out->len = 0;
  while ((n = read(fd[1], buf, sizeof buf)) > 0)
    stralloc_catb(out, buf, (size_t)n);
  close(fd[0]);
  close(fd[1]);
  stralloc_free(&s.cmd);
  stralloc_free(&s.tag);
  stralloc_free(&s.text);
  reply_free(&s.out);
  return why;
}

static int ends(const char *said, int hangup, const char *told,
                const char *why)
{
  stralloc out = STRALLOC_ZERO;
  const char *w = talk(said, hangup, &out);
  int ok = w && !strcmp(w, why) && stralloc_eqs(&out, told);

  if (!ok) printf("%s: %.*s\n", w ? w : "-", (int)out.len, out.s);
  stralloc_free(&out);
  return ok;
}

#define BYE "* BYE autologout: idle for too long\r\n"

/* RFC 3501 section 5.4, RFC 2177: wherever the client stopped */
static void test_timeout(void)
{
  CHECK(ends("", 0, BYE, "timeout"));
  CHECK(ends("a NO", 0, BYE, "timeout"));
  CHECK(ends("a NOOP\r\n", 0, "a OK NOOP done\r\n" BYE, "timeout"));
  CHECK(ends("a ID {9}\r\nabc", 0, "+ go ahead\r\n" BYE, "timeout"));
  CHECK(ends("a FOO {9+}\r\nabc", 0, BYE, "timeout"));
  CHECK(ends("a IDLE\r\n", 0, "+ idling\r\n" BYE, "timeout"));
  CHECK(ends("a IDLE\r\nDO", 0, "+ idling\r\n" BYE, "timeout"));
}

static void test_hangup(void)
{
  CHECK(ends("", 1, "", "closed"));
  CHECK(ends("a NOOP", 1, "", "closed"));
  CHECK(ends("a ID {9}\r\nabc", 1, "+ go ahead\r\n", "closed"));
  CHECK(ends("a IDLE\r\n", 1, "+ idling\r\n", "closed"));
  CHECK(ends("a NOOP\r\n", 1, "a OK NOOP done\r\n", "closed"));
}

static void test_stop(void)
{
  session_stop = 1;
  CHECK(ends("a NOOP\r\n", 0, "* BYE the server is shutting down\r\n",
             "term"));
  session_stop = 0;
}

int main(void)
{
  test_timeout();
  test_hangup();
  test_stop();
  return check_done("session");
}
