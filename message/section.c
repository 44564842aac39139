/* ISC licence; see LICENSE. */
#include "section.h"

/* part number n of message m: RFC 3501 section 6.4.5 */
static const struct mime_part *part_of_message(const struct mime_part *m,
                                               uint32_t n)
{
  const struct mime_part *p;

  if (m->kind != MIME_MULTIPART) return n == 1 ? m : 0;
  for (p = m->child; p && p->number != n; p = p->next)
    ;
  return p;
}

/*
 * Walks the path. in is what the next number counts in: a message, or a
 * multipart that is not one; 0 when no number may follow. The message that is
 * its own part 1 has been entered after that number, so it is not again.
 */
static const struct mime_part *walk(const struct mime_part *root,
                                    const uint32_t *path, size_t depth)
{
  const struct mime_part *in = root, *p = root;
  size_t i;

  for (i = 0; i < depth; i++) {
    if (!in) return 0;
    p = part_of_message(in, path[i]);
    if (!p) return 0;
    if (p->kind == MIME_MESSAGE) in = p->child;
    else if (p->kind == MIME_MULTIPART) in = p;
    else in = 0;
  }
  return p;
}

static void header_range(const struct mime_part *p, struct section_range *r)
{
  r->at = p->header_at;
  r->len = p->header_len;
  r->vlen = p->header_vlen;
  r->lines = p->header_lines;
  r->has_nul = !!(p->flags & MIME_HEADER_NUL);
}

static void body_range(const struct mime_part *p, struct section_range *r)
{
  r->at = p->body_at;
  r->len = p->body_len;
  r->vlen = p->body_vlen;
  r->lines = p->body_lines;
  r->has_nul = !!(p->flags & MIME_BODY_NUL);
}

int section_find(const struct mime_part *root, const uint32_t *path,
                 size_t depth, enum section_what what,
                 struct section_range *r)
{
  const struct mime_part *p = walk(root, path, depth);

  r->whole_part = 0;
  if (!p) return 0;
  if (what == SECTION_HEADER || what == SECTION_TEXT) {
    if (depth) {
      if (p->kind != MIME_MESSAGE) return 0;
      p = p->child;
    }
    if (what == SECTION_HEADER) header_range(p, r);
    else body_range(p, r);
  }
  else if (what == SECTION_MIME) {
    if (!depth) return 0;
    header_range(p, r);
  }
  else if (depth) {
    body_range(p, r);
    r->whole_part = 1;
  }
  else {
    r->at = p->header_at;
    r->len = p->header_len + p->body_len;
    r->vlen = p->header_vlen + p->body_vlen;
    r->lines = p->header_lines + p->body_lines;
    r->has_nul = !!(p->flags & (MIME_HEADER_NUL | MIME_BODY_NUL));
  }
  r->part = p;
  return 1;
}
