/* ISC licence; see LICENSE. */
#include "message/fold.h"

#include "message/t/test.h"

static const struct { const char *in, *out; } cases[] = {
  { "", "" },
  { "Hello, World 123 [\\]^_`{|}~", "HELLO, WORLD 123 [\\]^_`{|}~" },
  { "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
  { "\xc3\xa4", "A\xcc\x88" },                   /* a umlaut */
  { "\xc3\x84", "A\xcc\x88" },
  { "a\xcc\x88", "A\xcc\x88" },                  /* decomposed already */
  { "\xc3\x9f", "\xc3\x9f" },                    /* sharp s has no titlecase */
  /* RFC 5051 section 2: U+01C4 becomes 0044 007A 030C */
  { "\xc7\x84", "Dz\xcc\x8c" },
  { "\xc7\x86", "Dz\xcc\x8c" },
  { "\xd0\xbf\xd1\x80", "\xd0\x9f\xd0\xa0" },    /* Cyrillic */
  { "\xce\xac", "\xce\x91\xcc\x81" },            /* Greek alpha with tonos */
  { "\xcf\x82", "\xce\xa3" },                    /* final sigma */
  { "\xef\xac\x81", "fi" },                      /* ligature: not titlecased */
  { "\xef\xbc\xa1", "A" },                       /* fullwidth A */
  { "\xef\xbd\x81", "A" },
  { "\xe2\x85\xb3", "IV" },                      /* small roman four */
  { "\xed\x95\x9c", "\xed\x95\x9c" },            /* Hangul stays */
  { "\xe6\xbc\xa2", "\xe6\xbc\xa2" },
  { "\xf0\x90\x90\xa8", "\xf0\x90\x90\x80" },    /* Deseret */
  { "\xef\xb7\xba", 0 },                         /* 18 code points */
  { "x\xffy\xc3", "X\xffY\xc3" }                 /* not UTF-8: as it is */
};

int main(void)
{
  stralloc out = STRALLOC_ZERO, cut = STRALLOC_ZERO;
  size_t i, k, n;
  static const char octets[] = "azA9\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xff";
  char in[100];
  int round, bad = 0;

  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    out.len = 0;
    fold(&out, cases[i].in, strlen(cases[i].in));
    if (cases[i].out)
      test_eq(__FILE__, __LINE__, cases[i].in, out.s, out.len, cases[i].out,
              strlen(cases[i].out));
    else EQ_NUM(out.len, 33);
  }
  EQ_NUM(fold_equal("Stra\xc3\x9f" "e", 7, "STRA\xc3\x9f" "E", 7), 1);
  EQ_NUM(fold_equal("a", 1, "b", 1), 0);
  EQ_NUM(fold_equal("", 0, "", 0), 1);
  EQ_NUM(fold_equal("a", 1, "", 0), 0);
  out.len = 0;
  EQ_NUM(fold_some(&out, "ab\xe2\x82", 4), 2);
  EQ_STR(out, "AB");

  /* pieces, each with what the last one left */
  for (round = 0; round < 5000; round++) {
    size_t held = 0;
    char buf[110];

    n = test_random() % sizeof in;
    for (i = 0; i < n; i++)
      in[i] = octets[test_random() % 14];
    out.len = cut.len = 0;
    fold(&out, in, n);
    for (i = 0; i < n; i += k) {
      k = 1 + test_random() % 5;
      if (k > n - i) k = n - i;
      memcpy(buf + held, in + i, k);
      held += k;
      {
        size_t used = fold_some(&cut, buf, held);

        memmove(buf, buf + used, held - used);
        held -= used;
      }
    }
    fold(&cut, buf, held);
    if (out.len != cut.len || (n && memcmp(out.s, cut.s, out.len))) bad++;
  }
  EQ_NUM(bad, 0);
  stralloc_free(&out);
  stralloc_free(&cut);
  return test_end("fold");
}
