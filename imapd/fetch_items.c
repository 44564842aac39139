/* ISC licence; see LICENSE. */
#include "fetch_items.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"

#define FAULT(p, text) ((p)->why = (text), 0)

void fetch_items_free(struct fetch_items *f)
{
  size_t i;

  for (i = 0; i < f->n; i++)
    if (f->v[i].what == FETCH_SECTION) body_section_free(&f->v[i].section);
  free(f->v);
  memset(f, 0, sizeof *f);
}

static struct fetch_item *new_item(struct fetch_items *f, enum fetch_what what)
{
  struct fetch_item *item;

  if (f->n == f->a) {
    f->a = f->a * 2 + 8;
    f->v = xrealloc(f->v, f->a * sizeof *f->v);
  }
  item = &f->v[f->n++];
  memset(item, 0, sizeof *item);
  item->what = what;
  f->asked |= 1u << what;
  return item;
}

static void add(struct fetch_items *f, enum fetch_what what)
{
  if (!(f->asked & 1u << what)) new_item(f, what);
}

/* The section was made in place; take it back if it is there already. Equal
 * labels mean equal texts, but for the count, which no label shows. */
static int keep_section(struct fetch_items *f, struct parse *p)
{
  const struct body_section *b = &f->v[f->n - 1].section, *o;
  size_t i, sections = 0;

  if (!b->peek) f->sets_seen = 1;
  for (i = 0; i + 1 < f->n; i++) {
    if (f->v[i].what != FETCH_SECTION) continue;
    o = &f->v[i].section;
    if (o->label.len == b->label.len && o->count == b->count &&
        !memcmp(o->label.s, b->label.s, b->label.len)) {
      body_section_free(&f->v[--f->n].section);
      return 1;
    }
    if (++sections >= FETCH_SECTIONS_MAX)
      return FAULT(p, "too many BODY[] items");
  }
  return 1;
}

static int add_rfc822(struct fetch_items *f, struct parse *p,
                      const char *label, enum section_what what)
{
  body_section_rfc822(&new_item(f, FETCH_SECTION)->section, label, what);
  return keep_section(f, p);
}

static int add_section(struct fetch_items *f, struct parse *p,
                       enum section_form form, int peek)
{
  struct fetch_item *item = new_item(f, FETCH_SECTION);

  item->section.form = form;
  item->section.peek = peek;
  if (!body_section_parse(&item->section, p)) {
    f->n--;
    return 0;
  }
  return keep_section(f, p);
}

/* The name of an item: letters, digits and dots. A "[" belongs to an atom by
 * the grammar, so parse_atom would read too much. */
static struct text item_name(struct parse *p)
{
  struct text t = { p->s, 0 };
  int c;

  while ((c = parse_peek(p)) != -1) {
    if (!((c | 32) >= 'a' && (c | 32) <= 'z') && !(c >= '0' && c <= '9') &&
        c != '.')
      break;
    p->s++;
    t.len++;
  }
  return t;
}

static const struct {
  const char *name;
  enum fetch_what what;
} plain[] = {
  { "UID", FETCH_UID }, { "FLAGS", FETCH_FLAGS },
  { "MODSEQ", FETCH_MODSEQ },                   /* RFC 7162 section 3.1.4.2 */
  { "INTERNALDATE", FETCH_INTERNALDATE }, { "RFC822.SIZE", FETCH_SIZE },
  { "SAVEDATE", FETCH_SAVEDATE },               /* RFC 8514 */
  { "EMAILID", FETCH_EMAILID }, { "THREADID", FETCH_THREADID }, /* RFC 8474 */
  { "ENVELOPE", FETCH_ENVELOPE }, { "BODYSTRUCTURE", FETCH_BODYSTRUCTURE },
};

/* the items that a section follows */
static const struct {
  const char *name;
  enum section_form form;
  int peek;
} sections[] = {
  { "BODY", SECTION_BODY, 0 }, { "BODY.PEEK", SECTION_BODY, 1 },
  { "BINARY", SECTION_BINARY, 0 }, { "BINARY.PEEK", SECTION_BINARY, 1 },
  { "BINARY.SIZE", SECTION_BINARY_SIZE, 1 },
};

/* PREVIEW [SP "(" LAZY *(SP LAZY) ")"]: RFC 8970 section 6. What else is in
 * parentheses behind it belongs to the command. */
static int add_preview(struct fetch_items *f, struct parse *p)
{
  static const char lazy[] = " (LAZY";
  int is_lazy = (size_t)(p->end - p->s) > sizeof lazy - 1 &&
                !strncasecmp(p->s, lazy, sizeof lazy - 1) &&
                (p->s[sizeof lazy - 1] == ')' || p->s[sizeof lazy - 1] == ' ');

  f->lazy = is_lazy && (f->lazy || !(f->asked >> FETCH_PREVIEW & 1));
  add(f, FETCH_PREVIEW);
  if (!is_lazy) return 1;
  p->s += 2;
  do
    if (!parse_try_word(p, "LAZY")) return FAULT(p, "unknown PREVIEW modifier");
  while (parse_try(p, ' '));
  return parse_char(p, ')');
}

static int parse_item(struct fetch_items *f, struct parse *p,
                      const struct text *t)
{
  size_t i;

  for (i = 0; i < sizeof plain / sizeof *plain; i++) {
    if (!text_is(t, plain[i].name)) continue;
    add(f, plain[i].what);
    return 1;
  }
  if (text_is(t, "PREVIEW")) return add_preview(f, p);
  if (text_is(t, "RFC822")) return add_rfc822(f, p, "RFC822", SECTION_ALL);
  if (text_is(t, "RFC822.HEADER"))
    return add_rfc822(f, p, "RFC822.HEADER", SECTION_HEADER);
  if (text_is(t, "RFC822.TEXT"))
    return add_rfc822(f, p, "RFC822.TEXT", SECTION_TEXT);
  if (text_is(t, "BODY") && parse_peek(p) != '[') {
    add(f, FETCH_BODY);
    return 1;
  }
  for (i = 0; i < sizeof sections / sizeof *sections; i++)
    if (text_is(t, sections[i].name))
      return add_section(f, p, sections[i].form, sections[i].peek);
  return FAULT(p, "unknown FETCH item");
}

/* ALL, FAST, FULL: each is all of the last one and more */
static int macro(struct fetch_items *f, const struct text *t)
{
  int full = text_is(t, "FULL"), all = full || text_is(t, "ALL");

  if (!all && !text_is(t, "FAST")) return 0;
  add(f, FETCH_FLAGS);
  add(f, FETCH_INTERNALDATE);
  add(f, FETCH_SIZE);
  if (all) add(f, FETCH_ENVELOPE);
  if (full) add(f, FETCH_BODY);
  return 1;
}

static int parse_all(struct fetch_items *f, struct parse *p)
{
  struct text t;

  if (!parse_try(p, '(')) {
    t = item_name(p);
    return macro(f, &t) || parse_item(f, p, &t);
  }
  do {
    t = item_name(p);
    if (!parse_item(f, p, &t)) return 0;
  } while (parse_try(p, ' '));
  return parse_char(p, ')');
}

/* 0 before all else, 1 at hand, 2 to be looked for */
static int rank(const struct fetch_item *item, int by_uid)
{
  if (item->what == FETCH_UID && by_uid) return 0;
  return item->what <= FETCH_SIZE ? 1 : 2;
}

static void order(struct fetch_items *f, int by_uid)
{
  struct fetch_item *v = xalloc(f->a * sizeof *v);
  size_t i, n = 0;
  int r;

  for (r = 0; r < 3; r++)
    for (i = 0; i < f->n; i++)
      if (rank(&f->v[i], by_uid) == r) v[n++] = f->v[i];
  free(f->v);
  f->v = v;
}

static void sum_up(struct fetch_items *f)
{
  const struct body_section *b;
  size_t i;

  if (f->asked & 1u << FETCH_ENVELOPE) f->kinds |= 1u << CACHE_ENVELOPE;
  if (f->asked & 1u << FETCH_BODYSTRUCTURE)
    f->kinds |= 1u << CACHE_BODYSTRUCTURE;
  if (f->asked & 1u << FETCH_PREVIEW) f->kinds |= 1u << CACHE_PREVIEW;
  if (f->asked & 1u << FETCH_THREADID) f->kinds |= 1u << CACHE_HEADERS;
  if (f->asked & 1u << FETCH_BODY) f->kinds |= 1u << CACHE_BODY;
  for (i = 0; i < f->n; i++) {
    if (f->v[i].what != FETCH_SECTION) continue;
    b = &f->v[i].section;
    if (b->fields == 1 && !b->depth && b->cached_names) {
      f->kinds |= 1u << CACHE_HEADERS;
      continue;
    }
    f->needs_file = 1;
    if (b->depth || b->what == SECTION_TEXT) f->kinds |= 1u << CACHE_PARTS;
  }
}

int fetch_items_parse(struct fetch_items *f, struct parse *p, int by_uid)
{
  if (!parse_all(f, p)) return 0;
  if (by_uid) add(f, FETCH_UID);
  order(f, by_uid);
  sum_up(f);
  return 1;
}

/* Its place is among what is at hand, before anything that may take time. */
void fetch_items_modseq(struct fetch_items *f)
{
  struct fetch_item last;
  size_t i;

  if (f->asked & 1u << FETCH_MODSEQ) return;
  last = *new_item(f, FETCH_MODSEQ);
  for (i = f->n - 1; i && f->v[i - 1].what > FETCH_SIZE; i--)
    f->v[i] = f->v[i - 1];
  f->v[i] = last;
}
