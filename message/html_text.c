/* ISC licence; see LICENSE. */
#include "html_text.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "message/utf8.h"

/*
 * TEXT     between tags
 * ENTITY   behind "&", in buf
 * OPEN     behind "<": what comes decides
 * TAG      in a tag, its text in buf, or the start of it
 * COMMENT  behind "<!--"
 */
enum { TEXT, ENTITY, OPEN, TAG, COMMENT };

/* the line that is being written: empty, with text, with text and a space */
enum { LINE_EMPTY, LINE_TEXT, LINE_SPACE };

static int is_letter(char c)
{
  return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static int is_space(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

void html_text_begin(struct html_text *h)
{
  memset(h, 0, sizeof *h);
}

/* ---- text ---- */

static void new_line(struct html_text *h, stralloc *out)
{
  if (h->line != LINE_EMPTY) stralloc_append(out, '\n');
  h->line = LINE_EMPTY;
}

static void put(struct html_text *h, const char *s, size_t len, stralloc *out)
{
  if (h->until[0]) return;
  if (h->line == LINE_EMPTY && h->depth) stralloc_catb(out, "> ", 2);
  if (h->line == LINE_SPACE) stralloc_append(out, ' ');
  h->line = LINE_TEXT;
  stralloc_catb(out, s, len);
}

static void text_octet(struct html_text *h, char c, stralloc *out)
{
  if (!is_space(c)) put(h, &c, 1, out);
  else if (h->pre && c == '\n' && !h->until[0]) new_line(h, out);
  else if (h->line == LINE_TEXT) h->line = LINE_SPACE;
}

/* ---- entities ---- */

static unsigned number(const char *s, size_t len)
{
  unsigned n = 0, base = 10, digit;
  size_t i = 0;

  if (len && (s[0] | 32) == 'x') base = 16, i = 1;
  if (i == len) return 0;
  for (; i < len; i++) {
    if (s[i] >= '0' && s[i] <= '9') digit = (unsigned)(s[i] - '0');
    else if (base == 16 && (s[i] | 32) >= 'a' && (s[i] | 32) <= 'f')
      digit = (unsigned)((s[i] | 32) - 'a') + 10;
    else return 0;
    n = n * base + digit;
    if (n > 0x10FFFF) return 0;
  }
  return n < 0xD800 || n > 0xDFFF ? n : 0;
}

/* what was taken for an entity, with the octet behind it */
static void entity_end(struct html_text *h, char c, stralloc *out)
{
  unsigned cp = h->len && *h->buf == '#' ? number(h->buf + 1, h->len - 1)
                                         : html_entity(h->buf, h->len);
  char utf8[4];

  h->state = TEXT;
  if (!cp) {
    put(h, "&", 1, out);
    if (h->len) put(h, h->buf, h->len, out);
    if (c == ';') put(h, ";", 1, out);
  } else if (cp < 128) text_octet(h, (char)cp, out);
  else put(h, utf8, utf8_put(utf8, cp), out);
  h->len = 0;
}

/* ---- tags ---- */

static int one_of(const char *name, size_t len, const char *const *list)
{
  for (; *list; list++)
    if (strlen(*list) == len && !strncasecmp(name, *list, len)) return 1;
  return 0;
}

static int is(const char *name, size_t len, const char *what)
{
  return strlen(what) == len && !strncasecmp(name, what, len);
}

static void hide(struct html_text *h, const char *name, size_t len, int raw)
{
  memcpy(h->until, name, len);
  h->until[len] = 0;
  h->raw = raw;
}

static int is_signature(const char *s, size_t len)
{
  return memmem(s, len, "gmail_signature", 15) ||
         memmem(s, len, "moz-signature", 13);
}

static void tag_open(struct html_text *h, const char *name, size_t len,
                     stralloc *out)
{
  /* no tags are read in the first, text alone is left out of the others */
  static const char *const raw[] = { "style", "script", "title", "xml", 0 };
  static const char *const hidden[] = {
    "head", "svg", "template", "select", "object", "noframes", 0
  };
  int self = h->len && h->buf[h->len - 1] == '/';

  if (one_of(name, len, raw) && !self) hide(h, name, len, 1);
  else if (one_of(name, len, hidden) && !self) hide(h, name, len, 0);
  else if (is(name, len, "blockquote") && h->depth < 1000) h->depth++;
  else if (is(name, len, "pre") && h->pre < 1000) h->pre++;
  if (is_signature(h->buf, h->len) && !h->until[0]) {
    new_line(h, out);
    stralloc_catb(out, "-- \n", 4);
  }
}

static void tag_close(struct html_text *h, const char *name, size_t len)
{
  if (is(name, len, "blockquote") && h->depth) h->depth--;
  else if (is(name, len, "pre") && h->pre) h->pre--;
}

/* the tag in buf, without "<" and ">" */
static void tag(struct html_text *h, stralloc *out)
{
  static const char *const inside[] = {
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em",
    "font", "i", "img", "ins", "kbd", "label", "mark", "o:p", "q", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "wbr",
    0
  };
  int close = h->buf[0] == '/';
  const char *name = h->buf + close;
  size_t len = 0;

  while (close + len < h->len && !is_space(name[len]) && name[len] != '/' &&
         name[len] != '>') len++;
  if (h->until[0]) {
    /* a body ends a head that was not ended */
    if ((close && is(name, len, h->until)) ||
        (!h->raw && !close && is(name, len, "body")))
      h->until[0] = 0;
    else return;
  }
  if (is(name, len, "td") || is(name, len, "th")) text_octet(h, ' ', out);
  else if (!one_of(name, len, inside)) new_line(h, out);
  if (close) tag_close(h, name, len);
  else if (len && len < sizeof h->until) tag_open(h, name, len, out);
}

static void keep(struct html_text *h, char c)
{
  if (h->len < sizeof h->buf) h->buf[h->len++] = c;
}

/* behind "<" */
static void open_octet(struct html_text *h, char c, stralloc *out)
{
  h->state = TAG;
  h->quote = 0;
  h->len = 0;
  if (h->raw && h->until[0] && c != '/') h->state = TEXT;
  else if (is_letter(c) || c == '/' || c == '!' || c == '?') keep(h, c);
  else {                        /* "a < b" */
    h->state = TEXT;
    put(h, "<", 1, out);
    if (c != '<') text_octet(h, c, out);
    else h->state = OPEN;
  }
}

static void tag_octet(struct html_text *h, char c, stralloc *out)
{
  if (h->quote) {
    if (c == h->quote) h->quote = 0;
    keep(h, c);
    return;
  }
  if (c == '>') {
    h->state = TEXT;
    if (is_letter(h->buf[0]) || h->buf[0] == '/') tag(h, out);
    return;
  }
  /* a quote counts only as the start of a value */
  if ((c == '"' || c == '\'') && h->len && h->buf[h->len - 1] == '=' &&
      h->len < sizeof h->buf)
    h->quote = c;
  keep(h, c);
  if (h->len == 3 && !memcmp(h->buf, "!--", 3)) {
    h->state = COMMENT;
    h->dashes = 2;
  }
}

static void comment_octet(struct html_text *h, char c)
{
  if (c == '>' && h->dashes >= 2) h->state = TEXT;
  h->dashes = c == '-' ? h->dashes + (h->dashes < 2) : 0;
}

static void octet(struct html_text *h, char c, stralloc *out)
{
  switch (h->state) {
    case TEXT:
      if (c == '<') h->state = OPEN;
      else if (c == '&' && !h->until[0]) {
        h->state = ENTITY;
        h->len = 0;
      } else text_octet(h, c, out);
      break;
    case ENTITY:
      if ((is_letter(c) || (c >= '0' && c <= '9') || (c == '#' && !h->len)) &&
          h->len < HTML_ENTITY_MAX) {
        keep(h, c);
        break;
      }
      entity_end(h, c, out);
      if (c != ';') octet(h, c, out);   /* one deep: it is TEXT now */
      break;
    case OPEN: open_octet(h, c, out); break;
    case TAG: tag_octet(h, c, out); break;
    case COMMENT: comment_octet(h, c); break;
  }
}

void html_text_feed(struct html_text *h, const char *s, size_t len,
                    stralloc *out)
{
  size_t i;

  for (i = 0; i < len; i++) octet(h, s[i], out);
}

void html_text_end(struct html_text *h, stralloc *out)
{
  if (h->state == ENTITY) entity_end(h, 0, out);
  new_line(h, out);
}
