/* ISC licence; see LICENSE. */
#include "message/charset.h"

#include "message/t/test.h"

static int convert(const char *name, const char *s, size_t n, size_t step,
                   stralloc *out)
{
  struct lstr cs = { name, name ? strlen(name) : 0 };
  struct charset c;
  size_t i, k;
  int known;

  out->len = 0;
  known = charset_begin(&c, cs);
  for (i = 0; i < n; i += k) {
    k = n - i < step ? n - i : step;
    charset_feed(&c, s + i, k, out);
  }
  charset_end(&c, out);
  return known;
}

#define FFFD "\xEF\xBF\xBD"

static const struct {
  const char *charset;
  int known;
  const char *in, *out;
} cases[] = {
  { "utf-8", 1, "", "" },
  { "utf-8", 1, "ascii", "ascii" },
  { "UTF-8", 1, "J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x98\x80",
    "J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x98\x80" },
  { "utf-8", 1, "a\xff" "b", "a" FFFD "b" },
  { "utf-8", 1, "\xc3", FFFD },
  { "utf-8", 1, "\xe2\x82", FFFD FFFD },
  { "utf-8", 1, "\xc0\x80", FFFD FFFD },                 /* overlong */
  { "utf-8", 1, "\xe0\x80\x80", FFFD FFFD FFFD },
  { "utf-8", 1, "\xed\xa0\x80", FFFD FFFD FFFD },        /* surrogate */
  { "utf-8", 1, "\xf4\x90\x80\x80", FFFD FFFD FFFD FFFD },
  { "utf-8", 1, "\xe2\x82" "a\xe2\x82\xac", FFFD FFFD "a\xe2\x82\xac" },
  { "iso-8859-1", 1, "J\xf6rg", "J\xc3\xb6rg" },
  { "ISO_8859-1", 1, "\x93quote\x94",
    "\xe2\x80\x9cquote\xe2\x80\x9d" },
  { "windows-1252", 1, "\x80", "\xe2\x82\xac" },
  { "windows-1252", 1, "\x81", "\xc2\x81" },
  { "us-ascii", 1, "plain", "plain" },
  { "us-ascii", 1, "J\xf6rg", "J\xc3\xb6rg" },
  { "us-ascii", 1, "J\xc3\xb6rg", "J\xc3\xb6rg" },
  { 0, 0, "J\xf6rg \xc3\xb6", "J\xc3\xb6rg \xc3\xb6" },
  { "", 0, "x", "x" },
  { "no-such-charset", 0, "J\xf6rg", "J\xc3\xb6rg" },
  { "utf-8//TRANSLIT", 0, "x", "x" },
  { "../../x", 0, "x", "x" },
  { "iso-8859-15", 1, "\xa4", "\xe2\x82\xac" },
  { "koi8-r", 1, "\xd2\xd5\xd3", "\xd1\x80\xd1\x83\xd1\x81" },
  { "windows-1251", 1, "\xf0\xf3\xf1", "\xd1\x80\xd1\x83\xd1\x81" },
  { "iso-2022-jp", 1, "\x1b$B4A;z\x1b(B", "\xe6\xbc\xa2\xe5\xad\x97" },
  { "shift_jis", 1, "\x8a\xbf\x8e\x9a", "\xe6\xbc\xa2\xe5\xad\x97" },
  { "euc-jp", 1, "\xb4\xc1\xbb\xfa", "\xe6\xbc\xa2\xe5\xad\x97" },
  { "gb2312", 1, "\xba\xba\xd7\xd6", "\xe6\xb1\x89\xe5\xad\x97" },
  { "gb18030", 1, "\x81\x30\x81\x30", "\xc2\x80" },
  { "big5", 1, "\xba\x7e\xa6\x72", "\xe6\xbc\xa2\xe5\xad\x97" },
  { "euc-kr", 1, "\xc7\xd1\xb1\xdb", "\xed\x95\x9c\xea\xb8\x80" },
  { "utf-7", 1, "Hi Mom +Jjo-!", "Hi Mom \xe2\x98\xba!" },
  { "gb18030", 1, "\xba", FFFD },
  { "euc-jp", 1, "a\xff\xff" "b", "a" FFFD FFFD "b" },
  { "shift_jis", 1, "a\x80" "b\x8a", 0 }
};

static void test_stream(void)
{
  stralloc out = STRALLOC_ZERO, first = STRALLOC_ZERO;
  size_t i, step;

  for (i = 0; i < sizeof cases / sizeof *cases; i++)
    for (step = 1; step < 40; step = 2 * step + 1) {
      const char *name = cases[i].charset;
      int known = convert(name, cases[i].in, strlen(cases[i].in), step, &out);

      CHECK(known == cases[i].known, "%s", name ? name : "none");
      if (cases[i].out)
        test_eq(__FILE__, __LINE__, name ? name : "none", out.s, out.len,
                cases[i].out, strlen(cases[i].out));
    }
  convert("utf-16le", "a\0\x3d\xd8\0\xde", 6, 1, &out);
  EQ_STR(out, "a\xf0\x9f\x98\x80");
  convert("utf-16be", "\0a\xd8\0\0b", 6, 1, &first);
  EQ_STR(first, "a" FFFD "b");
  /* the octet order of one text is not that of the next */
  for (i = 0; i < 4; i++) {
    convert("utf-16", i & 1 ? "\xff\xfe" "a\0" : "\xfe\xff" "\0a", 4, 4,
            &out);
    EQ_STR(out, "a");
    convert("utf-32", i & 1 ? "\xff\xfe\0\0" "a\0\0\0"
            : "\0\0\xfe\xff" "\0\0\0a", 8, 8, &out);
    EQ_STR(out, "a");
    convert("unicode", i & 1 ? "\xff\xfe" "a\0" : "\xfe\xff" "\0a", 4, 4,
            &out);
    EQ_STR(out, "a");
  }
  convert("ucs-4", "\x3d\x29\x45\x31", 4, 4, &out);    /* above U+10FFFF */
  CHECK(out.len % 3 == 0 && out.len, "%zu", out.len);
  stralloc_free(&out);
  stralloc_free(&first);
}

/* all cuts give the same, whatever the octets */
static void test_cuts(void)
{
  static const char *const names[] = {
    "utf-8", "us-ascii", "iso-2022-jp", "gb18030", "euc-jp", "utf-7",
    "utf-16", "big5", "shift_jis", "iso-2022-kr", "koi8-r", "x-unknown"
  };
  stralloc all = STRALLOC_ZERO, cut = STRALLOC_ZERO;
  char in[60];
  int round;

  for (round = 0; round < 6000; round++) {
    const char *name = names[(size_t)round % (sizeof names / sizeof *names)];
    size_t n = test_random() % sizeof in, i;

    for (i = 0; i < n; i++)
      in[i] = test_random() & 1 ? "\x1b$B(+-aA0\x81"[test_random() % 10]
        : (char)test_random();
    convert(name, in, n, sizeof in, &all);
    convert(name, in, n, 1 + test_random() % 4, &cut);
    if (all.len != cut.len || (all.len && memcmp(all.s, cut.s, all.len))) {
      CHECK(0, "%s differs", name);
      test_show(in, n);
      putchar('\n');
      break;
    }
    if (charset_convert(LSTR("utf-8"), all.s, all.len, &cut) != 1)
      CHECK(0, "%s gives what is not UTF-8", name);
  }
  test_passed++;
  stralloc_free(&all);
  stralloc_free(&cut);
}

static void test_strict(void)
{
  stralloc out = STRALLOC_ZERO;

  EQ_NUM(charset_convert(LSTR("utf-8"), "\xc3\xb6", 2, &out), 1);
  EQ_STR(out, "\xc3\xb6");
  EQ_NUM(charset_convert(LSTR("utf-8"), "\xc3", 1, &out), -1);
  EQ_NUM(charset_convert(LSTR("us-ascii"), "\xf6", 1, &out), -1);
  EQ_NUM(charset_convert(LSTR("x-none"), "a", 1, &out), 0);
  EQ_NUM(charset_convert(LSTR("euc-jp"), "\xb4", 1, &out), -1);
  EQ_NUM(charset_convert(LSTR("euc-jp"), "\xff\xff", 2, &out), -1);
  EQ_STR(out, "\xc3\xb6");
  EQ_NUM(charset_convert(LSTR("euc-jp"), "\xb4\xc1", 2, &out), 1);
  EQ_NUM(charset_convert(LSTR("iso-8859-1"), "\xf6", 1, &out), 1);
  EQ_NUM(charset_convert(LSTR("koi8-r"), "", 0, &out), 1);
  EQ_STR(out, "\xc3\xb6\xe6\xbc\xa2\xc3\xb6");
  EQ_NUM(charset_known(LSTR("KOI8-R")), 1);
  EQ_NUM(charset_known(LSTR("UTF-8")), 1);
  EQ_NUM(charset_known(LSTR("bogus")), 0);
  EQ_NUM(charset_known((struct lstr)LSTR_ZERO), 0);
  stralloc_free(&out);
}

static const struct { const char *in, *out; } words[] = {
  { "", "" },
  { "plain", "plain" },
  { " folded\r\n text \n", "folded text" },
  /* RFC 2047 section 8 */
  { "=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>",
    "Keith Moore <moore@cs.utk.edu>" },
  { "=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?=", "Keld J\xc3\xb8rn Simonsen" },
  { "=?ISO-8859-1?Q?Andr=E9?= Pirard", "Andr\xc3\xa9 Pirard" },
  { "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n"
    "    =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
    "If you can read this you understand the example." },
  { "(=?ISO-8859-1?Q?a?=)", "(a)" },
  { "(=?ISO-8859-1?Q?a?= b)", "(a b)" },
  { "(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)" },
  { "(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", "(ab)" },
  { "(=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=)", "(ab)" },
  { "(=?ISO-8859-1?Q?a_b?=)", "(a b)" },
  { "(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)" },
  /* RFC 2231 section 5 */
  { "=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore" },
  /* characters split over words; changes of charset end a character */
  { "=?utf-8?B?4oI=?= =?UTF-8?Q?=AC?=", "\xe2\x82\xac" },
  { "=?utf-8?Q?=E2?= =?utf-8?Q?=82?=\n =?utf-8?Q?=AC?=", "\xe2\x82\xac" },
  { "=?utf-8?Q?=E2?= =?koi8-r?Q?a?=", FFFD "a" },
  { "=?utf-8?Q?=E2?= x =?utf-8?Q?=82=AC?=", FFFD " x " FFFD FFFD },
  { "=?iso-2022-jp?B?GyRCNEE=?= =?iso-2022-jp?B?O3obKEI=?=",
    "\xe6\xbc\xa2\xe5\xad\x97" },
  /* malformed or unknown: as they are */
  { "=?utf-8?Q?a b?=", "=?utf-8?Q?a b?=" },
  { "=?utf-8?X?a?=", "=?utf-8?X?a?=" },
  { "=?utf-8?Q?a?", "=?utf-8?Q?a?" },
  { "=?utf-8?Q?a", "=?utf-8?Q?a" },
  { "=?utf-8?Q", "=?utf-8?Q" },
  { "=?utf-8", "=?utf-8" },
  { "=?", "=?" },
  { "a = b", "a = b" },
  { "=?bogus?Q?a?=", "=?bogus?Q?a?=" },
  { "=?\?Q?a?=", "=?\?Q?a?=" },
  { "=?utf-8?Q?\?=", "" },
  { "=?utf-8?Q?=zz=4?=", "=zz=4" },
  { "=?utf-8?q?a?==?utf-8?q?b?=", "ab" },
  { "a=?utf-8?q?b?=c", "abc" },
  { "=?utf-8?B?YQ?=", "a" },
  { "\"=?utf-8?Q?in_quotes?=\"", "\"in quotes\"" },
  /* raw 8-bit */
  { "J\xf6rg J\xc3\xb6rg", "J\xc3\xb6rg J\xc3\xb6rg" },
  { "a  b\tc", "a  b\tc" }
};

int main(void)
{
  stralloc out = STRALLOC_ZERO, in = STRALLOC_ZERO;
  size_t i;

  test_stream();
  test_cuts();
  test_strict();
  for (i = 0; i < sizeof words / sizeof *words; i++) {
    out.len = 0;
    rfc2047_decode(words[i].in, strlen(words[i].in), &out);
    test_eq(__FILE__, __LINE__, words[i].in, out.s, out.len, words[i].out,
            strlen(words[i].out));
  }
  /* long and nasty, in linear time */
  for (i = 0; i < 200000; i++)
    if (!stralloc_catb(&in, "=?a?q?", 6)) abort();
  out.len = 0;
  rfc2047_decode(in.s, in.len, &out);
  EQ_NUM(out.len, in.len);
  in.len = out.len = 0;
  for (i = 0; i < 100000; i++)
    if (!stralloc_catb(&in, "=?utf-8?q?=C3?= ", 16)) abort();
  rfc2047_decode(in.s, in.len, &out);
  EQ_NUM(out.len, 300000);
  stralloc_free(&out);
  stralloc_free(&in);
  return test_end("charset");
}
