/* ISC licence; see LICENSE. */
#include "pop3d/surrogate.h"

#include <stdlib.h>
#include <string.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "maildir/t/check.h"
#include "pop3d/surrogate_words.h"

char const *PROG = "surrogate";

static stralloc out = STRALLOC_ZERO;

static void becomes(const char *in, const char *want, int line)
{
  out.len = 0;
  surrogate_header(&out, in, strlen(in));
  if (!check_one(stralloc_eqs(&out, want), __FILE__, line, in))
    printf("got:  %.*s\nwant: %s\n", (int)out.len, out.s, want);
}

#define BECOMES(in, want) becomes(in, want, __LINE__)

#define BAD "<invalid@internationalized-address.invalid>"

static void check_whole(void)
{
  BECOMES("", "");
  BECOMES("\n", "\n");
  BECOMES("Subject: a\r\n b\r\nX: y\n\r\n", "Subject: a\r\n b\r\nX: y\n\r\n");
  BECOMES("no field\nA: b\nanother\n\n", "no field\nA: b\nanother\n\n");
  BECOMES("no f\xc3\xbc""eld\nA: b\n\n", "A: b\n\n");
  BECOMES("X-Note: gr\xc3\xbc\xc3\x9f\n continued\nA: b\n\n", "A: b\n\n");
  BECOMES("Received: \xff\nA: b", "A: b");
  BECOMES("S\xc3\xbc: x\n\n", "\n");
}

static void check_text(void)
{
  BECOMES("Subject: gr\xc3\xbc\xc3\x9f dich\n\n",
          "Subject: =?utf-8?B?Z3LDvMOf?= dich\n\n");
  BECOMES("SUBJECT:\xc3\xbc\n\n", "SUBJECT: =?utf-8?B?w7w=?=\n\n");
  BECOMES("Subject: \xc3\xbc  \xc3\xbc x\n\n",
          "Subject: =?utf-8?B?w7wgIMO8?= x\n\n");
  BECOMES("Subject: \xfc\n\n", "Subject: =?unknown-8bit?B?/A==?=\n\n");
  /* between two encoded words white space is not shown: so it goes in */
  BECOMES("Subject: =?utf-8?Q?a?= \xc3\xbc =?utf-8?Q?b?=\n\n",
          "Subject: =?utf-8?Q?a?= =?utf-8?B?IMO8IA==?= =?utf-8?Q?b?=\n\n");
  BECOMES("Subject: a\n \xc3\xbc\n\n", "Subject: a =?utf-8?B?w7w=?=\n\n");
  BECOMES("Content-Description: \xc3\xbc\n\n",
          "Content-Description: =?utf-8?B?w7w=?=\n\n");
}

/* whole characters in each word, and no word beyond 75 octets */
static void check_long(void)
{
  stralloc in = STRALLOC_ZERO;
  size_t i, start = 0, word;
  int ok = 1;

  for (i = 0; i < 500; i++) stralloc_cats(&in, i % 3 ? "\xe2\x82\xac" : "x");
  out.len = 0;
  words_text(&out, in.s, in.len);
  for (i = 0; i <= out.len; i++)
    if (i == out.len || out.s[i] == '\n') {
      word = i - start;
      if (word > 76) ok = 0;
      start = i + 1;
    }
  CHECK(ok);
  CHECK(!has_8bit(out.s, out.len));
  stralloc_free(&in);
}

static void check_addresses(void)
{
  BECOMES("From: J\xc3\xb6rg <j@example.de>\n\n",
          "From: =?utf-8?B?SsO2cmc=?= <j@example.de>\n\n");
  BECOMES("From: \"J\xc3\xb6rg, \\\"X\\\"\" <j@example.de>\n\n",
          "From: =?utf-8?B?SsO2cmcsICJYIg==?= <j@example.de>\n\n");
  BECOMES("To: a@example.org, J\xc3\xb6 <j@example.de>, \"c, d\" <e@f>\n\n",
          "To: a@example.org,\n =?utf-8?B?SsO2?= <j@example.de>,\n"
          " \"c, d\" <e@f>\n\n");
  BECOMES("From: j\xc3\xb6@example.de\n\n",
          "From: =?utf-8?B?asO2QGV4YW1wbGUuZGU=?= " BAD "\n\n");
  BECOMES("From: Fred <fred@\xc3\xb6.example>\n\n",
          "From: =?utf-8?B?RnJlZCA8ZnJlZEDDti5leGFtcGxlPg==?= " BAD "\n\n");
  BECOMES("From: j@example.de (J\xc3\xb6rg)\n\n",
          "From: =?utf-8?B?SsO2cmc=?= <j@example.de>\n\n");
  BECOMES("From: Joe <j@example.de> (J\xc3\xb6rg)\n\n",
          "From: Joe <j@example.de>\n\n");
  BECOMES("To: Fr\xc3\xbc""he: a@b, c@d;, e@f\n\n",
          "To: =?utf-8?B?RnLDvGhl?=: a@b,\n c@d;,\n e@f\n\n");
  BECOMES("To: J\xf6rg <j@example.de>\n\n",
          "To: =?unknown-8bit?B?SvZyZw==?= <j@example.de>\n\n");
  BECOMES("To: \xc3\xbc <a@b\n\n", "To: =?utf-8?B?w7wgPGFAYg==?= " BAD "\n\n");
  BECOMES("To: (((((\xc3\xbc\n\n",
          "To: =?utf-8?B?KCgoKCjDvA==?= " BAD "\n\n");
}

static void check_params(void)
{
  BECOMES("Content-Disposition: attachment; filename=\"r\xc3\xa9sum\xc3\xa9"
          " 1.pdf\"; size=3\n\n",
          "Content-Disposition: attachment;\n"
          " filename*=utf-8''r%C3%A9sum%C3%A9%201.pdf;\n size=3\n\n");
  BECOMES("Content-Type: text/plain; charset=utf-8; name=\xff\n\n",
          "Content-Type: text/plain;\n charset=utf-8\n\n");
  BECOMES("Content-Type: text/\xc3\xbc; charset=utf-8\nA: b\n\n", "A: b\n\n");
  BECOMES("Content-Type: a/b; x\xc3\xbc=1; y*=\xc3\xbc; \xc3\xbc\n\n",
          "Content-Type: a/b\n\n");
  BECOMES("Content-Type: a/b; n=\"\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc"
          "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\"\n\n",
          "Content-Type: a/b;\n n*0*=utf-8''%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC"
          "%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC;\n n*1*=%C3%BC%C3%BC\n\n");
  BECOMES("Content-Type: a/b; n=\"a;b\\\"\xc3\xbc\n\n",
          "Content-Type: a/b;\n n*=utf-8''a%3Bb%22%C3%BC\n\n");
}

static void check_octets(void)
{
  static char s[10000];
  size_t i;
  int ok = 1;

  memset(s, 'a', sizeof s);
  CHECK(!has_8bit(s, sizeof s));
  for (i = 0; i < sizeof s; i++) {
    s[i] = (char)0x80;
    if (!has_8bit(s, sizeof s) || has_8bit(s, i) || !has_8bit(s + i, 1)
        || has_8bit(s + i + 1, sizeof s - i - 1))
      ok = 0;
    s[i] = 0x7f;
  }
  CHECK(ok);
}

/* anything goes in, ASCII comes out, in linear time */
static void check_random(void)
{
  static const char octets[] =
    "\n\n :;,<>()[]\"\\=?*%\r\t@aX\0\x80\xc3\xbc\xff";
  static const char *const names[] = {
    "From:", "Subject:", "Content-Type:", "Content-Disposition:", "X:", "" };
  stralloc in = STRALLOC_ZERO;
  const char *name;
  unsigned i, round;
  int ok = 1;

  srand(7);
  for (round = 0; round < 5000; round++) {
    in.len = 0;
    for (i = 0; i < round % 300; i++) {
      name = names[rand() % 6];
      if (!(rand() % 12)) stralloc_cats(&in, name);
      stralloc_append(&in, octets[(size_t)rand() % (sizeof octets - 1)]);
    }
    out.len = 0;
    surrogate_header(&out, in.s, in.len);
    ok &= !has_8bit(out.s, out.len);
  }
  CHECK(ok);
  stralloc_free(&in);
}

int main(void)
{
  check_whole();
  check_text();
  check_long();
  check_addresses();
  check_params();
  check_octets();
  check_random();
  return check_done("surrogate");
}
