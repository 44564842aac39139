/* ISC licence; see LICENSE. */
#include "message/text_search.h"

#include "message/t/test.h"

static struct mime_message m = MIME_MESSAGE_ZERO;
static int fd = -1;

static void load(const char *s, size_t n)
{
  if (fd != -1) close(fd);
  fd = test_file(s, n);
  mime_parse_mem(&m, s, n);
}

/* the same from what can be kept of a field */
static int kept(const char *field, struct lstr key)
{
  stralloc text = STRALLOC_ZERO;
  struct lstr name = { field, strlen(field) };
  int found;

  search_field_text(m.header.s, m.header.len, name, &text);
  CHECK(!text.len || text.s[text.len - 1] == '\n', "no end");
  found = search_field_has(text.s, text.len, key);
  stralloc_free(&text);
  return found;
}

/* 1 if found; the tree is also packed, unpacked and searched again */
static int find(enum search_scope scope, const char *field, const char *text)
{
  static struct mime_message back = MIME_MESSAGE_ZERO;
  stralloc key = STRALLOC_ZERO, packed = STRALLOC_ZERO;
  struct search_key k = { scope, { field, field ? strlen(field) : 0 },
                          LSTR_ZERO, 0 }, k2;

  search_prepare(&key, text, strlen(text));
  k.text.s = key.s;
  k.text.len = key.len;
  k2 = k;
  CHECK(search_message(fd, m.root, &k, 1) == 0, "error");
  mime_pack(&m, &packed);
  CHECK(mime_unpack(&back, packed.s, packed.len), "unpack");
  CHECK(search_message(fd, back.root, &k2, 1) == 0, "error");
  CHECK(k.found == k2.found, "packed differs for %s", text);
  if (scope == SEARCH_HEADER) {
    k2.found = 0;
    search_header(m.header.s, m.header.len, &k2, 1);
    CHECK(k.found == k2.found, "header differs for %s", text);
    CHECK(m.header_cut || k.found == kept(field, k.text),
          "kept text differs for %s", text);
  }
  stralloc_free(&key);
  stralloc_free(&packed);
  return k.found;
}

#define FOUND(scope, field, text) \
  CHECK(find(scope, field, text) == 1, "\"%s\" not found", text)
#define NOT_FOUND(scope, field, text) \
  CHECK(find(scope, field, text) == 0, "\"%s\" found", text)

#define HEAD(field, text) FOUND(SEARCH_HEADER, field, text)
#define NO_HEAD(field, text) NOT_FOUND(SEARCH_HEADER, field, text)
#define BODY(text) FOUND(SEARCH_BODY, 0, text); FOUND(SEARCH_TEXT, 0, text)
#define NO_BODY(text) NOT_FOUND(SEARCH_BODY, 0, text)
#define TEXT(text) FOUND(SEARCH_TEXT, 0, text); NOT_FOUND(SEARCH_BODY, 0, text)
#define NOWHERE(text) \
  NOT_FOUND(SEARCH_TEXT, 0, text); NOT_FOUND(SEARCH_BODY, 0, text)

static const char mixed[] =
  "From: =?utf-8?Q?J=C3=B6rg?= <joerg@example.org>\n"
  "Subject: =?iso-8859-1?Q?Gr=FC=DFe?= =?iso-8859-1?Q?_aus?=\n"
  "\tK=?utf-8?Q?=C3=B6?=ln\n"
  "X-Empty:\n"
  "X-Twice: first one\n"
  "X-Twice: second one\n"
  "Content-Type: multipart/mixed; boundary=bound\n"
  "\n"
  "preamble words\n"
  "--bound\n"
  "Content-Type: text/plain; charset=utf-8\n"
  "Content-Description: a describing word\n"
  "\n"
  "The quick brown fox\n"
  "  jumps over the lazy dog.\n"
  "Stra\xc3\x9f" "e in M\xc3\xbcnchen\n"
  "--bound\n"
  "Content-Type: text/html; charset=koi8-r\n"
  "Content-Transfer-Encoding: quoted-printable\n"
  "\n"
  "<b>=F0=D2=C9=D7=\n=C5=D4</b> soft br=\neak\n"
  "--bound\n"
  "Content-Type: text/plain; charset=iso-2022-jp\n"
  "Content-Transfer-Encoding: base64\n"
  "\n"
  "GyRCNEE7ehsoQiB0ZXh0IGluIGJhc2UgNjQ=\n"
  "--bound\n"
  "Content-Type: application/octet-stream; name=attached.txt\n"
  "\n"
  "binary secret words\n"
  "--bound\n"
  "Content-Type: message/rfc822\n"
  "\n"
  "Subject: embedded =?utf-8?B?c3ViamVjdA==?=\n"
  "From: inner@example.net\n"
  "\n"
  "embedded body\n"
  "--bound\n"
  "Content-Type: message/delivery-status\n"
  "\n"
  "Status: 5.1.1 undelivered\n"
  "--bound\n"
  "Content-Type: text/plain; charset=x-nobody-knows\n"
  "\n"
  "nobody knows caf\xe9\n"
  "--bound--\n"
  "epilogue words\n";

static void test_mixed(void)
{
  load(mixed, sizeof mixed - 1);
  HEAD("from", "j\xc3\xb6rg");
  HEAD("From", "J\xc3\x96RG <JOERG@");
  HEAD("FROM", "jo\xcc\x88rg");                  /* decomposed */
  NO_HEAD("from", "joerg@example.net");
  NO_HEAD("to", "joerg");
  HEAD("subject", "gr\xc3\xbc\xc3\x9f" "e aus");
  HEAD("subject", "aus K\xc3\xb6ln");            /* over the fold */
  HEAD("subject", "AUS\r\n K\xc3\x96LN");
  NO_HEAD("subject", "ausK");
  HEAD("x-empty", "");
  NO_HEAD("x-none", "");
  NO_HEAD("x-empty", "x");
  HEAD("x-twice", "first");
  HEAD("x-twice", "SECOND");
  NO_HEAD("x-twice", "one second");              /* not over two fields */
  NO_HEAD("subject", "embedded");                /* only the outer header */

  TEXT("j\xc3\xb6rg");
  TEXT("subject: gr\xc3\xbc\xc3\x9f" "e");
  TEXT("describing");
  TEXT("attached.txt");
  TEXT("x-twice");
  BODY("quick BROWN");
  BODY("fox jumps");                             /* over a line break */
  BODY("fox\r\njumps");
  NO_BODY("foxjumps");
  NO_BODY("quick  brown");                       /* spaces are exact else */
  BODY("STRA\xc3\x9f" "E IN MU\xcc\x88NCHEN");
  BODY("\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82");
  BODY("\xd0\x9f\xd0\xa0\xd0\x98\xd0\x92\xd0\x95\xd0\xa2</b>");
  BODY("soft break");
  BODY("\xe6\xbc\xa2\xe5\xad\x97 text in base 64");
  BODY("embedded subject");
  BODY("inner@example.net");
  BODY("embedded body");
  BODY("5.1.1 undelivered");
  BODY("nobody knows caf\xc3\xa9");
  NOWHERE("secret");
  NOWHERE("preamble");
  NOWHERE("epilogue");
  NOWHERE("--bound");
  NOWHERE("dog. stra\xc3\x9f" "en");
  NOWHERE("=C5=D4");
  FOUND(SEARCH_TEXT, 0, "");
  FOUND(SEARCH_BODY, 0, "");
}

/* several keys in one pass; those found before stay */
static void test_keys(void)
{
  struct search_key k[5] = {
    { SEARCH_BODY, LSTR_ZERO, { "FOX", 3 }, 0 },
    { SEARCH_BODY, LSTR_ZERO, { "NOPE", 4 }, 0 },
    { SEARCH_HEADER, { "x-twice", 7 }, { "SECOND", 6 }, 0 },
    { SEARCH_TEXT, LSTR_ZERO, { "NOPE", 4 }, 1 },
    { SEARCH_HEADER, { "from", 4 }, { "NOPE", 4 }, 0 }
  };
  char huge[SEARCH_KEY_MAX + 1];

  load(mixed, sizeof mixed - 1);
  EQ_NUM(search_message(fd, m.root, k, 5), 0);
  EQ_NUM(k[0].found, 1);
  EQ_NUM(k[1].found, 0);
  EQ_NUM(k[2].found, 1);
  EQ_NUM(k[3].found, 1);
  EQ_NUM(k[4].found, 0);
  memset(huge, 'A', sizeof huge);
  k[0].text.s = huge;
  k[0].text.len = sizeof huge;
  k[0].found = 0;
  EQ_NUM(search_message(fd, m.root, k, 1), 0);
  EQ_NUM(k[0].found, 0);
  EQ_NUM(search_message(-1, m.root, k + 1, 1), -1);
  EQ_NUM(ftruncate(fd, 700), 0);
  EQ_NUM(search_message(fd, m.root, k + 1, 1), -1);
}

/* a word at any place around the borders of windows, in each encoding */
static void test_borders(void)
{
  static const char *const heads[] = {
    "Content-Type: text/plain; charset=utf-8\n\n",
    "Content-Transfer-Encoding: quoted-printable\n\n",
    "X-Long: "
  };
  stralloc msg = STRALLOC_ZERO;
  size_t h, at, fill;

  for (h = 0; h < 3; h++)
    for (at = 65536 - 12; at < 65536 + 3; at++) {
      msg.len = 0;
      if (!stralloc_cats(&msg, heads[h])) abort();
      for (fill = msg.len; fill < at; fill++)
        if (!stralloc_cats(&msg, fill % 70 ? "a" : h == 2 ? "b" : "\n"))
          abort();
      if (!stralloc_cats(&msg, "n\xc3\xa9" "e dle \xe2\x82\xac")) abort();
      for (fill = 0; fill < 70000; fill++)
        if (!stralloc_cats(&msg, "b")) abort();
      if (!stralloc_cats(&msg, "end\n")) abort();
      load(msg.s, msg.len);
      FOUND(SEARCH_TEXT, 0, "N\xc3\x89" "E DLE \xe2\x82\xac");
      FOUND(SEARCH_TEXT, 0, "bend");
      NOT_FOUND(SEARCH_TEXT, 0, "needle");
    }
  stralloc_free(&msg);
}

/* headers longer than what is held, with one long field and with many */
static void test_long_header(void)
{
  stralloc msg = STRALLOC_ZERO;
  struct search_key k = { SEARCH_HEADER, { "subject", 7 }, { "LAST", 4 }, 0 };
  int i;

  if (!stralloc_cats(&msg, "Subject: the first word")) abort();
  for (i = 0; i < 100000; i++)
    if (!stralloc_cats(&msg, i % 10 ? " filler" : "\n filler")) abort();
  if (!stralloc_cats(&msg, " =?utf-8?Q?the_l=C3=A4st?=\n"
                     " =?utf-8?Q?_word?=\nX-After: something\n")) abort();
  for (i = 0; i < 20000; i++)
    if (!stralloc_cats(&msg, "Received: by me; some day\n")) abort();
  if (!stralloc_cats(&msg, "X-End: of\n all\n\nbody of it\n")) abort();
  load(msg.s, msg.len);
  EQ_NUM(search_message(fd, m.root, &k, 1), 0);
  EQ_NUM(k.found, 0);
  k.text = LSTR("FILLER THE LA\xcc\x88ST WORD");
  EQ_NUM(search_message(fd, m.root, &k, 1), 0);
  EQ_NUM(k.found, 1);
  k.text = LSTR("FIRST WORD FILLER FILLER FILLER");
  k.found = 0;
  EQ_NUM(search_message(fd, m.root, &k, 1), 0);
  EQ_NUM(k.found, 1);
  k.text = LSTR("FILLERFILLER");
  k.found = 0;
  EQ_NUM(search_message(fd, m.root, &k, 1), 0);
  EQ_NUM(k.found, 0);
  k.text = LSTR("SOMETHING");
  EQ_NUM(search_message(fd, m.root, &k, 1), 0);
  EQ_NUM(k.found, 0);
  k.field = LSTR("X-After");
  EQ_NUM(search_message(fd, m.root, &k, 1), 0);
  EQ_NUM(k.found, 1);
  k.field = LSTR("x-end");
  k.text = LSTR("OF ALL");
  k.found = 0;
  EQ_NUM(search_message(fd, m.root, &k, 1), 0);
  EQ_NUM(k.found, 1);
  FOUND(SEARCH_TEXT, 0, "x-after: something");
  FOUND(SEARCH_TEXT, 0, "subject: the first");
  FOUND(SEARCH_TEXT, 0, "l\xc3\x84st word");
  FOUND(SEARCH_TEXT, 0, "body of it");
  NOT_FOUND(SEARCH_TEXT, 0, "all body");
  stralloc_free(&msg);
}

/*
 * Random texts over few letters in random encodings: found exactly if it is
 * in the text, whatever the chunks are.
 */
static void test_exact(void)
{
  stralloc plain = STRALLOC_ZERO, msg = STRALLOC_ZERO, key = STRALLOC_ZERO;
  stralloc folded = STRALLOC_ZERO;
  static const char hex[] = "0123456789ABCDEF";
  int round, hits = 0, bad = 0;
  size_t i, n;

  for (round = 0; round < 2000; round++) {
    struct search_key k = { SEARCH_BODY, LSTR_ZERO, LSTR_ZERO, 0 };
    int qp = round & 1;

    plain.len = msg.len = key.len = folded.len = 0;
    n = 1 + test_random() % 60;
    for (i = 0; i < n; i++)
      if (!stralloc_catb(&plain, &("abAB \n"[test_random() % 6]), 1)) abort();
    if (!stralloc_cats(&plain, ".")) abort();
    if (!stralloc_cats(&msg, qp ? "Content-Transfer-Encoding: "
                       "quoted-printable\n\n" : "\n")) abort();
    for (i = 0; i < plain.len; i++) {
      char x[3] = { '=', hex[(plain.s[i] >> 4) & 15], hex[plain.s[i] & 15] };

      if (!stralloc_catb(&msg, qp ? x : plain.s + i, qp ? 3 : 1)) abort();
    }
    search_prepare(&folded, plain.s, plain.len);
    n = test_random() % 5;
    for (i = 0; i < n + 1; i++)
      if (!stralloc_catb(&key, &"ABAB A"[test_random() % 6], 1)) abort();
    k.text.s = key.s;
    k.text.len = key.len;
    load(msg.s, msg.len);
    if (search_message(fd, m.root, &k, 1) == -1) bad++;
    if (k.found != !!memmem(folded.s, folded.len, key.s, key.len)) bad++;
    hits += k.found;
  }
  EQ_NUM(bad, 0);
  CHECK(hits > 300 && hits < 1900, "%d hits", hits);
  stralloc_free(&plain);
  stralloc_free(&msg);
  stralloc_free(&key);
  stralloc_free(&folded);
}

/* lines that are no field, and addresses with gaps in them */
static void test_odd_header(void)
{
  static const char odd[] =
    "MIME-V no colon\n"
    "From: jdoe@test  . example\n"
    "To: ann(a comment)@example.org, plain@x.y\n"
    "\tX-Inner\n"
    "Subject: c@d . e\n"
    "last line =?utf-8?q?J=C3=B6rg?=";

  load(odd, sizeof odd - 1);
  TEXT("mime-v no");
  TEXT("j\xc3\xb6rg");
  TEXT("jdoe@test  .");
  NOWHERE("colon jdoe");
  HEAD("from", "jdoe@test.example");
  HEAD("from", "test  . example");
  HEAD("to", "ann@example.org");
  HEAD("to", "plain@x.y");
  NO_HEAD("to", "jdoe@test.example");
  NO_HEAD("subject", "c@d.e");
}

int main(void)
{
  test_mixed();
  test_keys();
  test_borders();
  test_long_header();
  test_exact();
  test_odd_header();
  mime_free(&m);
  search_free();
  return test_end("search");
}
