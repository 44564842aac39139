/* ISC licence; see LICENSE. */
#include "imapd/search_eval.h"
#include "imapd/search_program.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "expect.h"
#include "maildir/filename.h"

const char *PROG = "search_program";

static int parse(struct search_program *g, const char *text, size_t len,
                 struct parse *p, char **copy)
{
  *copy = xalloc(len ? len : 1);        /* exact, for the sanitizer */
  memcpy(*copy, text, len);
  parse_init(p, *copy, len);
  return search_parse(g, p);
}

static const char *const good[] = {
  "ALL", "all", "1", "1:*,5", "*", "ANSWERED DELETED DRAFT FLAGGED SEEN",
  "UNANSWERED UNDELETED UNDRAFT UNFLAGGED UNSEEN", "NEW OLD RECENT",
  "BCC a CC b FROM c SUBJECT d TO e", "BODY x TEXT \"y z\"",
  "HEADER X-Foo \"\"", "HEADER \"X Foo\" {3}\r\nabc", "SUBJECT \"\"",
  "BEFORE 1-Feb-1994 ON \"1-Feb-1994\" SINCE 01-Feb-1994",
  "SENTBEFORE 1-Feb-1994 SENTON 29-Feb-2000 SENTSINCE 1-jan-0001",
  "KEYWORD $Junk UNKEYWORD foo", "LARGER 0 SMALLER 4294967295",
  "LARGER 9223372036854775807", "NOT SEEN", "NOT NOT SEEN", "NOT 1:3",
  "OR SEEN FLAGGED", "OR (SEEN 1) NOT (OR DELETED 2 3)", "(ALL)", "((1))",
  "UID 1:*", "UID 5,7", "OLDER 1 YOUNGER 4294967295",
  "CHARSET UTF-8 SUBJECT \"\xc3\xa9\"", "charset iso-8859-1 FROM {1+}\r\n\xe9",
  "RETURN () ALL", "return (MIN max ALL COUNT) CHARSET us-ascii ALL",
  "SUBJECT \"\xe9\"", "SUBJECT return", "CHARSET \"utf-8\" ALL",
};

static const struct { const char *in, *why; } bad[] = {
  { "", 0 }, { "FOO", "FOO: unknown search key" },
  { "SEEN FOO", "FOO: unknown search key" },
  { "(SEEN (NOT FOO))", "FOO: unknown search key" },
  { "SEEN ", 0 }, { " SEEN", 0 }, { "SEEN  DELETED", 0 }, { "()", 0 },
  { "(SEEN", 0 }, { "SEEN)", 0 }, { "((SEEN)", 0 }, { "0", 0 }, { "1:0", 0 },
  { "1,", 0 }, { "UID", "UID: missing argument" }, { "UID x", 0 },
  { "UID 0", 0 }, { "NOT", "NOT: missing argument" },
  { "OR SEEN", "OR: missing argument" }, { "OR", 0 }, { "OR SEEN ", 0 },
  { "SUBJECT", "SUBJECT: missing argument" }, { "SUBJECT (x)", 0 },
  { "HEADER X", "HEADER: missing argument" }, { "HEADER", 0 },
  { "ON 31-Feb-2000", "ON: bad date" }, { "ON 1-Foo-2000", 0 },
  { "SINCE 1-1-2000", 0 }, { "BEFORE 2000-01-01", 0 },
  { "SENTON \"1-Feb-1994", 0 }, { "LARGER -1", 0 }, { "LARGER x", 0 },
  { "LARGER 9223372036854775808", "LARGER: number too large" },
  { "OLDER 0", 0 }, { "YOUNGER 4294967296", 0 }, { "KEYWORD", 0 },
  { "KEYWORD \\Seen", 0 }, { "KEYWORD \"x\"", 0 },
  { "CHARSET UTF-8", 0 }, { "CHARSET UTF-8 SUBJECT \"\xe9\"",
    "SUBJECT: search string is not valid in its charset" },
  { "CHARSET us-ascii SUBJECT \"\xc3\xa9\"", 0 },
  { "CHARSET x-none ALL", "unknown charset" },
  { "RETURN ALL", 0 }, { "RETURN (ALL)", 0 }, { "RETURN (ALL", 0 },
  { "RETURN (FOO) ALL", "FOO: unknown result option" },
  { "RETURN (MIN  MAX) ALL", 0 }, { "RETURN (CONTEXTS) ALL", 0 },
  { "ALL CHARSET UTF-8", "CHARSET: unknown search key" },
  { "CHARSET UTF-8 RETURN (ALL) ALL", 0 }, { "%", 0 }, { "\"SEEN\"", 0 },
};

static void test_syntax(void)
{
  struct search_program zero = SEARCH_PROGRAM_ZERO, g;
  struct parse p;
  char *copy;
  size_t i;

  for (i = 0; i < sizeof good / sizeof *good; i++) {
    g = zero;
    if (!expect(parse(&g, good[i], strlen(good[i]), &p, &copy), good[i]))
      printf("  %s\n", p.why);
    search_program_free(&g);
    free(copy);
  }
  for (i = 0; i < sizeof bad / sizeof *bad; i++) {
    g = zero;
    expect(!parse(&g, bad[i].in, strlen(bad[i].in), &p, &copy), bad[i].in);
    expect(!!p.why, bad[i].in);
    if (p.why && bad[i].why)
      expect_text(p.why, strlen(p.why), bad[i].why, strlen(bad[i].why),
                  bad[i].in);
    expect(!g.bad_charset == !strstr(bad[i].in, "x-none"), bad[i].in);
    search_program_free(&g);
    free(copy);
  }
}

/* what a client writes is not repeated to it as it is */
static void test_escape(void)
{
  static const char text[] = "F\"]OO";
  struct search_program g = SEARCH_PROGRAM_ZERO;
  stralloc s = STRALLOC_ZERO;
  struct parse p;
  char *copy;
  int i;

  expect(!parse(&g, text, sizeof text - 1, &p, &copy) &&
         !strcmp(p.why, "F: unknown search key"), "a key with a quote");
  search_program_free(&g);
  free(copy);
  for (i = 0; i < 10000; i++) stralloc_append(&s, 'x');
  expect(!parse(&g, s.s, s.len, &p, &copy) && strlen(p.why) < 80,
         "a very long key");
  search_program_free(&g);
  free(copy);
  stralloc_free(&s);
}

static int repeated(const char *head, const char *what, int n,
                    const char *tail, const char **why)
{
  static char text[96];
  struct search_program g = SEARCH_PROGRAM_ZERO;
  stralloc s = STRALLOC_ZERO;
  struct parse p;
  char *copy;
  int r;

  stralloc_cats(&s, head);
  while (n--) stralloc_cats(&s, what);
  stralloc_cats(&s, tail);
  r = parse(&g, s.s, s.len, &p, &copy);
  snprintf(text, sizeof text, "%s", p.why ? p.why : "");
  *why = text;
  search_program_free(&g);
  stralloc_free(&s);
  free(copy);
  return r;
}

static void test_limits(void)
{
  const char *why;

  expect(repeated("", "NOT ", 490, "SEEN", &why), "490 NOT");
  expect(repeated("", "OR TO x ", 490, "SEEN", &why), "490 OR");
  expect(!repeated("", "NOT ", 60000, "SEEN", &why) &&
         strstr(why, "nested too deep"), "60000 NOT");
  expect(!repeated("", "(", 60000, "SEEN", &why) &&
         strstr(why, "nested too deep"), "60000 (");
  expect(!repeated("", "OR SEEN ", 20000, "SEEN", &why) &&
         strstr(why, "nested too deep"), "20000 OR");
  expect(repeated("SEEN", " SEEN", 15000, "", &why), "15000 keys");
  expect(!repeated("SEEN", " SEEN", 30000, "", &why) &&
         strstr(why, "too many"), "30000 keys");
  expect(repeated("1", " UID 2", SEARCH_SETS_MAX - 1, "", &why), "many sets");
  expect(!repeated("1", " UID 2", SEARCH_SETS_MAX, "", &why) &&
         strstr(why, "too many"), "too many sets");
  expect(!repeated("SEEN", " TO x", SEARCH_TEXTS_MAX + 1, "", &why) &&
         strstr(why, "too many"), "very many strings");
}

static uint32_t rng = 7;

static uint32_t rnd(uint32_t n)
{
  rng = rng * 1664525u + 1013904223u;
  return (rng >> 8) % n;
}

/* a random program */
static void grow(stralloc *s, unsigned depth)
{
  static const char *const leaf[] = { "SEEN", "UNFLAGGED", "RECENT", "OLD",
    "NEW", "ON 2-Jan-1970", "BEFORE 2-Jan-1970", "SINCE 3-Jan-1970",
    "LARGER 5", "SMALLER 5", "SENTON 2-Jan-1970", "SENTBEFORE 3-Jan-1970",
    "FROM a", "HEADER X-Odd b", "BODY c", "TEXT d", "SUBJECT e", "ALL" };
  unsigned i, n;

  switch (depth > 4 ? 9 : rnd(8)) {
    case 0:
      stralloc_cats(s, "NOT ");
      grow(s, depth + 1);
      return;
    case 1: case 2:
      stralloc_cats(s, "OR ");
      grow(s, depth + 1);
      stralloc_append(s, ' ');
      grow(s, depth + 1);
      return;
    case 3:
      n = 1 + rnd(3);
      for (i = 0; i < n; i++) {
        stralloc_cats(s, i ? " " : "(");
        grow(s, depth + 1);
      }
      stralloc_append(s, ')');
      return;
  }
  i = rnd(sizeof leaf / sizeof *leaf);
  stralloc_cats(s, leaf[i]);
}

/* two-valued, with all known: what the answer has to be in the end */
static int plain(const struct search_program *g, const struct search_facts *f,
                 size_t i)
{
  const struct search_node *x = &g->v[i];
  int r = 0;
  size_t c;

  switch (x->op) {
    case SEARCH_AND:
      for (r = 1, c = x->child; c; c = g->v[c].next) r &= plain(g, f, c);
      break;
    case SEARCH_OR:
      for (c = x->child; c; c = g->v[c].next) r |= plain(g, f, c);
      break;
    case SEARCH_FLAG: r = !!(f->flags & x->mask); break;
    case SEARCH_RECENT: r = f->recent; break;
    case SEARCH_DAY: r = f->day >= x->lo && f->day <= x->hi; break;
    case SEARCH_SIZE: r = f->size >= x->lo && f->size <= x->hi; break;
    case SEARCH_SENT:
      r = f->has_sent && f->sent >= x->lo && f->sent <= x->hi;
      break;
    case SEARCH_WORDS: r = g->keys[x->key].found; break;
    default: break;
  }
  return x->not ? !r : r;
}

/* Facts become known in any order: as soon as there is an answer it is the
 * one with all facts, it never changes, and until then something is wanted
 * that is not known. */
static int settles(const struct search_program *g, struct search_facts *f,
                   struct search_needs *needs)
{
  static const unsigned bits[] = { KNOW_DATE, KNOW_FIELDS,
    KNOW_HEADER | KNOW_FIELDS, KNOW_SIZE, KNOW_TEXT };
  int want = plain(g, f, 0), steps = 0;
  enum search_answer a;

  f->known = 0;
  for (;;) {
    a = search_eval(g, f, needs);
    if (needs->n > g->nkeys) return 0;
    if (a != SEARCH_UNKNOWN && (a == SEARCH_YES) != want) return 0;
    if (a == SEARCH_UNKNOWN && !(needs->want & ~f->known)) return 0;
    if (f->known == (KNOW_TEXT * 2 - 1)) return a != SEARCH_UNKNOWN;
    if (++steps > 200) return 0;
    f->known |= bits[rnd(5)];
  }
}

static void test_eval(void)
{
  struct search_facts f;
  int i, j, good_runs = 0;

  for (i = 0; i < 3000; i++) {
    struct search_program g = SEARCH_PROGRAM_ZERO;
    struct search_needs needs;
    stralloc s = STRALLOC_ZERO;
    struct parse p;
    char *copy;
    size_t k;

    grow(&s, 0);
    if (!parse(&g, s.s, s.len, &p, &copy)) expect(0, "a random program");
    needs.keys = xalloc(g.nkeys * sizeof *needs.keys);
    for (j = 0; j < 10; j++) {
      memset(&f, 0, sizeof f);
      f.flags = rnd(64);
      f.recent = (int)rnd(2);
      f.day = rnd(4);
      f.size = rnd(9);
      f.has_sent = (int)rnd(2);
      f.sent = rnd(4);
      for (k = 0; k < g.nkeys; k++) g.keys[k].found = (int)rnd(2);
      good_runs += settles(&g, &f, &needs);
    }
    free(needs.keys);
    search_program_free(&g);
    stralloc_free(&s);
    free(copy);
  }
  expect(good_runs == 30000, "three-valued answers agree with two-valued");
}

/* what is decided by flags asks for nothing else */
static void test_cheap(void)
{
  static const struct {
    const char *in;
    uint32_t flags;
    unsigned want;
  } c[] = {
    { "SEEN BODY x", 0, 0 },
    { "BODY x SEEN", 0, 0 },
    { "OR BODY x SEEN", MF_SEEN, 0 },
    { "NOT (OR SEEN TEXT x)", MF_SEEN, 0 },
    { "OR (SEEN BODY x) FROM y", 0, KNOW_FIELDS },
    { "OR (SEEN BODY x) FROM y", MF_SEEN, KNOW_FIELDS | KNOW_TEXT },
    { "SENTON 1-Jan-2000", 0, KNOW_FIELDS },
    { "HEADER X-Odd y", 0, KNOW_HEADER },
    { "BODY \"\" TEXT \"\"", 0, 0 },
    { "LARGER 5 SINCE 1-Jan-2000", 0, KNOW_SIZE | KNOW_DATE },
  };
  size_t i;

  for (i = 0; i < sizeof c / sizeof *c; i++) {
    struct search_program g = SEARCH_PROGRAM_ZERO;
    struct search_facts f;
    struct search_needs needs;
    uint32_t keys[8];
    struct parse p;
    char *copy;

    parse(&g, c[i].in, strlen(c[i].in), &p, &copy);
    memset(&f, 0, sizeof f);
    f.flags = c[i].flags;
    needs.keys = keys;
    search_eval(&g, &f, &needs);
    expect(needs.want == c[i].want, c[i].in);
    search_program_free(&g);
    free(copy);
  }
}

static void test_narrow(void)
{
  static const struct { const char *in, *left; int all; } c[] = {
    { "ALL", "1:20", 1 }, { "NOT ALL", "", 1 }, { "UID 3:5", "3:5", 1 },
    { "UID 3:9 NOT UID 5:6", "3:4,7:9", 1 }, { "UID 4 SEEN", "4", 0 },
    { "OR UID 4 UID 5", "1:20", 0 }, { "(UID 4)", "1:20", 0 },
  };
  size_t i, k;

  for (i = 0; i < sizeof c / sizeof *c; i++) {
    struct search_program g = SEARCH_PROGRAM_ZERO;
    struct uidset uids = UIDSET_ZERO;
    stralloc out = STRALLOC_ZERO;
    struct parse p;
    char *copy;

    parse(&g, c[i].in, strlen(c[i].in), &p, &copy);
    for (k = 0; k < g.n; k++)
      uidset_build(&g.v[k].uids, g.v[k].set.r, g.v[k].set.n);
    uidset_add(&uids, 1, 20);
    expect(search_narrow(&g, &uids) == c[i].all, c[i].in);
    uidset_fmt(&out, &uids);
    expect_text(out.s ? out.s : "", out.len, c[i].left, strlen(c[i].left),
                c[i].in);
    stralloc_free(&out);
    uidset_free(&uids);
    search_program_free(&g);
    free(copy);
  }
}

int main(void)
{
  test_syntax();
  test_escape();
  test_limits();
  test_eval();
  test_cheap();
  test_narrow();
  return expect_done("search_program");
}
