/* ISC licence; see LICENSE. */
#include "parse.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "message/utf8.h"

/* classes of octets, RFC 3501 section 9 */
#define A 1u    /* ATOM-CHAR */
#define S 2u    /* resp-specials: in ASTRING-CHAR */
#define W 4u    /* list-wildcards */
#define P 8u    /* "+", which a tag may not hold */

static const unsigned char octets[256] = {
  ['!'] = A, ['#'] = A, ['$'] = A, ['&'] = A, ['\''] = A, [','] = A,
  ['-'] = A, ['.'] = A, ['/'] = A, [':'] = A, [';'] = A, ['<'] = A,
  ['='] = A, ['>'] = A, ['?'] = A, ['@'] = A, ['['] = A, ['^'] = A,
  ['_'] = A, ['`'] = A, ['|'] = A, ['}'] = A, ['~'] = A,
  ['+'] = A | P, [']'] = S, ['%'] = W, ['*'] = W,
  ['0'] = A, ['1'] = A, ['2'] = A, ['3'] = A, ['4'] = A,
  ['5'] = A, ['6'] = A, ['7'] = A, ['8'] = A, ['9'] = A,
  ['A'] = A, ['B'] = A, ['C'] = A, ['D'] = A, ['E'] = A, ['F'] = A,
  ['G'] = A, ['H'] = A, ['I'] = A, ['J'] = A, ['K'] = A, ['L'] = A,
  ['M'] = A, ['N'] = A, ['O'] = A, ['P'] = A, ['Q'] = A, ['R'] = A,
  ['S'] = A, ['T'] = A, ['U'] = A, ['V'] = A, ['W'] = A, ['X'] = A,
  ['Y'] = A, ['Z'] = A,
  ['a'] = A, ['b'] = A, ['c'] = A, ['d'] = A, ['e'] = A, ['f'] = A,
  ['g'] = A, ['h'] = A, ['i'] = A, ['j'] = A, ['k'] = A, ['l'] = A,
  ['m'] = A, ['n'] = A, ['o'] = A, ['p'] = A, ['q'] = A, ['r'] = A,
  ['s'] = A, ['t'] = A, ['u'] = A, ['v'] = A, ['w'] = A, ['x'] = A,
  ['y'] = A, ['z'] = A,
};

int is_atom_char(unsigned char c)
{
  return !!(octets[c] & A);
}

int is_astring_char(unsigned char c)
{
  return !!(octets[c] & (A | S));
}

int is_list_char(unsigned char c)
{
  return !!(octets[c] & (A | S | W));
}

int is_tag_char(unsigned char c)
{
  return (octets[c] & (A | S)) && !(octets[c] & P);
}

#undef A
#undef S
#undef W
#undef P

void parse_init(struct parse *p, char *s, size_t len)
{
  p->s = s;
  p->end = s + len;
  p->why = 0;
  p->utf8 = 0;
}

static int fault(struct parse *p, const char *why)
{
  p->why = why;
  return 0;
}

int parse_peek(const struct parse *p)
{
  return p->s < p->end ? (unsigned char)*p->s : -1;
}

int parse_try(struct parse *p, char c)
{
  if (p->s >= p->end || *p->s != c) return 0;
  p->s++;
  return 1;
}

int parse_try_word(struct parse *p, const char *word)
{
  size_t n = strlen(word);

  if ((size_t)(p->end - p->s) < n || strncasecmp(p->s, word, n)) return 0;
  if (p->s + n < p->end && is_astring_char((unsigned char)p->s[n])) return 0;
  p->s += n;
  return 1;
}

int parse_char(struct parse *p, char c)
{
  if (parse_try(p, c)) return 1;
  switch (c) {
  case '(': return fault(p, "missing \"(\"");
  case ')': return fault(p, "missing \")\"");
  case '[': return fault(p, "missing \"[\"");
  case ']': return fault(p, "missing \"]\"");
  case '"': return fault(p, "missing quote");
  }
  return fault(p, "unexpected character");
}

int parse_sp(struct parse *p)
{
  if (p->s >= p->end) return fault(p, "missing argument");
  if (*p->s != ' ') return fault(p, "missing space");
  p->s++;
  if (p->s >= p->end) return fault(p, "missing argument");
  if (*p->s == ' ') return fault(p, "extra space");
  return 1;
}

int parse_end(struct parse *p)
{
  return p->s == p->end ? 1 : fault(p, "unexpected text after the command");
}

/* a run of one class of octets, at least one */
static int run(struct parse *p, struct text *t, int (*is)(unsigned char),
               const char *why)
{
  char *s = p->s;

  while (s < p->end && is((unsigned char)*s)) s++;
  if (s == p->s) return fault(p, why);
  t->s = p->s;
  t->len = (size_t)(s - p->s);
  p->s = s;
  return 1;
}

int parse_atom(struct parse *p, struct text *t)
{
  return run(p, t, is_atom_char, "atom expected");
}

static int is_utf8(const char *s, size_t len)
{
  uint32_t cp;
  size_t i;
  int n;

  for (i = utf8_ascii(s, len); i < len; i += (size_t)n) {
    n = utf8_get(s + i, len - i, &cp);
    if (n < 1) return 0;
  }
  return 1;
}

/* Unquoted in place: the text only gets shorter. */
static int quoted(struct parse *p, struct text *t)
{
  char *s = p->s + 1, *to = s;

  t->s = s;
  for (; s < p->end && *s != '"'; s++) {
    if (!*s || *s == '\r' || *s == '\n')
      return fault(p, "forbidden character in quoted string");
    if (*s == '\\') {
      s++;
      if (s >= p->end || (*s != '"' && *s != '\\'))
        return fault(p, "bad escape in quoted string");
    }
    *to++ = *s;
  }
  if (s >= p->end) return fault(p, "unterminated quoted string");
  t->len = (size_t)(to - t->s);
  if (p->utf8 && !is_utf8(t->s, t->len))
    return fault(p, "bad UTF-8 in quoted string");
  p->s = s + 1;
  return 1;
}

/* digits of a literal's header; consumes "{n}" or "{n+}" */
static int header(struct parse *p, uint64_t *size)
{
  if (!parse_try(p, '{')) return fault(p, "literal expected");
  if (!parse_number64(p, size)) return fault(p, "bad literal");
  (void)parse_try(p, '+');
  return parse_try(p, '}') ? 1 : fault(p, "bad literal");
}

static int literal8(struct parse *p, struct text *t)
{
  uint64_t n;

  if (!header(p, &n)) return 0;
  (void)parse_try(p, '\r');
  if (!parse_try(p, '\n')) return fault(p, "bad literal");
  if (n > (uint64_t)(p->end - p->s)) return fault(p, "bad literal");
  t->s = p->s;
  t->len = (size_t)n;
  p->s += n;
  return 1;
}

static int literal(struct parse *p, struct text *t)
{
  if (!literal8(p, t)) return 0;
  /* CHAR8 is any octet but NUL */
  if (memchr(t->s, 0, t->len)) return fault(p, "NUL in literal");
  return 1;
}

int parse_literal_header(struct parse *p, uint64_t *size)
{
  (void)parse_try(p, '~');
  if (!header(p, size)) return 0;
  return p->s == p->end ? 1 : fault(p, "bad literal");
}

int parse_string(struct parse *p, struct text *t)
{
  if (parse_peek(p) == '"') return quoted(p, t);
  if (parse_peek(p) == '{') return literal(p, t);
  return fault(p, "string expected");
}

int parse_astring(struct parse *p, struct text *t)
{
  int c = parse_peek(p);

  if (c == '"' || c == '{') return parse_string(p, t);
  return run(p, t, is_astring_char, "string expected");
}

int parse_nstring(struct parse *p, struct text *t)
{
  if (parse_try_word(p, "NIL")) {
    t->s = 0;
    t->len = 0;
    return 1;
  }
  return parse_string(p, t);
}

int parse_nstring8(struct parse *p, struct text *t)
{
  return parse_try(p, '~') ? literal8(p, t) : parse_nstring(p, t);
}

int parse_list_mailbox(struct parse *p, struct text *t)
{
  int c = parse_peek(p);

  if (c == '"' || c == '{') return parse_string(p, t);
  return run(p, t, is_list_char, "mailbox pattern expected");
}

int parse_mailbox(struct parse *p, struct text *t)
{
  int c = parse_peek(p);

  if (c == '"' || c == '{') return parse_string(p, t);
  return run(p, t, is_astring_char, "mailbox name expected");
}

int text_is(const struct text *t, const char *word)
{
  return strlen(word) == t->len && !strncasecmp(t->s, word, t->len);
}

static int number(struct parse *p, uint64_t *n, uint64_t max)
{
  const char *s = p->s;
  uint64_t v = 0;
  unsigned d;

  while (s < p->end && *s >= '0' && *s <= '9') {
    d = (unsigned)(*s++ - '0');
    if (v > (max - d) / 10) return fault(p, "number too large");
    v = v * 10 + d;
  }
  if (s == p->s) return fault(p, "number expected");
  *n = v;
  p->s += s - p->s;
  return 1;
}

int parse_number64(struct parse *p, uint64_t *n)
{
  return number(p, n, INT64_MAX);
}

int parse_number(struct parse *p, uint32_t *n)
{
  uint64_t v;

  if (!number(p, &v, UINT32_MAX)) return 0;
  *n = (uint32_t)v;
  return 1;
}

int parse_nz_number(struct parse *p, uint32_t *n)
{
  if (!parse_number(p, n)) return 0;
  return *n ? 1 : fault(p, "number must not be zero");
}

/* nz-number or "*", which becomes 0 */
static int seq_number(struct parse *p, uint32_t *n)
{
  if (parse_try(p, '*')) {
    *n = 0;
    return 1;
  }
  return parse_nz_number(p, n);
}

void seqset_add(struct seqset *set, uint32_t lo, uint32_t hi)
{
  if (set->n == set->a) {
    set->a = set->a ? set->a * 2 : 8;
    set->r = xrealloc(set->r, set->a * sizeof *set->r);
  }
  set->r[set->n].lo = lo;
  set->r[set->n++].hi = hi;
}

int parse_sequence_set(struct parse *p, struct seqset *set)
{
  uint32_t lo, hi;

  set->n = 0;
  set->saved = 0;
  do {
    set->saved = parse_try(p, '$');     /* nothing follows it */
    if (set->saved) return 1;
    if (!seq_number(p, &lo)) return fault(p, "bad sequence set");
    hi = lo;
    if (parse_try(p, ':') && !seq_number(p, &hi))
      return fault(p, "bad sequence set");
    seqset_add(set, lo, hi);
  } while (parse_try(p, ','));
  return 1;
}

void seqset_free(struct seqset *set)
{
  free(set->r);
  set->r = 0;
  set->n = set->a = 0;
  set->saved = 0;
}
