/* ISC licence; see LICENSE. */
#include "search_program.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "fetch_new.h"
#include "maildir/filename.h"
#include "message/charset.h"
#include "message_cache.h"

#define FAULT(p, text) ((p)->why = (text), 0)

/* what stands behind a key's name, and what becomes of it */
enum shape {
  S_ALL, S_FLAG, S_RECENT, S_NEW, S_HEADER_NAMED, S_HEADER, S_SCOPE,
  S_DAY_BEFORE, S_DAY_ON, S_DAY_SINCE, S_KEYWORD, S_LARGER, S_SMALLER,
  S_OLDER, S_YOUNGER, S_NOT, S_OR, S_UID, S_OBJECT, S_MODSEQ, S_UID_SIDE
};

/* RFC 3501 section 6.4.4 in its order, then RFC 5032, RFC 7162, RFC 9738 */
static const struct row {
  const char *name;
  enum shape shape;
  int not;
  int arg;
} table[] = {
  { "ALL", S_ALL, 0, 0 },
  { "ANSWERED", S_FLAG, 0, MF_ANSWERED },
  { "BCC", S_HEADER_NAMED, 0, 0 },
  { "BEFORE", S_DAY_BEFORE, 0, SEARCH_DAY },
  { "BODY", S_SCOPE, 0, SEARCH_BODY },
  { "CC", S_HEADER_NAMED, 0, 0 },
  { "DELETED", S_FLAG, 0, MF_DELETED },
  { "DRAFT", S_FLAG, 0, MF_DRAFT },
  { "FLAGGED", S_FLAG, 0, MF_FLAGGED },
  { "FROM", S_HEADER_NAMED, 0, 0 },
  { "HEADER", S_HEADER, 0, 0 },
  { "KEYWORD", S_KEYWORD, 0, 0 },
  { "LARGER", S_LARGER, 0, 0 },
  { "NEW", S_NEW, 0, 0 },
  { "NOT", S_NOT, 0, 0 },
  { "OLD", S_RECENT, 1, 0 },
  { "ON", S_DAY_ON, 0, SEARCH_DAY },
  { "OR", S_OR, 0, 0 },
  { "RECENT", S_RECENT, 0, 0 },
  { "SEEN", S_FLAG, 0, MF_SEEN },
  { "SENTBEFORE", S_DAY_BEFORE, 0, SEARCH_SENT },
  { "SENTON", S_DAY_ON, 0, SEARCH_SENT },
  { "SENTSINCE", S_DAY_SINCE, 0, SEARCH_SENT },
  { "SINCE", S_DAY_SINCE, 0, SEARCH_DAY },
  { "SMALLER", S_SMALLER, 0, 0 },
  { "SUBJECT", S_HEADER_NAMED, 0, 0 },
  { "TEXT", S_SCOPE, 0, SEARCH_TEXT },
  { "TO", S_HEADER_NAMED, 0, 0 },
  { "UID", S_UID, 0, 0 },
  { "UNANSWERED", S_FLAG, 1, MF_ANSWERED },
  { "UNDELETED", S_FLAG, 1, MF_DELETED },
  { "UNDRAFT", S_FLAG, 1, MF_DRAFT },
  { "UNFLAGGED", S_FLAG, 1, MF_FLAGGED },
  { "UNKEYWORD", S_KEYWORD, 1, 0 },
  { "UNSEEN", S_FLAG, 1, MF_SEEN },
  { "OLDER", S_OLDER, 0, 0 },
  { "YOUNGER", S_YOUNGER, 0, 0 },
  { "SAVEDBEFORE", S_DAY_BEFORE, 0, SEARCH_SAVED },     /* RFC 8514 */
  { "SAVEDON", S_DAY_ON, 0, SEARCH_SAVED },
  { "SAVEDSINCE", S_DAY_SINCE, 0, SEARCH_SAVED },
  { "SAVEDATESUPPORTED", S_ALL, 0, 0 },
  { "EMAILID", S_OBJECT, 0, SEARCH_EMAILID },           /* RFC 8474 */
  { "THREADID", S_OBJECT, 0, SEARCH_THREADID },
  { "MODSEQ", S_MODSEQ, 0, 0 },
  { "UIDAFTER", S_UID_SIDE, 0, 1 },
  { "UIDBEFORE", S_UID_SIDE, 0, 0 },
};
#define ROWS (sizeof table / sizeof *table)

void search_program_free(struct search_program *g)
{
  size_t i;

  for (i = 0; i < g->n; i++) {
    seqset_free(&g->v[i].set);
    uidset_free(&g->v[i].uids);
  }
  free(g->v);
  free(g->keys);
  free(g->in_fields);
  stralloc_free(&g->words);
  stralloc_free(&g->update_items);
  memset(g, 0, sizeof *g);
}

/* a fault of one key of many: "FOO: reason", with no more of FOO than may be
 * shown; what was named already stays as it is */
static int fault_named(struct search_program *g, struct parse *p,
                       const struct text *name, const char *reason)
{
  size_t n = 0, i, len = strlen(reason);

  if (p->why == g->why) return 0;
  for (i = 0; i < name->len && i < 30; i++)
    g->why[n++] = is_atom_char((unsigned char)name->s[i]) ? name->s[i] : '?';
  g->why[n++] = ':';
  g->why[n++] = ' ';
  if (len > sizeof g->why - n - 1) len = sizeof g->why - n - 1;
  memcpy(g->why + n, reason, len);
  g->why[n + len] = 0;
  return FAULT(p, g->why);
}

/* a new node, 0 with p->why if there are too many (node 0 is the root) */
static size_t new_node(struct search_program *g, struct parse *p,
                       enum search_op op, int not)
{
  struct search_node *x;

  if (g->n >= SEARCH_NODES_MAX) {
    p->why = "too many search keys";
    return 0;
  }
  if (g->n == g->a) {
    g->a = g->a * 2 + 16;
    g->v = xrealloc(g->v, g->a * sizeof *g->v);
  }
  x = &g->v[g->n];
  memset(x, 0, sizeof *x);
  x->op = op;
  x->not = not;
  return g->n++;
}

/* A string of the program as UTF-8. Without CHARSET it should be ASCII; what
 * clients send then is UTF-8 or their own 8-bit charset. */
static int to_utf8(struct search_program *g, struct parse *p,
                   const struct text *t, stralloc *out)
{
  struct lstr none = LSTR_ZERO;
  struct charset c;

  if (g->charset.s) {
    if (charset_convert(g->charset, t->s, t->len, out) == 1) return 1;
    return FAULT(p, "search string is not valid in its charset");
  }
  charset_begin(&c, none);
  charset_feed(&c, t->s, t->len, out);
  charset_end(&c, out);
  return 1;
}

static int add_key(struct search_program *g, struct parse *p,
                   enum search_scope scope, struct lstr field,
                   const struct text *t)
{
  stralloc utf8 = STRALLOC_ZERO;
  struct search_key *k;
  size_t from = g->words.len;
  int good;

  if (g->nkeys >= SEARCH_TEXTS_MAX) return FAULT(p, "too many search strings");
  good = to_utf8(g, p, t, &utf8);
  if (good) search_prepare(&g->words, utf8.s ? utf8.s : "", utf8.len);
  stralloc_free(&utf8);
  if (!good) return 0;
  if (g->nkeys == g->akeys) {
    g->akeys = g->akeys * 2 + 8;
    g->keys = xrealloc(g->keys, g->akeys * sizeof *g->keys);
    g->in_fields = xrealloc(g->in_fields, g->akeys);
  }
  g->in_fields[g->nkeys] =
    scope == SEARCH_HEADER && message_cache_has_field(field);
  k = &g->keys[g->nkeys++];
  memset(k, 0, sizeof *k);
  k->scope = scope;
  k->field = field;
  k->text.len = g->words.len - from;    /* s when all words are there */
  return 1;
}

/* SP astring, looked for in scope */
static int parse_words(struct search_program *g, struct parse *p, size_t *node,
                       enum search_scope scope, struct lstr field)
{
  struct text t;

  if (!parse_sp(p) || !parse_astring(p, &t)) return 0;
  /* The empty string is in every message; in a field only if it is there. */
  if (!t.len && scope != SEARCH_HEADER)
    return !!(*node = new_node(g, p, SEARCH_AND, 0));
  if (!add_key(g, p, scope, field, &t)) return 0;
  *node = new_node(g, p, SEARCH_WORDS, 0);
  if (*node) g->v[*node].key = (uint32_t)(g->nkeys - 1);
  return !!*node;
}

static int parse_header(struct search_program *g, struct parse *p,
                        size_t *node)
{
  struct text t;
  struct lstr field;

  if (!parse_sp(p) || !parse_astring(p, &t)) return 0;
  field.s = t.s;
  field.len = t.len;
  return parse_words(g, p, node, SEARCH_HEADER, field);
}

static int new_range(struct search_program *g, struct parse *p, size_t *node,
                     enum search_op op, int64_t lo, int64_t hi)
{
  *node = new_node(g, p, op, 0);
  if (!*node) return 0;
  g->v[*node].lo = lo;
  g->v[*node].hi = hi;
  return 1;
}

static int parse_day(struct search_program *g, struct parse *p, size_t *node,
                     const struct row *row)
{
  int64_t t, day;

  if (!parse_sp(p) || !parse_date(p, &t)) return 0;
  day = t >= 0 ? t / 86400 : -((86399 - t) / 86400);
  if (row->arg == SEARCH_SAVED) g->saved = 1;
  switch (row->shape) {
    case S_DAY_BEFORE:
      return new_range(g, p, node, row->arg, INT64_MIN, day - 1);
    case S_DAY_ON:
      return new_range(g, p, node, row->arg, day, day);
    default:
      return new_range(g, p, node, row->arg, day, INT64_MAX);
  }
}

static int parse_size(struct search_program *g, struct parse *p, size_t *node,
                      int larger)
{
  uint64_t n;

  if (!parse_sp(p) || !parse_number64(p, &n)) return 0;
  if (!larger) return new_range(g, p, node, SEARCH_SIZE, 0, (int64_t)n - 1);
  if (n == INT64_MAX) return new_range(g, p, node, SEARCH_SIZE, 1, 0);
  return new_range(g, p, node, SEARCH_SIZE, (int64_t)n + 1, INT64_MAX);
}

/* Seconds before now: OLDER is at least that many. */
static int parse_age(struct search_program *g, struct parse *p, size_t *node,
                     int older)
{
  uint32_t n;

  if (!parse_sp(p) || !parse_nz_number(p, &n)) return 0;
  return older ? new_range(g, p, node, SEARCH_TIME, n, INT64_MAX)
               : new_range(g, p, node, SEARCH_TIME, INT64_MIN, n);
}

static int parse_keyword(struct search_program *g, struct parse *p,
                         size_t *node)
{
  struct text t;

  if (!parse_sp(p) || !parse_atom(p, &t)) return 0;
  *node = new_node(g, p, SEARCH_LETTER, 0);
  if (*node) g->v[*node].text = t;
  return !!*node;
}

/* RFC 8474 section 7: objectid */
static int parse_object(struct search_program *g, struct parse *p,
                        size_t *node, enum search_op op)
{
  struct text t;
  size_t i;

  if (!parse_sp(p) || !parse_atom(p, &t)) return 0;
  for (i = 0; i < t.len; i++)
    if (!((t.s[i] | 32) >= 'a' && (t.s[i] | 32) <= 'z') && t.s[i] != '_' &&
        !(t.s[i] >= '0' && t.s[i] <= '9') && t.s[i] != '-')
      return FAULT(p, "bad object id");
  if (t.len > 255) return FAULT(p, "object id too long");
  if (op == SEARCH_EMAILID) g->emailids = 1;
  else g->threadids = 1;
  *node = new_node(g, p, op, 0);
  if (*node) g->v[*node].text = t;
  return !!*node;
}

static int parse_set(struct search_program *g, struct parse *p, size_t *node,
                     enum search_op op)
{
  if (++g->nsets > SEARCH_SETS_MAX) return FAULT(p, "too many sequence sets");
  *node = new_node(g, p, op, 0);
  if (!*node || !parse_sequence_set(p, &g->v[*node].set)) return 0;
  if (op == SEARCH_MSNS && g->v[*node].set.n) g->numbers = 1;
  return 1;
}

/* UIDAFTER and UIDBEFORE: RFC 9738 section 3.2; no "*" in them */
static int parse_side(struct search_program *g, struct parse *p, size_t *node,
                      int after)
{
  uint32_t uid, lo, hi;

  if (++g->nsets > SEARCH_SETS_MAX) return FAULT(p, "too many sequence sets");
  if (!parse_sp(p) || !parse_nz_number(p, &uid)) return 0;
  lo = after ? uid + 1 : 1;
  hi = after ? UINT32_MAX : uid - 1;
  *node = new_node(g, p, SEARCH_UIDS, 0);
  if (!*node) return 0;
  if (lo && hi) seqset_add(&g->v[*node].set, lo, hi);
  return 1;
}

/* Flags have no mod-sequences of their own here, so what names one is
 * ignored: RFC 7162 section 3.1.5 */
static int parse_entry(struct parse *p)
{
  static const char flags[] = "/flags/";
  struct text entry, type;

  if (parse_peek(p) != '"') return 1;
  if (!parse_string(p, &entry)) return 0;
  if (entry.len < sizeof flags || memcmp(entry.s, flags, sizeof flags - 1))
    return FAULT(p, "entry name must be /flags/NAME");
  if (!parse_sp(p) || !parse_atom(p, &type)) return 0;
  if (!text_is(&type, "priv") && !text_is(&type, "shared")
      && !text_is(&type, "all"))
    return FAULT(p, "entry type must be priv, shared or all");
  return parse_sp(p);
}

static int parse_modseq(struct search_program *g, struct parse *p,
                        size_t *node)
{
  uint64_t n;

  if (!parse_sp(p) || !parse_entry(p) || !parse_number64(p, &n)) return 0;
  g->modseq = 1;
  return new_range(g, p, node, SEARCH_MODSEQ, (int64_t)n, INT64_MAX);
}

static int parse_key(struct search_program *g, struct parse *p, size_t *node,
                     unsigned depth);

/* RECENT UNSEEN */
static int new_new(struct search_program *g, struct parse *p, size_t *node)
{
  size_t a, b;

  *node = new_node(g, p, SEARCH_AND, 0);
  a = *node ? new_node(g, p, SEARCH_RECENT, 0) : 0;
  b = a ? new_node(g, p, SEARCH_FLAG, 1) : 0;
  if (!b) return 0;
  g->v[b].mask = MF_SEEN;
  g->v[*node].child = a;
  g->v[a].next = b;
  return 1;
}

static int parse_or(struct search_program *g, struct parse *p, size_t *node,
                    unsigned depth)
{
  size_t a, b;

  *node = new_node(g, p, SEARCH_OR, 0);
  if (!*node || !parse_sp(p) || !parse_key(g, p, &a, depth) ||
      !parse_sp(p) || !parse_key(g, p, &b, depth))
    return 0;
  g->v[*node].child = a;
  g->v[a].next = b;
  return 1;
}

static int parse_not(struct search_program *g, struct parse *p, size_t *node,
                     unsigned depth)
{
  if (!parse_sp(p) || !parse_key(g, p, node, depth)) return 0;
  g->v[*node].not = !g->v[*node].not;
  return 1;
}

static int parse_shape(struct search_program *g, struct parse *p,
                       size_t *node, const struct row *row, unsigned depth)
{
  struct lstr name = { row->name, strlen(row->name) };

  switch (row->shape) {
    case S_ALL: return !!(*node = new_node(g, p, SEARCH_AND, 0));
    case S_FLAG:
      *node = new_node(g, p, SEARCH_FLAG, 0);
      if (*node) g->v[*node].mask = (uint32_t)row->arg;
      return !!*node;
    case S_RECENT: return !!(*node = new_node(g, p, SEARCH_RECENT, 0));
    case S_NEW: return new_new(g, p, node);
    case S_HEADER_NAMED: return parse_words(g, p, node, SEARCH_HEADER, name);
    case S_HEADER: return parse_header(g, p, node);
    case S_SCOPE: return parse_words(g, p, node, row->arg, name);
    case S_DAY_BEFORE: case S_DAY_ON: case S_DAY_SINCE:
      return parse_day(g, p, node, row);
    case S_KEYWORD: return parse_keyword(g, p, node);
    case S_LARGER: case S_SMALLER:
      return parse_size(g, p, node, row->shape == S_LARGER);
    case S_OLDER: case S_YOUNGER:
      return parse_age(g, p, node, row->shape == S_OLDER);
    case S_NOT: return parse_not(g, p, node, depth);
    case S_OR: return parse_or(g, p, node, depth);
    case S_OBJECT: return parse_object(g, p, node, (enum search_op)row->arg);
    case S_UID: return parse_sp(p) && parse_set(g, p, node, SEARCH_UIDS);
    case S_MODSEQ: return parse_modseq(g, p, node);
    case S_UID_SIDE: return parse_side(g, p, node, row->arg);
  }
  return 0;
}

/* search-key *(SP search-key) as children of the AND parent */
static int parse_keys(struct search_program *g, struct parse *p,
                      size_t parent, unsigned depth)
{
  size_t last = 0, node;

  do {
    if (!parse_key(g, p, &node, depth)) return 0;
    if (last) g->v[last].next = node;
    else g->v[parent].child = node;
    last = node;
    if (parse_peek(p) != ' ') return 1;
  } while (parse_sp(p));
  return 0;
}

static int parse_list(struct search_program *g, struct parse *p, size_t *node,
                      unsigned depth)
{
  *node = new_node(g, p, SEARCH_AND, 0);
  return *node && parse_keys(g, p, *node, depth) && parse_char(p, ')');
}

static int parse_named(struct search_program *g, struct parse *p,
                       size_t *node, unsigned depth)
{
  struct text t;
  size_t i;

  if (!parse_atom(p, &t)) return FAULT(p, "search key expected");
  for (i = 0; i < ROWS && !text_is(&t, table[i].name); i++)
    ;
  if (i == ROWS) return fault_named(g, p, &t, "unknown search key");
  if (!parse_shape(g, p, node, &table[i], depth))
    return fault_named(g, p, &t, p->why);
  if (table[i].not) g->v[*node].not = !g->v[*node].not;
  return 1;
}

static int parse_key(struct search_program *g, struct parse *p, size_t *node,
                     unsigned depth)
{
  int c = parse_peek(p);

  if (depth >= SEARCH_DEPTH_MAX)
    return FAULT(p, "search keys are nested too deep");
  if (parse_try(p, '(')) return parse_list(g, p, node, depth + 1);
  if (c == '*' || c == '$' || (c >= '0' && c <= '9'))
    return parse_set(g, p, node, SEARCH_MSNS);
  return parse_named(g, p, node, depth + 1);
}

static const struct { const char *name; unsigned bit; } options[] = {
  { "MIN", SEARCH_MIN }, { "MAX", SEARCH_MAX },
  { "ALL", SEARCH_ALL }, { "COUNT", SEARCH_COUNT },
  { "SAVE", SEARCH_SAVE }, { "CONTEXT", SEARCH_CONTEXT },
  { "UPDATE", SEARCH_UPDATE }, { "PARTIAL", SEARCH_PARTIAL },
};
#define OPTIONS (sizeof options / sizeof *options)

/* RFC 9394 section 3.1: one PARTIAL or one ALL */
static int parse_partial_option(struct search_program *g, struct parse *p,
                                unsigned bit)
{
  const unsigned lists = SEARCH_PARTIAL | SEARCH_ALL;

  if (bit & lists && g->options & lists
      && (bit | g->options) & SEARCH_PARTIAL)
    return FAULT(p, "RETURN: only one PARTIAL or ALL");
  if (bit != SEARCH_PARTIAL) return 1;
  return parse_sp(p) && parse_partial(p, &g->partial);
}

/* UPDATE [SP "(" fetch-att *(SP fetch-att) ")"]: RFC 5465 section 7 */
static int parse_update(struct search_program *g, struct parse *p)
{
  if (p->end - p->s < 2 || memcmp(p->s, " (", 2)) return 1;
  return parse_sp(p) && fetch_new_parse(p, &g->update_items, 0);
}

/* SP "(" [option *(SP option)] ")" SP; none is ALL: RFC 4731 section 3.1 */
static int parse_return(struct search_program *g, struct parse *p)
{
  struct text t;
  size_t i;

  g->extended = 1;
  if (!parse_sp(p) || !parse_char(p, '(')) return 0;
  if (parse_peek(p) != ')') do {
    if (!parse_atom(p, &t)) return FAULT(p, "RETURN: option expected");
    for (i = 0; i < OPTIONS && !text_is(&t, options[i].name); i++)
      ;
    if (i == OPTIONS) return fault_named(g, p, &t, "unknown result option");
    if (!parse_partial_option(g, p, options[i].bit)) return 0;
    if (options[i].bit == SEARCH_UPDATE && !parse_update(g, p)) return 0;
    g->options |= options[i].bit;
  } while (parse_try(p, ' '));
  if (!g->options) g->options = SEARCH_ALL;
  return parse_char(p, ')') && parse_sp(p);
}

int search_parse_return(struct search_program *g, struct parse *p)
{
  return !parse_try_word(p, "RETURN") || parse_return(g, p);
}

int search_parse_charset(struct search_program *g, struct parse *p)
{
  struct text t;

  if (!parse_astring(p, &t)) return 0;
  /* RFC 9755 section 3: there is one, and SORT has to name it */
  if (p->utf8 && !text_is(&t, "UTF-8"))
    return FAULT(p, "no other charset than UTF-8 with UTF8=ACCEPT");
  g->charset.s = t.s;
  g->charset.len = t.len;
  if (charset_known(g->charset)) return 1;
  g->bad_charset = 1;
  return FAULT(p, "unknown charset");
}

int search_parse_keys(struct search_program *g, struct parse *p)
{
  size_t i, at = 0;

  new_node(g, p, SEARCH_AND, 0);        /* the root, number 0 */
  if (!parse_keys(g, p, 0, 0) || !parse_end(p)) return 0;
  for (i = 0; i < g->nkeys; i++) {
    g->keys[i].text.s = g->words.s ? g->words.s + at : "";
    at += g->keys[i].text.len;
  }
  return 1;
}

int search_parse(struct search_program *g, struct parse *p)
{
  if (!search_parse_return(g, p)) return 0;
  if (parse_try_word(p, "CHARSET")) {
    if (p->utf8) return FAULT(p, "no CHARSET with UTF8=ACCEPT");
    if (!parse_sp(p) || !search_parse_charset(g, p) || !parse_sp(p)) return 0;
  }
  return search_parse_keys(g, p);
}
