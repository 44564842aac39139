/* ISC licence; see LICENSE. */
/* the lines of base/log.h: words, escapes, limits, faults; see roost-log(5) */
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

char const *PROG = "prog";

static int passed, failed;

static char said[65536];

static void die_here(void)
{
  errno = EACCES;
  die_sys(7, "unable to open ", "a b\n=\"x\"\\");
}

static void die_there(void)
{
  die_text(100, "usage: prog x", 0);
}

/* what f writes to descriptor 2, as one string in said; its exit code */
static int run(void (*f)(void))
{
  int fd[2], status;
  size_t n = 0;
  ssize_t r;
  pid_t pid;

  if (pipe(fd) == -1) return -1;
  pid = fork();
  if (pid == 0) {
    dup2(fd[1], 2);
    close(fd[0]);
    close(fd[1]);
    f();
    _exit(0);
  }
  close(fd[1]);
  while ((r = read(fd[0], said + n, sizeof said - 1 - n)) > 0) n += (size_t)r;
  close(fd[0]);
  said[n] = 0;
  if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

static void expect(void (*f)(void), int code, const char *line)
{
  int got = run(f);

  if (got == code && !strcmp(said, line)) passed++;
  else {
    failed++;
    printf("exit %d, want %d; have %s want %s", got, code, said, line);
  }
}

static void words(void)
{
  log_begin("login");
  log_word("user", "joe", 3);
  log_str("none", 0);
  log_str("empty", "");
  log_num("n", UINT64_MAX);
  log_end();
}

/* RFC 5424 and terminals: no control character, no NUL, no eighth bit */
static void hostile(void)
{
  log_begin("failure");
  log_word("user", "a\nimap-login: login user=x\r\t\0\x7f\xc3\xa4\"\\ z", 36);
  log_end();
}

static void every_octet(void)
{
  char all[256];
  int i;

  for (i = 0; i < 256; i++) all[i] = (char)i;
  log_begin("x");
  log_word("v", all, 256);
  log_end();
}

static void long_value(void)
{
  char text[1000];

  memset(text, 'a', sizeof text);
  log_begin("x");
  log_word("v", text, sizeof text);
  log_end();
}

static void faults(void)
{
  errno = ENOENT;
  log_fault("fault", "open");
  log_fault_file("delete-left", ".a b");
  _exit(errno == ENOENT ? 0 : 1);
}

/* a line that was begun and not ended is not written */
static void given_up(void)
{
  log_begin("id");
  log_str("user", "joe");
  log_begin("end");
  log_end();
}

int main(void)
{
  size_t i, spaces = 0;

  expect(words, 0, "prog: login user=joe empty= n=18446744073709551615\n");
  expect(hostile, 0, "prog: failure user=a\\x0aimap-login:\\x20login\\x20"
         "user\\x3dx\\x0d\\x09\\x00\\x7f\\xc3\\xa4\\x22\\x5c\\x20z\n");
  expect(faults, 0, "prog: fault what=open error=No_such_file_or_directory\n"
         "prog: delete-left file=.a\\x20b error=No_such_file_or_directory\n");
  expect(given_up, 0, "prog: end\n");
  expect(die_here, 7, "prog: fatal: unable to open a\\x20b\\x0a\\x3d\\x22x"
         "\\x22\\x5c: Permission denied\n");
  expect(die_there, 100, "prog: fatal: usage: prog x\n");

  /* whatever the octets, one line of two spaces and printable ASCII */
  run(every_octet);
  for (i = 0; said[i] && said[i + 1]; i++) {
    if (said[i] < ' ' || said[i] > '~') break;
    spaces += said[i] == ' ';
  }
  if (said[i] == '\n' && spaces == 2) passed++;
  else failed++, printf("octets: %s", said);

  run(long_value);
  if (strlen(said) == strlen("prog: x v=\n") + LOG_VALUE_MAX) passed++;
  else failed++, printf("a long value: %zu\n", strlen(said));

  printf("log: %d passed, %d failed\n", passed, failed);
  return failed != 0;
}
