/* ISC licence; see LICENSE. */
#include "imapd/parse.h"

#include <stdlib.h>
#include <string.h>
#include <skalibs/strerr.h>

#include "imapd/flags.h"
#include "maildir/t/check.h"

char const *PROG = "parse";

static struct parse p;
static char *copy;              /* exact, so that a sanitizer sees overruns */

static struct parse *with_len(const char *s, size_t len)
{
  free(copy);
  copy = malloc(len ? len : 1);
  if (!copy) abort();
  memcpy(copy, s, len);
  parse_init(&p, copy, len);
  return &p;
}

static struct parse *with(const char *s)
{
  return with_len(s, strlen(s));
}

typedef int text_fn(struct parse *, struct text *);

/* the piece is what, and rest is left */
static int gives(text_fn *f, const char *in, const char *what,
                 const char *rest)
{
  struct text t;

  return f(with(in), &t) && t.len == strlen(what)
    && !memcmp(t.s, what, t.len)
    && (size_t)(p.end - p.s) == strlen(rest)
    && !memcmp(p.s, rest, strlen(rest));
}

static int fails(text_fn *f, const char *in)
{
  struct text t;

  return !f(with(in), &t) && p.why;
}

/* RFC 3501 section 9: each class of octets, all 256 of them */
static void test_classes(void)
{
  int c;

  for (c = 0; c < 256; c++) {
    int ctl = c < 32 || c == 127, high = c > 127;
    int special = c && strchr("(){ %*\"\\]", c);
    int atom = c && !ctl && !high && !special;

    CHECK(is_atom_char((unsigned char)c) == atom);
    CHECK(is_astring_char((unsigned char)c) == (atom || c == ']'));
    CHECK(is_tag_char((unsigned char)c) == ((atom || c == ']') && c != '+'));
    CHECK(is_list_char((unsigned char)c)
          == (atom || c == ']' || c == '%' || c == '*'));
  }
}

static void test_text(void)
{
  struct text t;

  CHECK(gives(parse_atom, "abc def", "abc", " def"));
  CHECK(gives(parse_atom, "abc)", "abc", ")"));
  CHECK(gives(parse_atom, "a]", "a", "]"));
  CHECK(fails(parse_atom, ""));
  CHECK(fails(parse_atom, "\"x\""));
  CHECK(gives(parse_astring, "a]b c", "a]b", " c"));
  CHECK(gives(parse_astring, "\"a b\" c", "a b", " c"));
  CHECK(gives(parse_astring, "\"\"", "", ""));
  CHECK(gives(parse_astring, "\"a\\\"b\\\\c\"x", "a\"b\\c", "x"));
  CHECK(gives(parse_astring, "{3}\r\na b c", "a b", " c"));
  CHECK(gives(parse_astring, "{3+}\na\r\n", "a\r\n", ""));
  CHECK(gives(parse_astring, "{0}\r\n", "", ""));
  CHECK(fails(parse_astring, "\"abc"));
  CHECK(fails(parse_astring, "\"abc\\"));
  CHECK(fails(parse_astring, "\"abc\\n\""));
  CHECK(fails(parse_astring, "\"a\rb\""));
  CHECK(fails(parse_astring, "{4}\r\nabc"));
  CHECK(fails(parse_astring, "{4}abcd"));
  CHECK(fails(parse_astring, "{}\r\n"));
  CHECK(fails(parse_astring, "{-1}\r\n"));
  CHECK(fails(parse_astring, "{99999999999999999999}\r\n"));
  CHECK(fails(parse_astring, "{9223372036854775807}\r\nx"));
  CHECK(fails(parse_string, "abc"));
  CHECK(!parse_string(with_len("{3}\r\na\0b", 8), &t));
  CHECK(!parse_string(with_len("\"a\0b\"", 5), &t));
  CHECK(gives(parse_list_mailbox, "a%*] b", "a%*]", " b"));
  CHECK(fails(parse_mailbox, "%"));
  CHECK(parse_nstring(with("nil x"), &t) && !t.s);
  CHECK(gives(parse_nstring, "\"NIL\"", "NIL", ""));
  CHECK(fails(parse_nstring, "nilly"));
}

static void test_spaces(void)
{
  CHECK(parse_sp(with(" x")));
  CHECK(!parse_sp(with("x")));
  CHECK(!parse_sp(with("")));
  CHECK(!parse_sp(with(" ")));
  CHECK(!parse_sp(with("  x")));
  CHECK(parse_end(with("")));
  CHECK(!parse_end(with(" ")));
  CHECK(parse_try_word(with("return ("), "RETURN"));
  CHECK(!parse_try_word(with("returns"), "RETURN"));
  CHECK(!parse_try_word(with("retur"), "RETURN"));
}

static void test_numbers(void)
{
  uint32_t n;
  uint64_t big;

  CHECK(parse_number(with("0"), &n) && n == 0);
  CHECK(parse_number(with("4294967295x"), &n) && n == UINT32_MAX);
  CHECK(!parse_number(with("4294967296"), &n));
  CHECK(!parse_number(with("99999999999999999999999"), &n));
  CHECK(!parse_number(with("-1"), &n));
  CHECK(!parse_number(with(""), &n));
  CHECK(!parse_nz_number(with("0"), &n));
  CHECK(parse_nz_number(with("007"), &n) && n == 7);
  CHECK(parse_number64(with("9223372036854775807"), &big)
        && big == INT64_MAX);
  CHECK(!parse_number64(with("9223372036854775808"), &big));
}

static void test_sequence_sets(void)
{
  struct seqset s = SEQSET_ZERO;

  CHECK(parse_sequence_set(with("1"), &s) && s.n == 1
        && s.r[0].lo == 1 && s.r[0].hi == 1);
  CHECK(parse_sequence_set(with("5:3,*,7:* x"), &s) && s.n == 3
        && s.r[0].lo == 5 && s.r[0].hi == 3 && !s.r[1].lo && !s.r[1].hi
        && s.r[2].lo == 7 && !s.r[2].hi && *p.s == ' ');
  CHECK(parse_sequence_set(with("*:4294967295"), &s) && s.n == 1
        && !s.r[0].lo && s.r[0].hi == UINT32_MAX);
  CHECK(parse_sequence_set(with("$"), &s) && s.saved && !s.n);
  CHECK(parse_sequence_set(with("4,$"), &s) && s.saved && s.n == 1);
  CHECK(parse_sequence_set(with("4"), &s) && !s.saved);
  CHECK(parse_sequence_set(with("$,4"), &s) && *p.s == ',');
  CHECK(!parse_sequence_set(with("4:$"), &s));
  CHECK(!parse_sequence_set(with(""), &s));
  CHECK(!parse_sequence_set(with("0"), &s));
  CHECK(!parse_sequence_set(with("1:"), &s));
  CHECK(!parse_sequence_set(with("1,"), &s));
  CHECK(!parse_sequence_set(with(",1"), &s));
  CHECK(!parse_sequence_set(with(":1"), &s));
  CHECK(!parse_sequence_set(with("1:0"), &s));
  CHECK(!parse_sequence_set(with("4294967296"), &s));
  CHECK(!parse_sequence_set(with("a"), &s));
  /* what follows is for the caller to refuse */
  CHECK(parse_sequence_set(with("1:2:3"), &s) && *p.s == ':');
  seqset_free(&s);
}

static int date(const char *s, int64_t want)
{
  int64_t t;

  return parse_date(with(s), &t) && t == want;
}

static int date_time(const char *s, int64_t want)
{
  int64_t t;

  return parse_date_time(with(s), &t) && t == want;
}

static void test_dates(void)
{
  static const char *const bad[] = {
    "", "1-Feb", "32-Jan-2000", "0-Jan-2000", "30-Feb-2000", "29-Feb-1900",
    "29-Feb-2001", "1-Foo-2000", "1-Jan-99", "100-Jan-2000", "1/Jan/2000",
    "\"1-Jan-2000", "-1-Jan-2000", "01-Ja"
  };
  static const char *const bad_time[] = {
    "", "1-Feb-1994 00:00:00 +0000", "\" 1-Feb-1994 24:00:00 +0000\"",
    "\" 1-Feb-1994 00:60:00 +0000\"", "\" 1-Feb-1994 00:00:61 +0000\"",
    "\" 1-Feb-1994 00:00:00 +2400\"", "\" 1-Feb-1994 00:00:00 +0060\"",
    "\" 1-Feb-1994 00:00:00 0000\"", "\" 1-Feb-1994 00:00:00 GMT\"",
    "\" 1-Feb-1994 00:00:00\"", "\" 1-Feb-1994 00:00:00 +0000",
    "\"32-Feb-1994 00:00:00 +0000\"", "\" 1-Feb-1994 0:00:00 +0000\""
  };
  int64_t t;
  size_t i;

  CHECK(date("1-Jan-1970", 0));
  CHECK(date("\"1-Jan-1970\"", 0));
  CHECK(date("01-jan-1970", 0));
  CHECK(date("29-Feb-2000", 951782400));
  CHECK(date("31-Dec-1969", -86400));
  CHECK(date("1-Jan-0000", -62167219200));
  CHECK(date("31-Dec-9999", 253402214400));
  CHECK(date_time("\" 1-Jan-1970 00:00:00 +0000\"", 0));
  CHECK(date_time("\"17-Jul-1996 02:44:25 -0700\"", 837596665));
  CHECK(date_time("\"14-Nov-2023 23:13:20 +0100\"", 1700000000));
  CHECK(date_time("\"31-Dec-1998 23:59:60 +0000\"", 915148800));
  for (i = 0; i < sizeof bad / sizeof *bad; i++)
    if (!CHECK(!parse_date(with(bad[i]), &t))) puts(bad[i]);
  for (i = 0; i < sizeof bad_time / sizeof *bad_time; i++)
    if (!CHECK(!parse_date_time(with(bad_time[i]), &t))) puts(bad_time[i]);
}

static int flags(const char *s, int bare, uint32_t want, const char *names,
                 size_t len)
{
  struct flag_list f = { 0, STRALLOC_ZERO };
  int ok = parse_flag_list(with(s), &f, bare) && f.flags == want
    && f.names.len == len && (!len || !memcmp(f.names.s, names, len));

  flag_list_free(&f);
  return ok;
}

static void test_flags(void)
{
  struct flag_list f = { 0, STRALLOC_ZERO };

  CHECK(flags("()", 0, 0, "", 0));
  CHECK(flags("(\\Seen)", 0, MF_SEEN, "", 0));
  CHECK(flags("(\\seen \\DELETED $Junk a)", 0, MF_SEEN | MF_DELETED,
              "$Junk\0a", 8));
  CHECK(flags("\\Draft x", 1, MF_DRAFT, "x", 2));
  CHECK(!parse_flag_list(with("\\Draft"), &f, 0));
  CHECK(!parse_flag_list(with("(\\Recent)"), &f, 0));
  CHECK(!parse_flag_list(with("(\\Foo)"), &f, 0));
  CHECK(!parse_flag_list(with("(\\)"), &f, 0));
  CHECK(!parse_flag_list(with("(a"), &f, 0));
  CHECK(!parse_flag_list(with("(a  b)"), &f, 0));
  CHECK(!parse_flag_list(with("(a )"), &f, 0));
  CHECK(!parse_flag_list(with("( a)"), &f, 0));
  CHECK(!parse_flag_list(with("(\"a\")"), &f, 0));
  CHECK(!parse_flag_list(with(""), &f, 1));
  flag_list_free(&f);
}

static void test_literal_header(void)
{
  uint64_t n;

  CHECK(parse_literal_header(with("{12}"), &n) && n == 12);
  CHECK(parse_literal_header(with("{0+}"), &n) && n == 0);
  CHECK(!parse_literal_header(with("{12} "), &n));
  CHECK(parse_literal_header(with("~{13}"), &n) && n == 13);
  CHECK(!parse_literal_header(with("~12"), &n));
  CHECK(!parse_literal_header(with("{12"), &n));
  CHECK(!parse_literal_header(with("{12-}"), &n));
  CHECK(!parse_literal_header(with("\"x\""), &n));
}

int main(void)
{
  test_classes();
  test_text();
  test_spaces();
  test_numbers();
  test_sequence_sets();
  test_dates();
  test_flags();
  test_literal_header();
  free(copy);
  return check_done("parse");
}
