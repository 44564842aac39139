/* ISC licence; see LICENSE. */
#include "message/header.h"

#include "message/t/test.h"

static const char block[] =
  "From a@b Sat Jan  1 00:00:00 2000\n"
  "Subject: one\n"
  "\ttwo\n"
  "To : joe\r\n"
  "X-Empty:\n"
  "no field at all\n"
  " and what continues it: x\n"
  "subject:three\n"
  ": no name\n"
  "8bit-\xff: name\n"
  "\n"
  "Body: not a field\n";

static void test_next(void)
{
  static const struct { const char *name, *body, *whole; } want[] = {
    { "Subject", " one\n\ttwo", "Subject: one\n\ttwo\n" },
    { "To", " joe", "To : joe\r\n" },
    { "X-Empty", "", "X-Empty:\n" },
    { "subject", "three", "subject:three\n" },
    { "8bit-\xff", " name", "8bit-\xff: name\n" }
  };
  struct header_field f;
  size_t pos = 0, i = 0;

  while (header_next(block, sizeof block - 1, &pos, &f)) {
    if (i == 5) break;
    EQ_LSTR(f.name, want[i].name);
    EQ_LSTR(f.body, want[i].body);
    EQ_LSTR(f.whole, want[i].whole);
    i++;
  }
  EQ_NUM(i, 5);
  EQ_NUM(header_find(block, sizeof block - 1, "SUBJECT", &f), 1);
  EQ_LSTR(f.body, " one\n\ttwo");
  EQ_NUM(header_find(block, sizeof block - 1, "Body", &f), 0);
  pos = 0;
  EQ_NUM(header_next("", 0, &pos, &f), 0);
  EQ_NUM(header_next("\r\nA: b\n", 7, &pos, &f), 0);
  pos = 0;
  EQ_NUM(header_next("A:", 2, &pos, &f), 1);
  EQ_LSTR(f.body, "");
  EQ_NUM(header_next("A:", 2, &pos, &f), 0);
  pos = 0;
  EQ_NUM(header_next(" A: b\n", 6, &pos, &f), 0);
}

static void test_unfold(void)
{
  stralloc out = STRALLOC_ZERO;

  header_unfold(&out, " one\r\n two\n\tthree \n ", 20);
  EQ_STR(out, "one two\tthree");
  out.len = 0;
  header_unfold(&out, "\n \n ", 4);
  EQ_STR(out, "");
  header_unfold(&out, "a\0b\rc", 5);
  EQ_STR(out, "a\x80" "b\rc");
  stralloc_free(&out);
}

/* the same in any cut, and the size is known without the text */
static void fields(const char *in, size_t n, const struct lstr *names,
                   size_t count, int not, stralloc *out)
{
  stralloc cut = STRALLOC_ZERO;
  struct header_filter f;
  size_t i, k, step;

  out->len = 0;
  header_fields(in, n, names, count, not, out);
  for (step = 1; step < 20; step += 3) {
    cut.len = 0;
    header_filter_begin(&f, names, count, not);
    for (i = 0; i < n; i += k) {
      k = n - i < step ? n - i : step;
      header_filter_feed(&f, in + i, k, &cut);
    }
    header_filter_end(&f, &cut);
    test_eq(__FILE__, __LINE__, "cut", cut.s, cut.len, out->s, out->len);
    EQ_NUM(f.size, out->len);
    header_filter_begin(&f, names, count, not);
    for (i = 0; i < n; i += k) {
      k = n - i < step ? n - i : step;
      header_filter_feed(&f, in + i, k, 0);
    }
    header_filter_end(&f, 0);
    EQ_NUM(f.size, out->len);
  }
  stralloc_free(&cut);
}

static void test_fields(void)
{
  static const struct lstr names[] = {
    { "SUBJECT", 7 }, { "x-empty", 7 }, { "body", 4 }
  };
  stralloc out = STRALLOC_ZERO;

  fields(block, sizeof block - 1, names, 3, 0, &out);
  EQ_STR(out, "Subject: one\r\n\ttwo\r\nX-Empty:\r\nsubject:three\r\n\r\n");
  fields(block, sizeof block - 1, names, 3, 1, &out);
  EQ_STR(out, "To : joe\r\n8bit-\xff: name\r\n\r\n");
  fields(block, sizeof block - 1, names, 0, 0, &out);
  EQ_STR(out, "\r\n");
  fields("A: b\nC: d", 9, names, 0, 1, &out);
  EQ_STR(out, "A: b\r\nC: d");            /* no empty line, none sent */
  fields("A: b\0c\r\n\r\n", 11, names, 0, 1, &out);
  EQ_STR(out, "A: b\x80" "c\r\n\r\n");
  fields("\rA: b\r\r\nC\r: d\n\r\nE: f\n", 23, names, 0, 1, &out);
  EQ_STR(out, "\r\n");
  fields("", 0, names, 3, 0, &out);
  EQ_STR(out, "");
  stralloc_free(&out);
}

/* names about as long as the filter holds, whole and cut short */
static void test_long_names(void)
{
  static const struct lstr names[] = { { "subject", 7 }, { "x", 1 } };
  static const char *const ends[] = {
    "", ":", " ", " :", "\t : b", ": b\n", "\n", " b\n", "\r\n", ": b\n c\r\n\n"
  };
  stralloc out = STRALLOC_ZERO;
  char in[300];
  size_t n, i, len;

  for (n = 0; n < 140; n += n == 3 ? 120 : 1)
    for (i = 0; i < sizeof ends / sizeof *ends; i++) {
      memset(in, 'x', n);
      len = n + (size_t)snprintf(in + n, 100, "%s", ends[i]);
      fields(in, len, names, 2, 0, &out);
      fields(in, len, names, 2, 1, &out);
    }
  stralloc_free(&out);
}

/* random lines, in part with names that are asked for */
static void test_random_lines(void)
{
  static const struct lstr names[] = { { "Ab", 2 }, { "B", 1 }, { "aab", 3 } };
  static const char octets[] = "aBb: \t\r\n\n:\0";
  stralloc out = STRALLOC_ZERO;
  char in[40];
  int round;

  for (round = 0; round < 3000; round++) {
    size_t n = test_random() % sizeof in, i;

    for (i = 0; i < n; i++) in[i] = octets[test_random() % 11];
    fields(in, n, names, 3, round & 1, &out);
  }
  stralloc_free(&out);
}

/* the filter and header_next agree on what a field is */
static void test_agree(void)
{
  static const char octets[] = "aB: \t\r\n\n:\x80";
  stralloc out = STRALLOC_ZERO;
  char in[40];
  int round, bad = 0;

  for (round = 0; round < 30000; round++) {
    size_t n = test_random() % sizeof in, i, pos = 0, size = 0;
    struct header_field f;

    for (i = 0; i < n; i++) in[i] = octets[test_random() % 10];
    out.len = 0;
    header_fields(in, n, 0, 0, 1, &out);
    while (header_next(in, n, &pos, &f)) {
      for (i = 0; i < f.whole.len; i++)
        size += 1 + (f.whole.s[i] == '\n' && f.whole.s[i - 1] != '\r');
    }
    if (pos < n) size += 2;
    if (size != out.len) {
      if (!bad++) {
        test_show(in, n);
        putchar('\n');
      }
    }
  }
  EQ_NUM(bad, 0);
  stralloc_free(&out);
}

int main(void)
{
  test_next();
  test_unfold();
  test_fields();
  test_long_names();
  test_random_lines();
  test_agree();
  return test_end("header");
}
