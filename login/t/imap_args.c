/* ISC licence; see LICENSE. */
#include "login/imap_args.h"

#include <stdlib.h>
#include <string.h>

#include "login/frame.h"
#include "login/imap_id.h"
#include "test.h"

static struct imap_args a;
static char out[2048];
static char *copy;

/* in memory of just that size, so that a sanitizer sees every step beyond */
static void on(const char *s, size_t n)
{
  free(copy);
  copy = malloc(n ? n : 1);
  memcpy(copy, s, n);
  a.p = copy;
  a.end = copy + n;
  a.error = 0;
}

#define ON(s) on((s), sizeof (s) - 1)
#define GIVES(call, want) \
  CHECK((call) == 0 && !strcmp(out, (want)))
#define FAILS(call) CHECK((call) == -1 && a.error)

static void test_words(void)
{
  const char *w;
  size_t n;

  ON("A1 x");
  GIVES(imap_tag(&a, out, 64), "A1");
  CHECK(imap_space(&a) == 0);
  GIVES(imap_atom(&a, out, 64), "x");
  CHECK(imap_end(&a) == 0);
  FAILS(imap_space(&a));
  FAILS(imap_atom(&a, out, 64));
  ON("a+"); GIVES(imap_tag(&a, out, 64), "a"); FAILS(imap_end(&a));
  ON("\x7f"); FAILS(imap_tag(&a, out, 64));
  ON("abc"); GIVES(imap_tag(&a, out, 3), "abc");
  ON("abcd"); FAILS(imap_tag(&a, out, 3));
  ON("a]b"); GIVES(imap_tag(&a, out, 64), "a]b");
  ON("a]b"); GIVES(imap_atom(&a, out, 64), "a");
  ON("a]b"); GIVES(imap_astring(&a, out, 64), "a]b");
  ON("a+b"); GIVES(imap_astring(&a, out, 64), "a+b");
  ON("ab= c"); CHECK(imap_word(&a, &w, &n) == 0 && n == 3);
  ON(" "); FAILS(imap_word(&a, &w, &n));
}

static void test_strings(void)
{
  ON("\"\""); GIVES(imap_string(&a, out, 64), "");
  ON("\"a\\\"\\\\b\"x"); GIVES(imap_string(&a, out, 64), "a\"\\b");
  CHECK(imap_at(&a, 'x'));
  ON("\"abc"); FAILS(imap_string(&a, out, 64));
  ON("\"abc\\"); FAILS(imap_string(&a, out, 64));
  ON("\"a\\bc\""); FAILS(imap_string(&a, out, 64));
  ON("\"a\0b\""); FAILS(imap_string(&a, out, 64));
  ON("\"a\rb\""); FAILS(imap_string(&a, out, 64));
  ON("\"abc\""); GIVES(imap_string(&a, out, 3), "abc");
  ON("\"abcd\""); FAILS(imap_string(&a, out, 3));
  ON("{3}\r\na\"bc"); GIVES(imap_string(&a, out, 64), "a\"b");
  ON("{3+}\r\nabc"); GIVES(imap_astring(&a, out, 3), "abc");
  ON("{4+}\r\nabcd"); FAILS(imap_string(&a, out, 3));
  ON("{0}\r\n"); GIVES(imap_string(&a, out, 64), "");
  ON("{4}\r\nabc"); FAILS(imap_string(&a, out, 64));
  ON("{3}\r\na\0b"); FAILS(imap_string(&a, out, 64));
  ON("{3}abc"); FAILS(imap_string(&a, out, 64));
  ON("{3}"); FAILS(imap_string(&a, out, 64));
  ON("{3"); FAILS(imap_string(&a, out, 64));
  ON("{"); FAILS(imap_string(&a, out, 64));
  ON("{}\r\n"); FAILS(imap_string(&a, out, 64));
  ON("{+}\r\n"); FAILS(imap_string(&a, out, 64));
  ON("{4294967296}\r\nabc"); FAILS(imap_string(&a, out, 64));
  ON("{99999999999999999999999999}\r\n"); FAILS(imap_string(&a, out, 64));
  ON("nil"); CHECK(imap_nstring(&a, out, 64) == 1);
  ON("\"NIL\""); GIVES(imap_nstring(&a, out, 64), "NIL");
  ON("NI"); FAILS(imap_nstring(&a, out, 64));
  ON("x"); FAILS(imap_string(&a, out, 64));
}

static enum imap_literal at_end(const char *line, uint32_t *n)
{
  on(line, strlen(line));
  return imap_literal_at_end(copy, strlen(line), n);
}

static void test_announced(void)
{
  uint32_t n = 0;

  CHECK(at_end("a LOGIN {5}", &n) == IMAP_SYNC && n == 5);
  CHECK(at_end("a LOGIN {15+}", &n) == IMAP_NONSYNC && n == 15);
  CHECK(at_end("a ID ({4294967295}", &n) == IMAP_SYNC && n == 4294967295U);
  CHECK(at_end("a X {4294967296}", &n) == IMAP_LITERAL_BAD);
  CHECK(at_end("a X {00000000000000007}", &n) == IMAP_SYNC && n == 7);
  CHECK(at_end("a LOGIN joe{5}", &n) == IMAP_NO_LITERAL);
  CHECK(at_end("a LOGIN {5} ", &n) == IMAP_NO_LITERAL);
  CHECK(at_end("a LOGIN {}", &n) == IMAP_NO_LITERAL);
  CHECK(at_end("a LOGIN {+}", &n) == IMAP_NO_LITERAL);
  CHECK(at_end("a LOGIN {5-}", &n) == IMAP_NO_LITERAL);
  CHECK(at_end("a LOGIN {x5}", &n) == IMAP_NO_LITERAL);
  CHECK(at_end("{5}", &n) == IMAP_NO_LITERAL);
  CHECK(at_end("}", &n) == IMAP_NO_LITERAL);
  CHECK(at_end("", &n) == IMAP_NO_LITERAL);
}

static int id(const char *s)
{
  on(s, strlen(s));
  return imap_id(&a, out) == -1 ? -1 : imap_end(&a);
}

static void test_id(void)
{
  GIVES(id("NIL"), "");
  GIVES(id("()"), "");
  GIVES(id("(\"a\" \"b\")"), "(\"a\" \"b\")");
  GIVES(id("(\"a\" NIL \"b\" \"\")"), "(\"a\" NIL \"b\" \"\")");
  GIVES(id("(\"a\\\"\" {3}\r\n\\\n\x7f)"), "(\"a\\\"\" \"\\\\??\")");
  FAILS(id("(\"a\" \"b\" )"));
  FAILS(id("(\"a\"\"b\")"));
  FAILS(id("(\"a\" \"b\""));
  FAILS(id("( \"a\" \"b\")"));
  FAILS(id("(NIL \"b\")"));
  FAILS(id("\"a\""));
  FAILS(id(""));
}

/* whatever the lengths, the list stays whole and within its bound */
static void test_id_bound(void)
{
  static char text[3000];
  size_t n, one, two;

  for (one = 900; one <= IMAP_ID_VALUE_MAX; one++)
    for (two = 0; two < 4; two++) {
      n = (size_t)snprintf(text, sizeof text,
        "(\"a\" \"%0*d\" \"b\" \"%0*d\")",
        (int)one, 0, (int)(two * 40 + 1), 0);
      on(text, n);
      if (imap_id(&a, out) == -1) CHECK(0);
      n = strlen(out);
      CHECK(n <= FRAME_ID_MAX && n > 2 && out[0] == '(' && out[n - 1] == ')');
    }
}

int main(void)
{
  test_words();
  test_strings();
  test_announced();
  test_id();
  test_id_bound();
  free(copy);
  return test_end("imap_args");
}
