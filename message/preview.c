/* ISC licence; see LICENSE. */
#include "preview.h"

#include <errno.h>
#include <unistd.h>

#include "base/alloc.h"
#include "message/charset.h"
#include "message/decode.h"
#include "message/html_text.h"

#define READ_MAX 524288         /* octets of all parts: styles may be long */
#define TEXT_MAX 32768          /* text of one part; quotations may be long */
#define WINDOW 16384
#define LOOKS_MAX 20000         /* from parts of alternatives to others in it */

struct source {
  int fd;
  uint64_t left;                /* what may still be read */
  stralloc decoded, utf8, text;
  unsigned looks;               /* at parts, that plainer may still take */
};

static int is_html(const struct mime_part *p)
{
  return lstr_is(p->subtype, "html");
}

/* charset and, for HTML, tags undone: from utf8 to text */
static void convert(struct source *s, struct html_text *html)
{
  if (html) html_text_feed(html, s->utf8.s, s->utf8.len, &s->text);
  else stralloc_catb(&s->text, s->utf8.s, s->utf8.len);
  s->utf8.len = 0;
}

/* the text of a part, or the start of it; -1 errno */
static int read_part(struct source *s, const struct mime_part *p)
{
  uint64_t at = p->body_at, end = at + p->body_len;
  struct html_text html, *h = is_html(p) ? &html : 0;
  struct decoder d;
  struct charset cs;
  char window[WINDOW];
  ssize_t r = 0;
  size_t n;

  html_text_begin(&html);
  decode_begin(&d, p->encoding);
  charset_begin(&cs, p->charset);
  s->text.len = s->utf8.len = 0;
  while (at < end && s->left && s->text.len < TEXT_MAX) {
    n = end - at < sizeof window ? (size_t)(end - at) : sizeof window;
    if (n > s->left) n = (size_t)s->left;
    do r = pread(s->fd, window, n, (off_t)at);
    while (r == -1 && errno == EINTR);
    if (r < 1) break;
    at += (uint64_t)r;
    s->left -= (uint64_t)r;
    stralloc_ready(&s->decoded, DECODE_ROOM((size_t)r));
    n = decode_feed(&d, window, (size_t)r, s->decoded.s);
    charset_feed(&cs, s->decoded.s, n, &s->utf8);
    convert(s, h);
  }
  stralloc_ready(&s->decoded, DECODE_ROOM(0));
  charset_feed(&cs, s->decoded.s, decode_end(&d, s->decoded.s), &s->utf8);
  charset_end(&cs, &s->utf8);
  convert(s, h);
  if (h) html_text_end(h, &s->text);
  return r == -1 ? -1 : 0;
}

static int is_attached(const struct mime_part *p)
{
  return lstr_is(p->disposition, "attachment");
}

/* text that is shown: plain and HTML, and what is not known better as such */
static int is_shown(const struct mime_part *p)
{
  return p->kind == MIME_LEAF && p->flags & MIME_TEXT && !is_attached(p) &&
         p->encoding != MIME_UNKNOWN && !lstr_is(p->subtype, "calendar") &&
         !lstr_is(p->subtype, "css") && !lstr_is(p->subtype, "xml") &&
         !lstr_is(p->subtype, "rfc822-headers");
}

/* its text, first without and then with quotations; 1, 0 there is none */
static int take(struct source *s, const struct mime_part *p, stralloc *out)
{
  size_t before = out->len;

  if (read_part(s, p) == -1) return -1;
  preview_text(s->text.s, s->text.len, 0, out);
  if (out->len == before) preview_text(s->text.s, s->text.len, 1, out);
  return out->len > before;
}

/* a part of an alternative that comes later in it and is plain, while p is
 * not: it says the same. An alternative of thousands gets no answer. */
static const struct mime_part *plainer(struct source *s,
                                       const struct mime_part *p)
{
  const struct mime_part *q;

  if (!is_html(p) || !p->parent || !lstr_is(p->parent->subtype, "alternative"))
    return 0;
  for (q = p->next; q && s->looks; q = q->next, s->looks--)
    if (is_shown(q) && lstr_is(q->subtype, "plain")) return q;
  return 0;
}

/* inner: look into messages in the message, too */
static int first_text(struct source *s, const struct mime_part *root,
                      int inner, stralloc *out)
{
  const struct mime_part *p, *other;
  int r;

  for (p = root; p && s->left; p = mime_next(p)) {
    if (!is_shown(p)) continue;
    for (other = p->parent; other && other->parent && !inner; )
      if (other->kind == MIME_MESSAGE) break;
      else other = other->parent;
    if (!inner && other && other->kind == MIME_MESSAGE) continue;
    other = plainer(s, p);
    if (other && (r = take(s, other, out))) return r;
    r = take(s, p, out);
    if (r) return r;
  }
  return 0;
}

int preview_make(int fd, const struct mime_part *root, stralloc *out)
{
  struct source s = { fd, READ_MAX, STRALLOC_ZERO, STRALLOC_ZERO,
                      STRALLOC_ZERO, LOOKS_MAX };
  int r = first_text(&s, root, 0, out);

  if (!r) r = first_text(&s, root, 1, out);
  stralloc_free(&s.decoded);
  stralloc_free(&s.utf8);
  stralloc_free(&s.text);
  return r == -1 ? -1 : 0;
}
