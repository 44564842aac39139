/* ISC licence; see LICENSE. */
#include "sslserver/ident.h"

#include <string.h>

#include "login/t/test.h"

char const *PROG = "ident";

/* RFC 1413 sections 4 to 6 */
static const struct { const char *line, *name; } good[] = {
  { "6193, 23 : USERID : UNIX : stjohns\r", "stjohns" },
  { "6195, 23 : USERID : OTHER : MCSJ-MITMUL", "MCSJ-MITMUL" },
  { "1,2:userid:UNIX,US-ASCII:a b\tc", "abc" },
  { "1,2:USERID:UNIX: a:b ", "a:b" },
  { "1,2:USERID:UNIX:\001\033[2J\377=x", "??[2J?=x" },
};
static const char *const bad[] = {
  "6195, 23 : ERROR : NO-USER", "", ":", "::", ":::", "1,2:USERID:UNIX",
  "1,2:USERID:UNIX: \r", "1,2:USERIDS:UNIX:x", "1,2:ERROR:UNIX:x",
  "USERID:UNIX:x:y",
};

int main(void)
{
  char out[IDENT_MAX], line[2000] = "1,2:USERID:U:";
  size_t i;

  for (i = 0; i < sizeof good / sizeof *good; i++)
    CHECK(ident_parse(out, good[i].line, strlen(good[i].line))
      && !strcmp(out, good[i].name));
  for (i = 0; i < sizeof bad / sizeof *bad; i++)
    CHECK(!ident_parse(out, bad[i], strlen(bad[i])) && !out[0]);
  memset(line + 13, 'x', sizeof line - 13);
  CHECK(ident_parse(out, line, sizeof line) && strlen(out) == IDENT_MAX - 1);
  CHECK(ident_parse(out, "1:USERID:U:a\0b", 14) && !strcmp(out, "a?b"));
  return test_end("ident");
}
