/* ISC licence; see LICENSE. */
#include <string.h>

#include "base/alloc.h"
#include "message/arena.h"
#include "message/charset.h"
#include "message/mime_impl.h"

/*
 * The packed form: the octet FORM, then numbers of 7 bits an octet, lowest
 * first, the top bit set on all but the last.
 *
 *   number of parts, then for each part in the order of mime_next:
 *   kind, encoding, flags
 *   children                     if it is a multipart
 *   gap                          octets between the end of the part before,
 *                                or the start of its parent's body, and it
 *   header: octets, bare line ends, line ends; body: the same
 *   charset: length, octets      if it is text
 *
 * The sizes of the whole are those of the root.
 */
#define FORM 'a'

static void put(stralloc *out, uint64_t n)
{
  char x[10];
  size_t k = 0;

  while (n > 127) {
    x[k++] = (char)(n | 128);
    n >>= 7;
  }
  x[k++] = (char)n;
  stralloc_catb(out, x, k);
}

/* where the part before p, in the same parent, ends */
static uint64_t gap_start(const struct mime_part *p,
                          const struct mime_part *before)
{
  if (before) return before->body_at + before->body_len;
  return p->parent ? p->parent->body_at : 0;
}

static void pack_part(stralloc *out, const struct mime_part *p,
                      const struct mime_part *before)
{
  put(out, p->kind);
  put(out, p->encoding);
  put(out, p->flags);
  if (p->kind == MIME_MULTIPART) put(out, p->children);
  put(out, p->header_at - gap_start(p, before));
  put(out, p->header_len);
  put(out, p->header_vlen - p->header_len);
  put(out, p->header_lines);
  put(out, p->body_len);
  put(out, p->body_vlen - p->body_len);
  put(out, p->body_lines);
  if (!(p->flags & MIME_TEXT)) return;
  put(out, p->charset.s ? p->charset.len : 0);
  if (p->charset.s) stralloc_catb(out, p->charset.s, p->charset.len);
}

void mime_pack(const struct mime_message *m, stralloc *out)
{
  const struct mime_part *p = m->root, *before = 0, *last;

  stralloc_append(out, FORM);
  put(out, m->parts);
  while (p) {
    pack_part(out, p, before);
    last = p;
    p = mime_next(p);
    /* the older sibling of p: last, or the one that encloses it */
    before = 0;
    if (p && p->number > 1)
      for (before = last; before->parent != p->parent;)
        before = before->parent;
  }
}

struct input {
  const unsigned char *s, *end;
  int bad;
};

/* a number up to max; 0 and bad if it is more or not there */
static uint64_t get(struct input *in, uint64_t max)
{
  uint64_t n = 0;
  int shift;

  for (shift = 0; shift < 63 && in->s < in->end; shift += 7) {
    unsigned char c = *in->s++;

    n |= (uint64_t)(c & 127) << shift;
    if (!(c & 128)) {
      if (n > max) break;
      return n;
    }
  }
  in->bad = 1;
  return 0;
}

/* the room that a parent's sizes leave for the parts still to come */
struct room {
  uint64_t at, end;             /* next free offset; end of the body */
  uint64_t bare, lines;
  uint64_t parts;               /* still to come */
};

static void get_charset(struct mime_message *m, struct input *in,
                        struct mime_part *p)
{
  size_t n = (size_t)get(in, CHARSET_NAME_MAX);

  if (in->bad || n > (size_t)(in->end - in->s)) in->bad = 1;
  else if (n) {
    p->charset = arena_str(m->arena, (const char *)in->s, n);
    in->s += n;
  }
}

/* octets, bare line ends and line ends of a header or body */
static void get_size(struct input *in, struct room *r, uint64_t *len,
                     uint64_t *vlen, uint64_t *lines)
{
  uint64_t bare;

  *len = get(in, r->end - r->at);
  bare = get(in, r->bare < *len ? r->bare : *len);
  *vlen = *len + bare;
  *lines = get(in, r->lines < *len ? r->lines : *len);
  if (*lines < bare) in->bad = 1;
  if (in->bad) return;
  r->at += *len;
  r->bare -= bare;
  r->lines -= *lines;
}

/* returns how many parts p shall have */
static uint64_t unpack_part(struct mime_message *m, struct input *in,
                            struct mime_part *p, struct room *r)
{
  uint64_t children;

  p->kind = (uint8_t)get(in, MIME_MESSAGE);
  p->encoding = (uint8_t)get(in, MIME_UNKNOWN);
  p->flags = (uint16_t)get(in, 127);
  r->parts--;
  children = p->kind == MIME_MULTIPART
    ? get(in, MIME_PARTS_MAX) : p->kind == MIME_MESSAGE;
  if (p->kind == MIME_MULTIPART && !children) in->bad = 1;
  if (p->kind != MIME_LEAF && p->depth >= MIME_DEPTH_MAX) in->bad = 1;
  if (!(p->flags & MIME_IS_MESSAGE)
      != !(!p->parent || p->parent->kind == MIME_MESSAGE)) in->bad = 1;
  p->header_at = r->at + get(in, r->end - r->at);
  if (in->bad) return 0;
  r->at = p->header_at;
  get_size(in, r, &p->header_len, &p->header_vlen, &p->header_lines);
  p->body_at = r->at;
  if (!in->bad)
    get_size(in, r, &p->body_len, &p->body_vlen, &p->body_lines);
  if (p->flags & MIME_TEXT && !in->bad) get_charset(m, in, p);
  return children;
}

/* a message fills what holds it to the octet, and its counts are the same */
static int fills(const struct mime_part *p)
{
  const struct mime_part *in = p->parent;

  if (!in) return p->header_at == 0;
  return in->kind != MIME_MESSAGE
    || (p->header_at == in->body_at
        && p->header_len + p->body_len == in->body_len
        && p->header_vlen + p->body_vlen == in->body_vlen
        && p->header_lines + p->body_lines == in->body_lines);
}

static int unpack_all(struct mime_message *m, struct input *in)
{
  struct room room[MIME_DEPTH_MAX + 2];
  uint64_t parts = get(in, MIME_PARTS_MAX), children;
  struct mime_part *parent = 0, *p;
  struct room *r = room;

  if (in->bad || !parts || parts > (uint64_t)(in->end - in->s)) return 0;
  *r = (struct room){ 0, INT64_MAX / 4, INT64_MAX / 4, INT64_MAX / 4, 1 };
  for (;;) {
    while (!r->parts) {
      if (r-- == room) return m->parts == parts && in->s == in->end;
      parent = parent->parent;
    }
    if (m->parts == parts) return 0;
    p = mime_part_new(m, parent);
    children = unpack_part(m, in, p, r);
    if (in->bad || !fills(p)) return 0;
    if (p->kind == MIME_LEAF) continue;
    *++r = (struct room){ p->body_at, p->body_at + p->body_len,
                          p->body_vlen - p->body_len, p->body_lines,
                          children };
    parent = p;
  }
}

int mime_unpack(struct mime_message *m, const char *buf, size_t len)
{
  struct input in = { (const unsigned char *)(len ? buf : ""), 0, 0 };

  if (!m->arena) m->arena = arena_new();
  else arena_reset(m->arena);
  m->root = 0;
  m->parts = 0;
  m->size = m->vsize = 0;
  m->header = (struct lstr)LSTR_ZERO;
  m->header_cut = 0;
  in.end = in.s + len;
  if (!len || *in.s++ != FORM || !unpack_all(m, &in)) {
    m->root = 0;
    m->parts = 0;
    return 0;
  }
  m->size = m->root->body_at + m->root->body_len;
  m->vsize = m->root->header_vlen + m->root->body_vlen;
  return 1;
}
