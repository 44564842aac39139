/* ISC licence; see LICENSE. */
#include "body_section.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "message_cache.h"
#include "reply.h"

#define FAULT(p, text) ((p)->why = (text), 0)

void body_section_free(struct body_section *b)
{
  free(b->names);
  b->names = 0;
  stralloc_free(&b->label);
}

void body_section_rfc822(struct body_section *b, const char *label,
                         enum section_what what)
{
  memset(b, 0, sizeof *b);
  b->what = what;
  b->peek = what == SECTION_HEADER;
  stralloc_copys(&b->label, label);
}

/* section-part: numbers and the dots between them; *dot is 1 if a dot is
 * left that section-text must follow */
static int parse_path(struct body_section *b, struct parse *p, int *dot)
{
  uint32_t n;

  *dot = 0;
  while (parse_peek(p) >= '0' && parse_peek(p) <= '9') {
    *dot = 0;
    if (!parse_nz_number(p, &n)) return 0;
    if (b->depth < SECTION_PATH_MAX) b->path[b->depth++] = n;
    else b->too_deep = 1;
    stralloc_catu(&b->label, n);
    if (!parse_try(p, '.')) return 1;
    stralloc_append(&b->label, '.');
    *dot = 1;
  }
  return 1;
}

/* A field name as a client may have written it: an atom where that will do */
static void cat_name(stralloc *out, const struct text *t)
{
  size_t i;

  for (i = 0; i < t->len; i++)
    if (!is_atom_char((unsigned char)t->s[i])) break;
  if (t->len && i == t->len) stralloc_catb(out, t->s, t->len);
  else string_cat(out, t->s, t->len);
}

/* header-list; the answer repeats it */
static int parse_names(struct body_section *b, struct parse *p)
{
  struct text t;
  size_t a = 0;

  if (!parse_sp(p) || !parse_char(p, '(')) return 0;
  b->cached_names = 1;
  do {
    if (!parse_astring(p, &t)) return 0;
    if (b->n == BODY_SECTION_NAMES_MAX)
      return FAULT(p, "too many header field names");
    if (b->n == a) {
      a = a * 2 + 16;
      b->names = xrealloc(b->names, a * sizeof *b->names);
    }
    stralloc_cats(&b->label, b->n ? " " : " (");
    cat_name(&b->label, &t);
    b->names[b->n].s = t.s;
    b->names[b->n].len = t.len;
    if (!message_cache_has_field(b->names[b->n])) b->cached_names = 0;
    b->n++;
  } while (parse_try(p, ' '));
  stralloc_append(&b->label, ')');
  return parse_char(p, ')');
}

/* section-text, section-msgtext: all that is not a part number */
static const struct {
  const char *name;
  enum section_what what;
  int fields;
} texts[] = {
  { "HEADER", SECTION_HEADER, 0 },
  { "HEADER.FIELDS", SECTION_HEADER, 1 },
  { "HEADER.FIELDS.NOT", SECTION_HEADER, 2 },
  { "TEXT", SECTION_TEXT, 0 },
  { "MIME", SECTION_MIME, 0 },
};
#define TEXTS (sizeof texts / sizeof *texts)

static int parse_text(struct body_section *b, struct parse *p)
{
  struct text t;
  size_t i;

  if (!parse_atom(p, &t)) return FAULT(p, "unknown section of BODY[]");
  for (i = 0; i < TEXTS && !text_is(&t, texts[i].name); i++)
    ;
  if (i == TEXTS) return FAULT(p, "unknown section of BODY[]");
  b->what = texts[i].what;
  b->fields = texts[i].fields;
  if (b->what == SECTION_MIME && !b->depth)
    return FAULT(p, "MIME needs a part number");
  stralloc_cats(&b->label, texts[i].name);
  return b->fields ? parse_names(b, p) : 1;
}

/* "<" number64 "." nz-number64 ">"; the answer repeats the origin alone */
static int parse_partial(struct body_section *b, struct parse *p)
{
  b->partial = 1;
  if (!parse_number64(p, &b->origin) || !parse_char(p, '.') ||
      !parse_number64(p, &b->count))
    return 0;
  if (!b->count) return FAULT(p, "number must not be zero");
  if (!parse_char(p, '>')) return 0;
  stralloc_append(&b->label, '<');
  stralloc_catu(&b->label, b->origin);
  stralloc_append(&b->label, '>');
  return 1;
}

int body_section_parse(struct body_section *b, struct parse *p)
{
  static const char *const labels[] = { "BODY[", "BINARY[", "BINARY.SIZE[" };
  enum section_form form = b->form;
  int peek = b->peek, dot;

  memset(b, 0, sizeof *b);
  b->form = form;
  b->peek = peek;
  b->what = SECTION_ALL;
  stralloc_copys(&b->label, labels[form]);
  if (!parse_char(p, '[') || !parse_path(b, p, &dot)) goto fault;
  if (dot || (!b->depth && parse_peek(p) != ']')) {
    if (form != SECTION_BODY) p->why = "part number expected";
    if (form != SECTION_BODY || !parse_text(b, p)) goto fault;
  }
  if (!parse_char(p, ']')) goto fault;
  stralloc_append(&b->label, ']');
  if (form != SECTION_BINARY_SIZE && parse_try(p, '<') &&
      !parse_partial(b, p))
    goto fault;
  return 1;
fault:
  body_section_free(b);
  return 0;
}
