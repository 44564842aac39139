/* ISC licence; see LICENSE. */
#include "pop3d/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "maildir/t/check.h"
#include "pop3d/term.h"

char const *PROG = "input";

static struct input in;
static struct output out;
static int client, server;

static void start(int64_t idle_ms)
{
  int fd[2];

  if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1) abort();
  client = fd[0];
  server = fd[1];
  output_init(&out, server, 1000);
  input_init(&in, server, &out, idle_ms);
}

static void stop(void)
{
  close(client);
  close(server);
}

static void say(const char *s, size_t len)
{
  if (write(client, s, len) != (ssize_t)len) abort();
}

/* the same by a process of its own, in pieces of step octets */
static void say_slowly(const char *s, size_t len, size_t step)
{
  size_t i;

  if (fork()) return;
  for (i = 0; i < len; i += step) say(s + i, len - i < step ? len - i : step);
  say("NOOP\r\n", 6);
  _exit(0);
}

static int next_is(const char *want)
{
  const char *line;
  size_t len;

  return input_line(&in, &line, &len) == 1 && len == strlen(want)
    && !memcmp(line, want, len);
}

static int next_fails(int e)
{
  const char *line;
  size_t len;

  errno = 0;
  return input_line(&in, &line, &len) == -1 && errno == e;
}

static int at_end(void)
{
  const char *line;
  size_t len;

  return input_line(&in, &line, &len) == 0;
}

static void check_lines(void)
{
  start(1000);
  say("STAT\r\nLIST\nUIDL\r\r\n\r\n\nPART", 25);
  CHECK(next_is("STAT"));
  CHECK(next_is("LIST"));
  CHECK(next_is("UIDL\r"));
  CHECK(next_is(""));
  CHECK(next_is(""));
  say("IAL\r\n", 5);
  CHECK(next_is("PARTIAL"));
  say("torn", 4);
  shutdown(client, SHUT_WR);
  CHECK(at_end());
  CHECK(in.received == 34);
  stop();
}

/* 255 octets with CR LF are a line, 256 are not, whatever comes when */
static void check_limit(void)
{
  static char text[20000];
  size_t n, step;

  memset(text, 'x', sizeof text);
  for (n = 252; n < 20000; n += n < 260 ? 1 : 4093)
    for (step = 1; step < 5000; step += step < 3 ? 1 : 1021) {
      if (step < 3 && n > 5000) continue;
      start(1000);
      text[n - 2] = '\r';
      text[n - 1] = '\n';
      say_slowly(text, n, step);
      if (n <= POP3_LINE_MAX) {
        text[n - 2] = 0;
        CHECK(next_is(text));
      } else CHECK(next_fails(EMSGSIZE));
      CHECK(next_is("NOOP"));
      wait(0);
      text[n - 2] = text[n - 1] = 'x';
      stop();
    }
}

/* many lines across the ends of the buffer */
static void check_many(void)
{
  char line[64];
  int i, n, ok = 1;

  start(1000);
  if (!fork()) {
    for (i = 0; i < 5000; i++) {
      n = snprintf(line, sizeof line, "RETR %0*d\r\n", i % 40 + 1, i);
      say(line, (size_t)n);
    }
    _exit(0);
  }
  for (i = 0; i < 5000; i++) {
    snprintf(line, sizeof line, "RETR %0*d", i % 40 + 1, i);
    ok &= next_is(line);
  }
  CHECK(ok);
  wait(0);
  stop();
}

static void check_time(void)
{
  start(30);
  say("slow", 4);
  CHECK(next_fails(ETIMEDOUT));
  stop();
}

/* what waits goes out before we wait, and not before */
static void check_flush(void)
{
  char buf[64];

  start(30);
  say("A\r\nB\r\n", 6);
  CHECK(next_is("A"));
  output_puts(&out, "+OK a\r\n");
  CHECK(next_is("B"));
  CHECK(recv(client, buf, sizeof buf, MSG_DONTWAIT) == -1);
  output_puts(&out, "+OK b\r\n");
  CHECK(next_fails(ETIMEDOUT));
  CHECK(recv(client, buf, sizeof buf, MSG_DONTWAIT) == 14);
  CHECK(!memcmp(buf, "+OK a\r\n+OK b\r\n", 14));
  stop();
}

/* a client that takes nothing, or is gone */
static void check_dead(void)
{
  static char much[1000000];

  start(30);
  out.stall_ms = 30;
  CHECK(output_put(&out, much, sizeof much) == -1);
  CHECK(out.dead == ETIMEDOUT);
  CHECK(next_fails(EPIPE));
  stop();
  start(30);
  close(client);
  output_puts(&out, "+OK\r\n");
  CHECK(next_fails(EPIPE));
  CHECK(out.dead == EPIPE);
  CHECK(output_puts(&out, "more") == -1);
  stop();
}

/* SIGTERM that came before we wait, while we wait for input, while we write */
static void check_term(void)
{
  static char much[1000000];
  const char *line;
  size_t len;
  int how, status, ready[2];
  pid_t pid;

  for (how = 0; how < 3; how++) {
    start(5000);
    out.stall_ms = 5000;
    if (pipe(ready) == -1) abort();
    pid = fork();
    if (!pid) {
      term_init();
      if (how == 0) raise(SIGTERM);
      if (write(ready[1], "", 1) != 1) abort();
      if (how == 2)
        _exit(output_put(&out, much, sizeof much) == -1 && out.dead == EINTR
              ? 0 : 1);
      _exit(input_line(&in, &line, &len) == -1 && errno == EINTR
            && term_caught() ? 0 : 1);
    }
    if (read(ready[0], much, 1) != 1) abort();
    usleep(20000);
    if (how) kill(pid, SIGTERM);
    waitpid(pid, &status, 0);
    close(ready[0]);
    close(ready[1]);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    stop();
  }
}

int main(void)
{
  signal(SIGPIPE, SIG_IGN);
  check_lines();
  check_limit();
  check_many();
  check_time();
  check_flush();
  check_dead();
  check_term();
  return check_done("input");
}
