/* ISC licence; see LICENSE. */
#include "message/decode.h"

#include "message/t/test.h"

/* decode s in pieces of step octets */
static int decode(int encoding, const char *s, size_t n, size_t step,
                  stralloc *out)
{
  struct decoder d;
  size_t i, k;

  out->len = 0;
  decode_begin(&d, encoding);
  for (i = 0; i < n; i += k) {
    k = n - i < step ? n - i : step;
    if (!stralloc_readyplus(out, DECODE_ROOM(k))) abort();
    out->len += decode_feed(&d, s + i, k, out->s + out->len);
  }
  if (!stralloc_readyplus(out, DECODE_ROOM(0))) abort();
  out->len += decode_end(&d, out->s + out->len);
  return d.damaged;
}

static const struct {
  int encoding;
  const char *in, *out;
  int damaged;
} cases[] = {
  { MIME_BASE64, "", "", 0 },
  { MIME_BASE64, "Zg==", "f", 0 },
  { MIME_BASE64, "Zm8=", "fo", 0 },
  { MIME_BASE64, "Zm9v", "foo", 0 },
  { MIME_BASE64, "Zm9vYg==", "foob", 0 },
  { MIME_BASE64, "Zm9vYmE=", "fooba", 0 },
  { MIME_BASE64, "Zm9vYmFy", "foobar", 0 },
  { MIME_BASE64, "Zm9v\r\nYmFy\r\n", "foobar", 0 },
  { MIME_BASE64, "Zm9v\nYm\nFy\n", "foobar", 0 },
  { MIME_BASE64, " Z m 9 v ", "foo", 0 },
  { MIME_BASE64, "Zm9vYg", "foob", 1 },          /* padding missing */
  { MIME_BASE64, "Zm9vYmE", "fooba", 1 },
  { MIME_BASE64, "Zm9vY", "foo", 1 },            /* truncated in a quad */
  { MIME_BASE64, "Zg==Zm9v", "ffoo", 1 },        /* two stretches in one */
  { MIME_BASE64, "Z!m*9v", "foo", 1 },           /* foreign octets */
  { MIME_BASE64, "====", "", 1 },
  { MIME_QP, "", "", 0 },
  { MIME_QP, "plain text", "plain text", 0 },
  /* RFC 2045 section 6.7 */
  { MIME_QP, "Now's the time =\r\nfor all folk to come=\r\n"
    " to the aid of their country.",
    "Now's the time for all folk to come to the aid of their country.", 0 },
  { MIME_QP, "a=3Db=0C", "a=b\f", 0 },
  { MIME_QP, "a=3db", "a=b", 0 },                /* lower case */
  { MIME_QP, "trailing  \t \r\nnext", "trailing\r\nnext", 0 },
  { MIME_QP, "trailing  \nnext \n", "trailing\nnext\n", 0 },
  { MIME_QP, "in ner  space", "in ner  space", 0 },
  { MIME_QP, "soft=  \t\r\nbreak", "softbreak", 0 },
  { MIME_QP, "soft=\nbreak", "softbreak", 0 },
  { MIME_QP, "a =\n b", "a  b", 0 },
  { MIME_QP, "a=20\nb", "a \nb", 0 },
  { MIME_QP, "bad =ZZ hex", "bad =ZZ hex", 1 },
  { MIME_QP, "bad =4", "bad =4", 1 },
  { MIME_QP, "bad =4Z", "bad =4Z", 1 },
  { MIME_QP, "a= b", "a= b", 1 },
  { MIME_QP, "a==41", "a=A", 1 },
  { MIME_QP, "end=", "end", 0 },
  { MIME_QP, "end=\r", "end", 0 },
  { MIME_QP, "bare\rCR", "bare\rCR", 0 },
  { MIME_QP, "empty\n\n\nlines\n", "empty\n\n\nlines\n", 0 },
  { MIME_7BIT, "as =3D is ", "as =3D is ", 0 },
  { MIME_UNKNOWN, "as =3D is ", "as =3D is ", 0 }
};

/* everything decoded in any cut is the same */
static void test_cuts(void)
{
  static const char octets[] = "= \t\r\nAf3zZ+/=";
  stralloc all = STRALLOC_ZERO, part = STRALLOC_ZERO;
  char in[200];
  int round;

  for (round = 0; round < 3000; round++) {
    int encoding = round & 1 ? MIME_BASE64 : MIME_QP, a, b;
    size_t n = test_random() % sizeof in, i;

    for (i = 0; i < n; i++)
      in[i] = octets[test_random() % (sizeof octets - 1)];
    a = decode(encoding, in, n, sizeof in, &all);
    b = decode(encoding, in, n, 1 + test_random() % 5, &part);
    if (a != b || all.len != part.len || memcmp(all.s, part.s, all.len)) {
      CHECK(0, "cut differs in round %d", round);
      test_show(in, n);
      return;
    }
  }
  test_passed++;
  stralloc_free(&all);
  stralloc_free(&part);
}

/* white space and holds longer than any buffer */
static void test_long(void)
{
  stralloc out = STRALLOC_ZERO;
  static char in[100000];
  int damaged;

  memset(in, ' ', sizeof in);
  in[sizeof in - 1] = 'x';
  damaged = decode(MIME_QP, in, sizeof in, 1000, &out);
  EQ_NUM(out.len, sizeof in);
  EQ_NUM(damaged, 0);
  in[0] = '=';
  decode(MIME_QP, in, sizeof in, 1000, &out);
  EQ_NUM(out.len, sizeof in);
  stralloc_free(&out);
}

int main(void)
{
  stralloc out = STRALLOC_ZERO;
  size_t i, step;

  for (i = 0; i < sizeof cases / sizeof *cases; i++)
    for (step = 1; step < 100; step = 3 * step + 1) {
      int damaged = decode(cases[i].encoding, cases[i].in,
                           strlen(cases[i].in), step, &out);

      test_eq(__FILE__, __LINE__, cases[i].in, out.s, out.len, cases[i].out,
              strlen(cases[i].out));
      CHECK(damaged == cases[i].damaged, "\"%s\"", cases[i].in);
    }
  test_cuts();
  test_long();
  stralloc_free(&out);
  return test_end("decode");
}
