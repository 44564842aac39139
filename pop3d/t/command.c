/* ISC licence; see LICENSE. */
#include "pop3d/command.h"

#include <string.h>
#include <skalibs/strerr.h>

#include "maildir/t/check.h"

char const *PROG = "command";

static struct command c;

static int good(const char *line)
{
  const char *why = command_parse(&c, line, strlen(line));

  if (why) printf("%s: %s\n", line, why);
  return !why;
}

static int bad(const char *line)
{
  return command_parse(&c, line, strlen(line)) != 0;
}

static int is(const char *name)
{
  return c.row && !strcmp(c.row->name, name);
}

static void check_good(void)
{
  CHECK(good("STAT") && is("STAT") && !c.msn);
  CHECK(good("stat") && is("STAT"));
  CHECK(good("sTaT   ") && is("STAT"));
  CHECK(good("LIST") && is("LIST") && !c.msn);
  CHECK(good("LIST 1") && c.msn == 1);
  CHECK(good("list  12  ") && c.msn == 12);
  CHECK(good("RETR 4294967296") && c.msn == 4294967296u);
  CHECK(good("RETR 999999999999999999") && c.msn == 999999999999999999u);
  CHECK(good("TOP 1 0") && is("TOP") && c.msn == 1 && c.lines == 0);
  CHECK(good("TOP 10 999999999999999999"));
  CHECK(c.msn == 10 && c.lines == 999999999999999999u);
  CHECK(good("LANG") && is("LANG") && !c.word);
  CHECK(good("LANG en-US") && c.wordlen == 5 && !memcmp(c.word, "en-US", 5));
  CHECK(good("PASS a secret  with spaces") && is("PASS"));
  CHECK(good("AUTH PLAIN =") && is("AUTH"));
  CHECK(good("QUIT ") && is("QUIT"));
}

static void check_bad(void)
{
  static const char *const lines[] = {
    "", " ", " STAT", "STA", "STATS", "XYZZY", "STAT 1", "NOOP now", "RSET 1",
    "QUIT 1", "CAPA 1", "RETR", "RETR ", "DELE", "RETR 0", "RETR 01",
    "RETR 00", "RETR -1", "RETR +1", "RETR 1x", "RETR x", "RETR 1 2",
    "RETR 1,2", "RETR 1.0", "RETR 0x1", "RETR 1000000000000000000",
    "RETR 18446744073709551617", "LIST -1", "LIST 0", "LIST 1 2", "UIDL a",
    "UIDL 1 1", "TOP", "TOP 1", "TOP 1 ", "TOP 1 -1", "TOP 1 00", "TOP 1 01",
    "TOP 0 1", "TOP 1 1 1", "TOP 1 99999999999999999999", "TOP x 1",
    "TOP 1 1x", "LANG en de", "STAT\t", "STAT\r", "LIST\t1", "LIST 1\x7f",
    "LIST \xb2", "\x80", "ST\xc4T",
  };
  size_t i;

  for (i = 0; i < sizeof lines / sizeof *lines; i++)
    check_one(bad(lines[i]), __FILE__, __LINE__, lines[i]);
  CHECK(command_parse(&c, "STAT\0", 5) != 0);
  CHECK(command_parse(&c, "\0", 1) != 0);
  CHECK(command_parse(&c, "LIST 1\0002", 8) != 0);
}

int main(void)
{
  check_good();
  check_bad();
  return check_done("command");
}
