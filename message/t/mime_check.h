/* ISC licence; see LICENSE. */
#ifndef MESSAGE_T_MIME_CHECK_H
#define MESSAGE_T_MIME_CHECK_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "message/crlf.h"
#include "message/mime.h"
#include "message/section.h"

/*
 * What must hold of every tree, for the tests and the fuzzer: each function
 * returns 0, or what does not hold.
 */

/* ranges lie inside each other and the counts add up */
static inline const char *mime_check_tree(const struct mime_message *m)
{
  const struct mime_part *p, *c;
  uint32_t n = 0, k;
  uint64_t at;

  for (p = m->root; p; p = mime_next(p)) {
    if (p->index != n++) return "index";
    if (p->body_at != p->header_at + p->header_len) return "body_at";
    if (p->header_vlen < p->header_len || p->body_vlen < p->body_len)
      return "vlen";
    if (p->body_vlen > p->body_len + p->body_lines) return "lines";
    if (p->depth > MIME_DEPTH_MAX) return "depth";
    if (!!p->child != (p->kind != MIME_LEAF)) return "kind";
    at = p->body_at;
    for (k = 0, c = p->child; c; c = c->next) {
      if (c->parent != p || c->number != ++k || c->depth != p->depth + 1)
        return "links";
      if (c->header_at < at) return "overlap";
      at = c->body_at + c->body_len;
    }
    if (k != p->children || at > p->body_at + p->body_len) return "children";
    if (p->kind == MIME_MESSAGE
        && (k != 1 || p->child->header_at != p->body_at
            || p->child->header_len + p->child->body_len != p->body_len
            || p->child->header_vlen + p->child->body_vlen != p->body_vlen))
      return "message";
  }
  if (n != m->parts) return "parts";
  p = m->root;
  if (p->header_at != 0 || p->header_len + p->body_len != m->size
      || p->header_vlen + p->body_vlen != m->vsize) return "root";
  return 0;
}

static inline uint64_t check_lines(const char *s, uint64_t n)
{
  uint64_t k = 0, i;

  for (i = 0; i < n; i++) k += s[i] == '\n';
  return k;
}

/* the same tree, as far as it is packed */
static inline const char *mime_check_same(const struct mime_message *a,
                                          const struct mime_message *b)
{
  stralloc x = STRALLOC_ZERO, y = STRALLOC_ZERO;
  int same;

  mime_pack(a, &x);
  mime_pack(b, &y);
  same = x.len == y.len && !memcmp(x.s, y.s, x.len);
  stralloc_free(&x);
  stralloc_free(&y);
  return same ? 0 : "pack";
}

/* section_find answers for p, whose path is given, as the tree says */
static inline const char *mime_check_section(const struct mime_message *m,
                                             const struct mime_part *p,
                                             const uint32_t *path, size_t n)
{
  struct section_range r;

  if (!section_find(m->root, path, n, SECTION_ALL, &r)) return "section";
  if (n && (r.part != p || r.at != p->body_at || r.vlen != p->body_vlen))
    return "section of a part";
  if (section_find(m->root, path, n, SECTION_TEXT, &r)
      != (!n || p->kind == MIME_MESSAGE)) return "TEXT";
  if (section_find(m->root, path, n, SECTION_MIME, &r) != (n > 0))
    return "MIME";
  if (section_find(m->root, path, n, SECTION_HEADER, &r)
      && r.part != (n ? p->child : p)) return "HEADER";
  return 0;
}

/* every part has a path, made by the rules, and is found by it */
static inline const char *mime_check_paths(const struct mime_message *m)
{
  uint32_t path[SECTION_PATH_MAX + 1];
  const struct mime_part *p, *q;
  const char *why;
  size_t n;

  for (p = m->root; p; p = mime_next(p)) {
    uint32_t back[SECTION_PATH_MAX + 1];

    n = 0;
    /* a message that is no multipart is part 1 of itself */
    if (p->flags & MIME_IS_MESSAGE && p->kind != MIME_MULTIPART) back[n++] = 1;
    for (q = p; q; q = q->parent)
      if (!(q->flags & MIME_IS_MESSAGE)) back[n++] = q->number;
      else if (q != p && q->kind == MIME_MESSAGE) back[n++] = 1;
    if (n > SECTION_PATH_MAX) return "path length";
    for (size_t i = 0; i < n; i++) path[i] = back[n - 1 - i];
    /* a message's own multipart has the path of what holds it */
    if (p->kind == MIME_MULTIPART && p->flags & MIME_IS_MESSAGE) continue;
    why = mime_check_section(m, p, path, n);
    if (why) return why;
  }
  return mime_check_section(m, m->root, 0, 0);
}

/* the tree against the octets that it was made from */
static inline const char *mime_check(const struct mime_message *m,
                                     const char *s, size_t len)
{
  static struct mime_message back = MIME_MESSAGE_ZERO;
  stralloc packed = STRALLOC_ZERO;
  const struct mime_part *p;
  const char *why = mime_check_tree(m);

  if (why) return why;
  if (m->size != len || m->vsize != crlf_size(s, len)) return "size";
  for (p = m->root; p; p = mime_next(p)) {
    const char *h = s + p->header_at, *b = s + p->body_at;

    if (p->header_at && h[-1] != '\n'
        && p->header_len + p->body_len) return "part inside a line";
    if (crlf_size(h, p->header_len) != p->header_vlen) return "header_vlen";
    if (crlf_size(b, p->body_len) != p->body_vlen) return "body_vlen";
    if (check_lines(h, p->header_len) != p->header_lines) return "h lines";
    if (check_lines(b, p->body_len) != p->body_lines) return "b lines";
    if (!memchr(h, 0, p->header_len) != !(p->flags & MIME_HEADER_NUL))
      return "header nul";
    if (!memchr(b, 0, p->body_len) != !(p->flags & MIME_BODY_NUL))
      return "body nul";
    if (!p->type.s || !p->subtype.s || !p->cte.s) return "type";
    if (!!p->envelope != !!(p->flags & MIME_IS_MESSAGE)) return "envelope";
  }
  if (!m->header_cut && (m->header.len != m->root->header_len
                         || memcmp(m->header.s, s, m->header.len)))
    return "raw header";
  mime_pack(m, &packed);
  if (!mime_unpack(&back, packed.s, packed.len)) why = "unpack";
  else if (!(why = mime_check_tree(&back))
           && !(why = mime_check_same(m, &back)))
    why = mime_check_paths(&back);
  stralloc_free(&packed);
  return why;
}

/* fed octet by octet, and in pieces of 7, it is the same */
static inline const char *mime_check_cuts(const struct mime_message *m,
                                          const char *s, size_t len)
{
  static struct mime_message cut = MIME_MESSAGE_ZERO;
  const struct mime_part *p, *q;
  const char *why;
  size_t step, i;

  for (step = 1; step <= 7; step += 6) {
    mime_begin(&cut);
    for (i = 0; i < len; i += step)
      mime_feed(&cut, s + i, len - i < step ? len - i : step);
    mime_end(&cut);
    why = mime_check_same(m, &cut);
    if (why) return "cut";
    for (p = m->root, q = cut.root; p; p = mime_next(p), q = mime_next(q)) {
      if (!lstr_case_eq(p->type, q->type)
          || !lstr_case_eq(p->subtype, q->subtype)
          || p->params.n != q->params.n || p->id.len != q->id.len)
        return "cut fields";
      if (p->envelope && (p->envelope->to.len != q->envelope->to.len
                          || p->envelope->subject.len
                          != q->envelope->subject.len))
        return "cut envelope";
    }
    if (m->header.len != cut.header.len || m->header_cut != cut.header_cut)
      return "cut raw header";
  }
  return 0;
}

#endif
