/* ISC licence; see LICENSE. */
#include "login/ucspitls.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/timedio.h"
#include "test.h"

char const *PROG = "ucspitls";

/*
 * An answer that comes in pieces of n octets, with what belongs to the client
 * right behind it; it is read to its end and no octet further.
 */
static int exact(const char *s, size_t len, size_t n, int as_pipe)
{
  static const char rest[] = "rest";
  stralloc a = STRALLOC_ZERO;
  char all[4096], buf[8] = "";
  size_t at, total = len + 4;
  int fd[2], ok, status;
  pid_t pid;

  if (as_pipe ? pipe(fd) : socketpair(AF_UNIX, SOCK_STREAM, 0, fd)) return 0;
  memcpy(all, s, len);
  memcpy(all + len, rest, 4);
  pid = fork();
  if (!pid) {
    for (at = 0; at < total; at += n) {
      if (write(fd[1], all + at, n < total - at ? n : total - at) == -1)
        _exit(1);
      if (n < 100) usleep(100);
    }
    _exit(0);
  }
  close(fd[1]);
  ok = ucspitls_read(fd[0], &a, clock_ms() + 20000) == 0
    && a.len == len && !memcmp(a.s, s, len);
  waitpid(pid, &status, 0);
  ok = ok && read(fd[0], buf, sizeof buf) == 4 && !memcmp(buf, rest, 4);
  close(fd[0]);
  stralloc_free(&a);
  return ok;
}

static void test_exact(void)
{
  static const size_t steps[] = { 1, 2, 3, 1023, 1024, 4096 };
  char s[2050];
  size_t i, len;

  for (i = 0; i < sizeof steps / sizeof *steps; i++)
    for (len = 1020; len <= 2050; len += len == 1028 ? 1018 : 1) {
      if (steps[i] < 100 && len != 1024) continue;
      memset(s, 'x', sizeof s);
      s[10] = s[len - 2] = s[len - 1] = 0;
      CHECK(exact(s, len, steps[i], 0));
    }
  CHECK(exact("\0", 2, 1, 0));
  CHECK(exact("\0", 2, 4096, 0));
  CHECK(exact("A=b\0", 5, 4096, 0));
  CHECK(exact("A=b\0", 5, 1, 1));
  CHECK(exact("A=b\0", 5, 4096, 1));
}

static void test_bad(void)
{
  static char much[UCSPITLS_ANSWER_MAX + 1];
  stralloc a = STRALLOC_ZERO;
  int fd[2];

  if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1) return;
  CHECK(ucspitls_read(fd[0], &a, clock_ms() + 50) == -1
    && errno == ETIMEDOUT);
  memset(much, 'x', sizeof much);
  CHECK(write(fd[1], much, sizeof much) == (ssize_t)sizeof much);
  CHECK(ucspitls_read(fd[0], &a, clock_ms() + 5000) == -1
    && errno == EPROTO && a.len == UCSPITLS_ANSWER_MAX);
  CHECK(write(fd[1], "A=b\0", 4) == 4);
  close(fd[1]);
  CHECK(ucspitls_read(fd[0], &a, clock_ms() + 5000) == -1
    && errno == EPROTO);
  close(fd[0]);
  stralloc_free(&a);
}

int main(void)
{
  test_exact();
  test_bad();
  return test_end("ucspitls");
}
