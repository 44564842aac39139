/* ISC licence; see LICENSE. */
#include "mime.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "message/line_scan.h"
#include "message/mime_impl.h"

/*
 * The parser sees each octet once, in order. It is always in one of the four
 * states of mime_impl.h; every octet is counted by count() the moment it is
 * passed, so a place taken at a line start has the sums of all before it, and
 * the sizes of a part are differences of two places.
 *
 * A part ends before the line break in front of the boundary line that ends
 * it (RFC 2046 section 5.1.1), except where that break ends the part's own
 * header: then its body is empty and what is around it ends there too.
 */

#define BUF_SIZE 65536
#define LINE_MAX_KEPT (MIME_FIELD_MAX + 1024)   /* body and its field name */
#define DASH_MAX (MIME_BOUNDARY_MAX + 4)        /* two dashes on either side */

static void count(struct mime_parser *ps, const char *p, size_t n)
{
  struct line_count c = { 0, 0 };

  if (!n) return;
  line_scan(p, n, ps->prev, 0, &c);
  ps->at.pos += n;
  ps->at.lf += c.lf;
  ps->at.bare += c.lf - c.crlf;
  if (ps->piece_nul) ps->at.nul += octet_count(p, n, 0);
  ps->prev2 = (unsigned char)(n > 1 ? p[n - 2] : ps->prev);
  ps->prev = (unsigned char)p[n - 1];
}

/* count for one whole line that lies in the piece, LF included */
static void count_line(struct mime_parser *ps, const char *p, size_t n)
{
  if (ps->piece_nul || n < 2) {
    count(ps, p, n);
    return;
  }
  ps->at.pos += n;
  ps->at.lf++;
  ps->at.bare += p[n - 2] != '\r';
  ps->prev2 = (unsigned char)p[n - 2];
  ps->prev = '\n';
}

static void part_start(struct mime_parser *ps, struct mime_part *parent)
{
  struct mime_part *p = mime_part_new(ps->m, parent);

  p->header_at = ps->at.pos;
  if (!parent || parent->kind == MIME_MESSAGE) p->flags = MIME_IS_MESSAGE;
  ps->now = p;
  ps->header_at = ps->at;
  ps->state = STATE_HEADER;
  mime_header_begin(ps);
}

/* the header of now ends before the place end; its kind becomes known */
static void header_done(struct mime_parser *ps, const struct mime_place *end)
{
  struct mime_part *p = ps->now;
  const struct mime_place *start = &ps->header_at;

  p->header_len = end->pos - start->pos;
  p->header_vlen = p->header_len + (end->bare - start->bare);
  p->header_lines = end->lf - start->lf;
  if (end->nul != start->nul) p->flags |= MIME_HEADER_NUL;
  p->body_at = end->pos;
  ps->body_at[p->depth] = *end;
  ps->state = STATE_BODY;
  mime_header_end(ps);
  if (p->kind == MIME_MULTIPART) {
    if (ps->nbound == ps->abound) {
      ps->abound = 2 * ps->abound + 4;
      ps->bound = xrealloc(ps->bound, ps->abound * sizeof *ps->bound);
    }
    ps->bound[ps->nbound].part = p;
    ps->bound[ps->nbound].len = ps->boundary.len;
    memcpy(ps->bound[ps->nbound++].text, ps->boundary.s, ps->boundary.len);
  }
  else if (p->kind == MIME_MESSAGE) {
    part_start(ps, p);
    ps->header_at = *end;
    ps->now->header_at = end->pos;
  }
}

/*
 * close what is open inside stay (0: all) at cut, the place before the line
 * break in front of line
 */
static void close_inside(struct mime_parser *ps, struct mime_part *stay,
                         const struct mime_place *cut,
                         const struct mime_place *line)
{
  const struct mime_place *end = cut, *start;
  struct mime_part *p;

  while (ps->state == STATE_HEADER) header_done(ps, line);
  while ((p = ps->now) != stay) {
    start = &ps->body_at[p->depth];
    if (start->pos > cut->pos) end = line;
    p->body_len = end->pos - start->pos;
    p->body_vlen = p->body_len + (end->bare - start->bare);
    p->body_lines = end->lf - start->lf;
    if (end->nul != start->nul) p->flags |= MIME_BODY_NUL;
    if (ps->nbound && ps->bound[ps->nbound - 1].part == p) ps->nbound--;
    if (p->kind == MIME_MULTIPART && !p->child) mime_show_text(p);
    ps->now = p->parent;
  }
}

/*
 * the open boundary that the n octets of a line at s start with, or 0
 * RFC 2046 section 5.1.1; the longest, since one may be the start of another
 */
static struct mime_boundary *boundary_find(struct mime_parser *ps,
                                           const char *s, size_t n,
                                           int *closing)
{
  struct mime_boundary *best = 0, *b;

  if (n < 3 || s[0] != '-' || s[1] != '-') return 0;
  s += 2;
  n -= 2;
  for (b = ps->bound + ps->nbound; b-- > ps->bound;)
    if (b->len <= n && (!best || b->len > best->len)
        && !memcmp(b->text, s, b->len))
      best = b;
  if (!best) return 0;
  *closing = n >= best->len + 2 && s[best->len] == '-'
    && s[best->len + 1] == '-';
  if (!*closing && ps->m->parts >= MIME_PARTS_MAX) return 0;
  return best;
}

/*
 * the line at line_at starts with s: if it is a boundary, end the parts that
 * it ends and return 1; what is left of the line is for STATE_SKIP
 */
static int boundary_line(struct mime_parser *ps, const char *s, size_t n)
{
  struct mime_place cut = ps->line_at;
  struct mime_boundary *b;
  struct mime_part *part;
  size_t place;
  int closing;

  b = boundary_find(ps, s, n, &closing);
  if (!b) return 0;
  part = b->part;
  place = (size_t)(b - ps->bound);      /* bound may move below */
  cut.pos -= (uint64_t)ps->line_nl;
  cut.lf--;
  if (ps->line_nl == 1) cut.bare--;
  close_inside(ps, part, &cut, &ps->line_at);
  ps->nbound = closing ? place : place + 1;
  ps->after_skip = !closing;
  ps->state = STATE_SKIP;
  return 1;
}

static void skip_done(struct mime_parser *ps)
{
  if (ps->after_skip) part_start(ps, ps->now);
  else ps->state = STATE_BODY;
}

static const char *feed_skip(struct mime_parser *ps, const char *p,
                             const char *end)
{
  const char *lf = memchr(p, '\n', (size_t)(end - p));
  const char *stop = lf ? lf + 1 : end;

  count(ps, p, (size_t)(stop - p));
  if (lf) skip_done(ps);
  return stop;
}

static void line_begins(struct mime_parser *ps)
{
  ps->line_at = ps->at;
  ps->line_nl = ps->prev2 == '\r' ? 2 : 1;
}

/* a line of which p is the start; the rest may be in the next piece */
static const char *dash_line(struct mime_parser *ps, const char *p,
                             const char *end)
{
  const char *lf = memchr(p, '\n', (size_t)(end - p));
  size_t n = (size_t)((lf ? lf + 1 : end) - p);

  line_begins(ps);
  if (!lf && n < DASH_MAX) {
    stralloc_copyb(&ps->line, p, n);
    count(ps, p, n);
    ps->state = STATE_DASH;
    return end;
  }
  if (!boundary_line(ps, p, n)) n = 1;
  else if (lf) {
    count(ps, p, n);
    skip_done(ps);
    return p + n;
  }
  count(ps, p, n);
  return p + n;
}

static const char *feed_body(struct mime_parser *ps, const char *p,
                             const char *end)
{
  struct line_count c = { 0, 0 };
  size_t n = (size_t)(end - p), k;

  k = line_scan(p, n, ps->prev, ps->nbound > 0, &c);
  if (k) {
    ps->at.pos += k;
    ps->at.lf += c.lf;
    ps->at.bare += c.lf - c.crlf;
    if (ps->piece_nul) ps->at.nul += octet_count(p, k, 0);
    ps->prev2 = (unsigned char)(k > 1 ? p[k - 2] : ps->prev);
    ps->prev = (unsigned char)p[k - 1];
  }
  return k == n ? end : dash_line(ps, p + k, end);
}

static const char *feed_dash(struct mime_parser *ps, const char *p,
                             const char *end)
{
  size_t n = (size_t)(end - p), want = DASH_MAX - ps->line.len;
  const char *lf;

  if (n > want) n = want;
  lf = memchr(p, '\n', n);
  if (lf) n = (size_t)(lf + 1 - p);
  stralloc_catb(&ps->line, p, n);
  count(ps, p, n);
  if (!lf && ps->line.len < DASH_MAX) return p + n;
  ps->state = STATE_BODY;
  if (boundary_line(ps, ps->line.s, ps->line.len) && lf) skip_done(ps);
  ps->line.len = 0;
  return p + n;
}

/* one whole line of a header, counted already */
static void header_line(struct mime_parser *ps, const char *s, size_t n)
{
  if (ps->nbound && s[0] == '-' && boundary_line(ps, s, n)) return;
  if (s[0] == '\n' || (n == 2 && s[0] == '\r' && s[1] == '\n')) {
    ps->now->flags |= MIME_HEADER_END;
    header_done(ps, &ps->at);
    return;
  }
  if (!ps->now->parent && s[0] != ' ' && s[0] != '\t'
      && ps->line_at.pos <= MIME_HEADER_MAX)
    ps->raw_field_at = ps->line_at.pos;
  mime_header_line(ps, s, n);
}

static void raw_add(struct mime_parser *ps, const char *p, size_t n)
{
  size_t room = MIME_HEADER_MAX + 1 - ps->raw.len;

  stralloc_catb(&ps->raw, p, n < room ? n : room);
}

static const char *feed_header(struct mime_parser *ps, const char *p,
                               const char *end)
{
  const char *lf = memchr(p, '\n', (size_t)(end - p));
  size_t n = (size_t)((lf ? lf + 1 : end) - p), k = n;

  if (!ps->now->parent) raw_add(ps, p, n);
  if (!ps->line.len) line_begins(ps);
  if (lf && !ps->line.len) {
    count_line(ps, p, n);
    header_line(ps, p, n);
    if (ps->state == STATE_SKIP) skip_done(ps);
    return p + n;
  }
  /* a cut line has lost its line end; nothing looks for that in it */
  if (k > LINE_MAX_KEPT - ps->line.len) k = LINE_MAX_KEPT - ps->line.len;
  stralloc_catb(&ps->line, p, k);
  count(ps, p, n);
  if (lf) {
    header_line(ps, ps->line.s, ps->line.len);
    ps->line.len = 0;
    if (ps->state == STATE_SKIP) skip_done(ps);
  }
  return p + n;
}

void mime_begin(struct mime_message *m)
{
  struct mime_parser *ps = m->parser;

  if (!m->arena) m->arena = arena_new();
  else arena_reset(m->arena);
  if (!ps) {
    ps = m->parser = xalloc(sizeof *ps);
    memset(ps, 0, sizeof *ps);
  }
  ps->m = m;
  memset(&ps->at, 0, sizeof ps->at);
  ps->prev = '\n';
  ps->prev2 = 0;
  ps->piece_nul = 0;
  ps->nbound = 0;
  ps->line.len = 0;
  ps->kept = 0;
  ps->raw.len = 0;
  ps->raw_field_at = 0;
  m->root = 0;
  m->parts = 0;
  m->size = m->vsize = 0;
  m->header = (struct lstr)LSTR_ZERO;
  m->header_cut = 0;
  part_start(ps, 0);
}

void mime_feed(struct mime_message *m, const char *buf, size_t len)
{
  struct mime_parser *ps = m->parser;
  const char *p = buf, *end;

  if (!len) return;
  end = buf + len;
  ps->piece_nul = memchr(buf, 0, len) != 0;
  while (p < end)
    switch (ps->state) {
    case STATE_HEADER: p = feed_header(ps, p, end); break;
    case STATE_BODY: p = feed_body(ps, p, end); break;
    case STATE_DASH: p = feed_dash(ps, p, end); break;
    case STATE_SKIP: p = feed_skip(ps, p, end); break;
    }
}

static void raw_done(struct mime_message *m, struct mime_parser *ps)
{
  m->header.s = ps->raw.len ? ps->raw.s : "";
  m->header.len = ps->raw.len;
  if (ps->raw.len > MIME_HEADER_MAX) {
    m->header_cut = 1;
    m->header.len = (size_t)ps->raw_field_at;
  }
}

void mime_end(struct mime_message *m)
{
  struct mime_parser *ps = m->parser;

  if (ps->state == STATE_DASH) {
    ps->state = STATE_BODY;
    boundary_line(ps, ps->line.s, ps->line.len);
  }
  else if (ps->state == STATE_HEADER && ps->line.len)
    header_line(ps, ps->line.s, ps->line.len);
  if (ps->state == STATE_SKIP) skip_done(ps);
  close_inside(ps, 0, &ps->at, &ps->at);
  m->size = ps->at.pos;
  m->vsize = ps->at.pos + ps->at.bare;
  raw_done(m, ps);
}

void mime_parse_mem(struct mime_message *m, const char *buf, size_t len)
{
  mime_begin(m);
  mime_feed(m, buf, len);
  mime_end(m);
}

int mime_parse_fd(struct mime_message *m, int fd)
{
  struct mime_parser *ps;
  off_t at = 0;
  ssize_t r;

  mime_begin(m);
  ps = m->parser;
  if (!ps->buf) ps->buf = xalloc(BUF_SIZE);
  for (;;) {
    r = pread(fd, ps->buf, BUF_SIZE, at);
    if (r == 0) break;
    if (r == -1) {
      if (errno == EINTR) continue;
      m->root = 0;
      m->parts = 0;
      return -1;
    }
    mime_feed(m, ps->buf, (size_t)r);
    at += r;
  }
  mime_end(m);
  return 0;
}

void mime_free(struct mime_message *m)
{
  struct mime_parser *ps = m->parser;
  int i;

  arena_free(m->arena);
  if (ps) {
    stralloc_free(&ps->line);
    stralloc_free(&ps->body);
    for (i = 0; i < 3; i++) stralloc_free(&ps->joined[i]);
    stralloc_free(&ps->boundary);
    stralloc_free(&ps->raw);
    free(ps->bound);
    free(ps->buf);
    free(ps);
  }
  *m = (struct mime_message)MIME_MESSAGE_ZERO;
}
