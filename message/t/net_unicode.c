/* ISC licence; see LICENSE. */
#include "message/net_unicode.h"

#include "message/t/test.h"

/* RFC 5198 section 2 */
static const struct { const char *in, *out; } cases[] = {
  { "", "" },
  { "Work", "Work" },
  { "\xc3\xa4", "\xc3\xa4" },
  { "a\xcc\x88", "\xc3\xa4" },                  /* a umlaut */
  { "x/a\xcc\x88/o\xcc\x88.", "x/\xc3\xa4/\xc3\xb6." },
  { "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c" },   /* Hangul */
  { "\xe2\x84\xab", "\xc3\x85" },               /* angstrom sign */
  { "\xe0\xa5\x98", "\xe0\xa4\x95\xe0\xa4\xbc" },       /* not composed */
  { "q\xcc\x87\xcc\xa3", "q\xcc\xa3\xcc\x87" }, /* marks in order */
  { "\xef\xac\x81", "\xef\xac\x81" },           /* ligature: NFC keeps it */
  { "a\xef\xbb\xbf", "a\xef\xbb\xbf" },
  { "\xef\xbb\xbf" "a", 0 },                    /* byte order mark */
  { "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
  { "a\tb", 0 }, { "a\x7f", 0 },
  { "a\xc2\x80", 0 }, { "a\xc2\x85", 0 }, { "a\xc2\x9f", 0 },
  { "a\xc2\xa0", "a\xc2\xa0" },
  { "a\xe2\x80\xa8", 0 }, { "a\xe2\x80\xa9", 0 },
  { "\xcd\xb8", 0 },                            /* U+0378: not assigned */
  { "\xef\xbf\xbf", 0 },                        /* U+FFFF: never */
  { "\xe4", 0 }, { "a\xcc", 0 }, { "\xc0\xaf", 0 }, { "\xed\xa0\x80", 0 }
};

int main(void)
{
  stralloc out = STRALLOC_ZERO;
  size_t i;
  int r;

  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    out.len = 0;
    r = net_unicode(&out, cases[i].in, strlen(cases[i].in));
    if (cases[i].out)
      CHECK(r == 1 && out.len == strlen(cases[i].out)
            && !memcmp(out.s ? out.s : "", cases[i].out, out.len),
            "case %u", (unsigned)i);
    else
      CHECK(!r && !out.len, "case %u", (unsigned)i);
  }
  stralloc_free(&out);
  return test_end("net_unicode");
}
