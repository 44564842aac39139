/* ISC licence; see LICENSE. */
/* A title in the place of arguments and environment, as /proc shows it. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/title.h"

char const *PROG = "t";
static int passed, failed;

static void check(int ok, const char *what)
{
  if (ok) passed++;
  else {
    failed++;
    printf("not so: %s\n", what);
  }
}

static void shows(const char *want)
{
  char buf[4096];
  int fd = open("/proc/self/cmdline", O_RDONLY);
  ssize_t n = read(fd, buf, sizeof buf - 1);

  close(fd);
  buf[n > 0 ? n : 0] = 0;
  check(!strcmp(buf, want), want);
}

int main(int argc, char **argv)
{
  char *again[] = { argv[0], "one", "two", 0 };
  char *env[] = { "A=first of all", "SECRET=sesame", "LONG=0123456789"
    "0123456789012345678901234567890123456789012345678901234567890123456789"
    "0123456789012345678901234567890123456789012345678901234567890123456789",
    "Z=last", 0 };
  char x[400];

  if (argc == 1) {
    execve("/proc/self/exe", again, env);
    return 111;
  }
  title_init(argc, argv);
  check(argc == 3 && !strcmp(argv[1], "one") && !strcmp(argv[2], "two"),
    "arguments stay");
  check(!strcmp(getenv("A"), "first of all")
    && !strcmp(getenv("SECRET"), "sesame") && !strcmp(getenv("Z"), "last"),
    "the environment stays");
  title_set("joe", "192.0.2.1", "", "INBOX", (char *)0);
  shows("t: joe 192.0.2.1 INBOX");
  title_set("a\nb\033[2J", (char *)0);
  shows("t: a?b?[2J");
  title_set("", (char *)0);
  shows("t");
  memset(x, 'x', sizeof x - 1);
  x[sizeof x - 1] = 0;
  title_set(x, x, (char *)0);
  x[TITLE_MAX - 4] = 0;
  memcpy(x + TITLE_MAX - 8, "xxxx", 4);
  {
    char want[TITLE_MAX + 1] = "t: ";

    memcpy(want + 3, x, TITLE_MAX - 1 - 3);
    shows(want);
  }
  check(setenv("A", "new", 1) == 0 && unsetenv("SECRET") == 0
    && !getenv("SECRET") && !strcmp(getenv("A"), "new"), "it can change");
  printf("title: %d passed, %d failed\n", passed, failed);
  return failed ? 1 : 0;
}
