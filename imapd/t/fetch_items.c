/* ISC licence; see LICENSE. */
#include "imapd/fetch_items.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "expect.h"

const char *PROG = "fetch_items";

/* The items as a text: names in the order of the answer; for sections the
 * label, "!" if it sets \Seen, ".N" for the count of a partial. */
static void show(stralloc *out, const struct fetch_items *f)
{
  static const char *const names[] = {
    [FETCH_UID] = "UID", [FETCH_FLAGS] = "FLAGS", [FETCH_MODSEQ] = "MODSEQ",
    [FETCH_INTERNALDATE] = "INTERNALDATE", [FETCH_SIZE] = "SIZE",
    [FETCH_ENVELOPE] = "ENVELOPE", [FETCH_BODYSTRUCTURE] = "BODYSTRUCTURE",
    [FETCH_BODY] = "BODY", [FETCH_PREVIEW] = "PREVIEW" };
  const struct body_section *b;
  size_t i;

  for (i = 0; i < f->n; i++) {
    if (i) stralloc_append(out, ' ');
    if (f->v[i].what != FETCH_SECTION) {
      stralloc_cats(out, names[f->v[i].what]);
      continue;
    }
    b = &f->v[i].section;
    stralloc_catb(out, b->label.s, b->label.len);
    if (!b->peek) stralloc_append(out, '!');
    if (b->partial) {
      stralloc_append(out, '.');
      stralloc_catu(out, b->count);
    }
  }
}

static const struct { const char *in, *want; } good[] = {
  { "ALL", "FLAGS INTERNALDATE SIZE ENVELOPE" },
  { "fast", "FLAGS INTERNALDATE SIZE" },
  { "FULL", "FLAGS INTERNALDATE SIZE ENVELOPE BODY" },
  { "FLAGS", "FLAGS" },
  { "(flags UID)", "FLAGS UID" },
  { "(BODY BODYSTRUCTURE)", "BODY BODYSTRUCTURE" },
  { "modseq", "MODSEQ" },
  { "(ENVELOPE MODSEQ UID)", "MODSEQ UID ENVELOPE" },
  { "(FLAGS FLAGS FLAGS)", "FLAGS" },
  { "RFC822", "RFC822!" },
  { "RFC822.HEADER", "RFC822.HEADER" },
  { "RFC822.TEXT", "RFC822.TEXT!" },
  { "rfc822.size", "SIZE" },
  { "BODY[]", "BODY[]!" },
  { "body.peek[]", "BODY[]" },
  { "(BODY.PEEK[] BODY[])", "BODY[]" },
  { "BODY[HEADER]", "BODY[HEADER]!" },
  { "BODY.PEEK[1.2.3]", "BODY[1.2.3]" },
  { "BODY.PEEK[1.2.mime]", "BODY[1.2.MIME]" },
  { "BODY.PEEK[4.HEADER]", "BODY[4.HEADER]" },
  { "BODY.PEEK[4.TEXT]<10.20>", "BODY[4.TEXT]<10>.20" },
  { "BODY[]<0.4294967295>", "BODY[]<0>!.4294967295" },
  { "(BODY.PEEK[]<0.1> BODY.PEEK[]<0.2> BODY.PEEK[]<0.1>)",
    "BODY[]<0>.1 BODY[]<0>.2" },
  { "BODY.PEEK[HEADER.FIELDS (Subject from)]",
    "BODY[HEADER.FIELDS (Subject from)]" },
  { "BODY.PEEK[header.fields.not (X)]", "BODY[HEADER.FIELDS.NOT (X)]" },
  { "BODY.PEEK[1.HEADER.FIELDS (\"a b\" \"c\" {2}\r\nde)]",
    "BODY[1.HEADER.FIELDS (\"a b\" c de)]" },
  { "(BODY.PEEK[TEXT] FLAGS ENVELOPE RFC822.SIZE)",
    "FLAGS SIZE BODY[TEXT] ENVELOPE" },
};

static const char *const bad[] = {
  "", "()", "(", "(FLAGS", "FLAGS)", "( FLAGS)", "(FLAGS )", "(FLAGS  UID)",
  "FOO", "FLAG", "FLAGSS", "FLAGS UID", "(ALL)", "(FLAGS FAST)", "BODY[",
  "BODY[]<", "BODY[]<1>", "BODY[]<1.0>", "BODY[]<1.2", "BODY[]<.2>",
  "BODY[]<9223372036854775808.1>", "BODY[0]", "BODY[1.]", "BODY[1.0]", "BODY[.1]",
  "BODY[1", "BODY[01x]", "BODY[1.FOO]", "BODY[FOO]", "BODY[MIME]",
  "BODY[HEADER", "BODY[HEADER.FIELDS]", "BODY[HEADER.FIELDS ()]",
  "BODY[HEADER.FIELDS (a]", "BODY[HEADER.FIELDS (a b)", "BODY[TEXT.1]",
  "BODY[HEADER.FIELDS(a)]", "BODY[4294967296]", "BODY[1 ]", "BODY[-1]",
  "BODY.PEEK", "RFC822.PEEK", "RFC822[]", "BODY.PEEK[]<0.1>x",
  "(BODY[] (FLAGS))", "BODYSTRUCTURE[]", "BODY[HEADER.FIELDS (a )]",
};

static int parse(struct fetch_items *f, const char *text, int by_uid,
                 struct parse *p, char **copy)
{
  size_t len = strlen(text);

  *copy = xalloc(len ? len : 1);        /* exact, for the sanitizer */
  memcpy(*copy, text, len);
  parse_init(p, *copy, len);
  return fetch_items_parse(f, p, by_uid) && parse_end(p);
}

static void test_good(void)
{
  size_t i;

  for (i = 0; i < sizeof good / sizeof *good; i++) {
    struct fetch_items f = FETCH_ITEMS_ZERO;
    stralloc out = STRALLOC_ZERO;
    struct parse p;
    char *copy;

    expect(parse(&f, good[i].in, 0, &p, &copy), good[i].in);
    show(&out, &f);
    expect_text(out.s, out.len, good[i].want, strlen(good[i].want),
                good[i].in);
    stralloc_free(&out);
    fetch_items_free(&f);
    free(copy);
  }
}

static void test_bad(void)
{
  size_t i;

  for (i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct fetch_items f = FETCH_ITEMS_ZERO;
    struct parse p;
    char *copy;

    expect(!parse(&f, bad[i], 0, &p, &copy), bad[i]);
    expect(!!p.why, bad[i]);
    fetch_items_free(&f);
    free(copy);
  }
}

/* UID FETCH: UID is there, once, and first: RFC 3501 section 6.4.8 */
static void test_uid(void)
{
  static const char *const in[] = { "FLAGS", "(FLAGS UID)", "(UID FLAGS)" };
  size_t i;

  for (i = 0; i < 3; i++) {
    struct fetch_items f = FETCH_ITEMS_ZERO;
    stralloc out = STRALLOC_ZERO;
    struct parse p;
    char *copy;

    expect(parse(&f, in[i], 1, &p, &copy), in[i]);
    show(&out, &f);
    expect_text(out.s, out.len, "UID FLAGS", 9, in[i]);
    stralloc_free(&out);
    fetch_items_free(&f);
    free(copy);
  }
}

/* what needs which kinds, and which items need the file whatever there is */
static void test_needs(void)
{
  static const struct { const char *in; unsigned kinds; int file; } c[] = {
    { "(UID FLAGS INTERNALDATE RFC822.SIZE)", 0, 0 },
    { "ENVELOPE", 1u << CACHE_ENVELOPE, 0 },
    { "BODYSTRUCTURE", 1u << CACHE_BODYSTRUCTURE, 0 },
    { "BODY", 1u << CACHE_BODY, 0 },
    { "BODY.PEEK[HEADER.FIELDS (from SUBJECT List-Id)]",
      1u << CACHE_HEADERS, 0 },
    { "BODY.PEEK[HEADER.FIELDS (from Received)]", 0, 1 },
    { "BODY.PEEK[HEADER.FIELDS.NOT (from)]", 0, 1 },
    { "BODY.PEEK[1.HEADER.FIELDS (from)]", 1u << CACHE_PARTS, 1 },
    { "BODY.PEEK[]", 0, 1 },
    { "BODY.PEEK[HEADER]", 0, 1 },
    { "BODY.PEEK[TEXT]", 1u << CACHE_PARTS, 1 },
    { "BODY.PEEK[1]", 1u << CACHE_PARTS, 1 },
  };
  size_t i;

  for (i = 0; i < sizeof c / sizeof *c; i++) {
    struct fetch_items f = FETCH_ITEMS_ZERO;
    struct parse p;
    char *copy;

    parse(&f, c[i].in, 0, &p, &copy);
    expect(f.kinds == c[i].kinds && f.needs_file == c[i].file, c[i].in);
    expect(!f.sets_seen, c[i].in);
    fetch_items_free(&f);
    free(copy);
  }
}

/* bounds: part numbers, sections, and that duplicates do not count */
static void test_limits(void)
{
  stralloc s = STRALLOC_ZERO;
  struct fetch_items f = FETCH_ITEMS_ZERO;
  struct parse p;
  char *copy;
  int i;

  stralloc_cats(&s, "BODY[1");
  for (i = 0; i < 5000; i++) stralloc_cats(&s, ".1");
  stralloc_cats(&s, "]");
  stralloc_0(&s);
  expect(parse(&f, s.s, 0, &p, &copy) && f.v[0].section.too_deep,
         "more part numbers than there can be parts");
  fetch_items_free(&f);
  free(copy);

  s.len = 0;
  for (i = 1; i <= FETCH_SECTIONS_MAX + 1; i++) {
    stralloc_cats(&s, i == 1 ? "(BODY[" : " BODY[");
    stralloc_catu(&s, (uint64_t)i);
    stralloc_append(&s, ']');
  }
  stralloc_cats(&s, ")");
  stralloc_0(&s);
  expect(!parse(&f, s.s, 0, &p, &copy), "too many sections");
  fetch_items_free(&f);
  free(copy);

  s.len = 0;
  for (i = 0; i <= BODY_SECTION_NAMES_MAX; i++)
    stralloc_cats(&s, i ? " x" : "BODY[HEADER.FIELDS (x");
  stralloc_cats(&s, ")]");
  stralloc_0(&s);
  expect(!parse(&f, s.s, 0, &p, &copy), "too many header fields");
  fetch_items_free(&f);
  free(copy);

  s.len = 0;
  for (i = 1; i <= 2 * FETCH_SECTIONS_MAX; i++)
    stralloc_cats(&s, i == 1 ? "(BODY[]" : " BODY[]");
  stralloc_cats(&s, ")");
  stralloc_0(&s);
  expect(parse(&f, s.s, 0, &p, &copy) && f.n == 1, "one section many times");
  fetch_items_free(&f);
  free(copy);
  stralloc_free(&s);
}

int main(void)
{
  test_good();
  test_bad();
  test_uid();
  test_needs();
  test_limits();
  return expect_done("fetch_items");
}
