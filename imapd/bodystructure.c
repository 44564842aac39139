/* ISC licence; see LICENSE. */
#include "bodystructure.h"

#include "base/alloc.h"
#include "envelope.h"
#include "reply.h"

static void put_string(stralloc *out, struct lstr t)
{
  string_cat(out, t.s ? t.s : "", t.len);
}

/* body-fld-param */
static void put_params(stralloc *out, struct mime_params p)
{
  size_t i;

  if (!p.n) {
    stralloc_cats(out, "NIL");
    return;
  }
  for (i = 0; i < p.n; i++) {
    stralloc_append(out, i ? ' ' : '(');
    put_string(out, p.v[i].name);
    stralloc_append(out, ' ');
    put_string(out, p.v[i].value);
  }
  stralloc_append(out, ')');
}

/* body-fld-dsp SP body-fld-lang SP body-fld-loc, with a space before each */
static void put_rest(stralloc *out, const struct mime_part *p)
{
  size_t i;

  if (p->disposition.s) {
    stralloc_cats(out, " (");
    put_string(out, p->disposition);
    stralloc_append(out, ' ');
    put_params(out, p->disposition_params);
    stralloc_append(out, ')');
  } else {
    stralloc_cats(out, " NIL");
  }
  if (p->languages) {
    for (i = 0; i < p->languages; i++) {
      stralloc_cats(out, i ? " " : " (");
      put_string(out, p->language[i]);
    }
    stralloc_append(out, ')');
  } else {
    stralloc_cats(out, " NIL");
  }
  stralloc_append(out, ' ');
  nstring_cat(out, p->location);
}

/* media-type SP media-subtype SP body-fields */
static void put_fields(stralloc *out, const struct mime_part *p)
{
  put_string(out, p->type);
  stralloc_append(out, ' ');
  put_string(out, p->subtype);
  stralloc_append(out, ' ');
  put_params(out, p->params);
  stralloc_append(out, ' ');
  nstring_cat(out, p->id);
  stralloc_append(out, ' ');
  nstring_cat(out, p->description);
  stralloc_append(out, ' ');
  if (p->cte.s) put_string(out, p->cte);
  else stralloc_cats(out, "\"7bit\"");
  stralloc_append(out, ' ');
  stralloc_catu(out, p->body_vlen);
}

static int is_global(const struct mime_part *p)
{
  static const struct lstr global = { "global", 6 };

  return p->kind == MIME_MESSAGE && lstr_case_eq(p->subtype, global);
}

/* what p is shown as */
static int shown_kind(const struct mime_part *p, unsigned how)
{
  return how & BODYSTRUCTURE_REV1 && is_global(p) ? MIME_LEAF : p->kind;
}

/* what comes before the parts that are in p */
static void open_part(stralloc *out, const struct mime_part *p, unsigned how)
{
  stralloc_append(out, '(');
  if (p->kind == MIME_MULTIPART) return;
  put_fields(out, p);
  if (shown_kind(p, how) != MIME_MESSAGE) return;
  stralloc_append(out, ' ');
  envelope_cat(out, p->child->envelope);
  stralloc_append(out, ' ');
}

/* what comes behind them */
static void close_part(stralloc *out, const struct mime_part *p, unsigned how)
{
  if (p->kind == MIME_MULTIPART) {
    stralloc_append(out, ' ');
    put_string(out, p->subtype);
  } else if (shown_kind(p, how) == MIME_MESSAGE || (p->flags & MIME_TEXT)) {
    stralloc_append(out, ' ');
    stralloc_catu(out, p->body_lines);
  }
  if (how & BODYSTRUCTURE_EXTENDED) {
    stralloc_append(out, ' ');
    if (p->kind == MIME_MULTIPART) put_params(out, p->params);
    else nstring_cat(out, p->md5);
    put_rest(out, p);
  }
  stralloc_append(out, ')');
}

/* A walk without recursion: down to the first part, else on to the next,
 * closing on the way up. */
void bodystructure_cat(stralloc *out, const struct mime_part *root,
                       unsigned how)
{
  const struct mime_part *p = root;

  for (;;) {
    open_part(out, p, how);
    if (shown_kind(p, how) != MIME_LEAF && p->child) {
      p = p->child;
      continue;
    }
    close_part(out, p, how);
    while (p != root && !p->next) {
      p = p->parent;
      close_part(out, p, how);
    }
    if (p == root) return;
    p = p->next;
  }
}

int bodystructure_two_forms(const struct mime_part *root)
{
  const struct mime_part *p;

  for (p = root; p && !is_global(p); p = mime_next(p))
    ;
  return p != 0;
}
