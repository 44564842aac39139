/* ISC licence; see LICENSE. */
#include "append_text.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "catenate.h"
#include "read.h"

/* Is there anything above 127 in the header? It ends at an empty line. */
static void watch_header(struct appending *a, const char *s, size_t len)
{
  size_t i;

  for (i = 0; a->in_header && i < len; i++) {
    if (s[i] & 0x80) a->high = 1;
    if (s[i] == '\n') {
      if (a->line_begins) a->in_header = 0;
      a->line_begins = 1;
    } else if (s[i] != '\r')
      a->line_begins = 0;
  }
}

int append_octets(struct appending *a, const char *data, size_t len)
{
  if (len > a->room) return -2;
  a->room -= len;
  a->size += len;
  if (a->in_header) watch_header(a, data, len);
  return append_data(a->append, data, len) == -1 ? -1 : 1;
}

/* LF without CR? *last is the octet before s, and becomes the last of s. */
static int bare_lf(const char *s, size_t len, char *last)
{
  const char *p = s, *end = s + len;
  int bare = 0;

  for (; !bare && (p = memchr(p, '\n', (size_t)(end - p))); p++)
    bare = (p == s ? *last : p[-1]) != '\r';
  *last = end[-1];
  return bare;
}

/* 0, or why octets of a literal cannot be stored. Only literal8 may hold NUL:
 * RFC 3501 section 9, CHAR8. */
static const char *octets_fault(const char *s, size_t len, int binary,
                                char *last)
{
  int nul = !!memchr(s, 0, len);

  if (!binary) return nul ? "NUL in message" : 0;
  if (!nul && !bare_lf(s, len, last)) return 0;
  return "[UNKNOWN-CTE] binary content cannot be stored";
}

/*
 * A literal, into the store. 1; 0: refused, *st and text are set, but the
 * whole literal was read; -1: the session ends.
 */
static int take_literal(struct session *s, struct appending *a,
                        const struct literal *lit, enum status *st)
{
  uint64_t size;
  const char *data, *why;
  char last = 0;
  ptrdiff_t n;
  int ok = 1;

  for (size = lit->size; size; size -= (uint64_t)n) {
    n = input_some(&s->in, &data, size);
    if (n <= 0) {
      session_input_ended(s, (int)n);
      return -1;
    }
    if (!ok) continue;
    why = octets_fault(data, (size_t)n, lit->binary, &last);
    if (why) {
      *st = lit->binary ? cmd_no(s, why) : cmd_bad(s, why);
      ok = 0;
    } else if (append_octets(a, data, (size_t)n) != 1) {
      *st = cmd_fault(s, "append");
      ok = 0;
    }
  }
  return ok;
}

int append_next_line(struct session *s, struct parse *p, enum status *st)
{
  int r;

  s->cmd.len = 0;
  r = input_line(&s->in, &s->cmd);
  if (r == -1 && errno == EMSGSIZE) {
    *st = cmd_bad(s, "line too long");
    return 0;
  }
  if (r != 1) {
    session_input_ended(s, r);
    return -1;
  }
  stralloc_readyplus(&s->cmd, 1);
  parse_init(p, s->cmd.s, s->cmd.len);
  return 1;
}

/* "{n}" at the end of the line at p, its octets, and the line behind it */
static int literal_part(struct session *s, struct appending *a,
                        struct parse *p, enum status *st)
{
  struct literal lit;
  uint64_t size;
  int r, taken;

  if (!parse_literal_header(p, &size) || !input_literal(&s->in, &lit)) {
    *st = cmd_syntax(s, p);
    return 0;
  }
  if (size > a->room) {
    *st = cmd_no(s, "[TOOBIG] message too large");
    return 0;
  }
  if (lit.sync && (r = input_go_ahead(&s->in, "go ahead")) != 1) {
    session_input_ended(s, r);
    return -1;
  }
  taken = take_literal(s, a, &lit, st);
  if (taken == -1) return -1;
  r = append_next_line(s, p, st);
  return r == 1 ? taken : r;
}

/* ---- CATENATE ---- */

/* the astring that a URL is; a literal is read first */
static int url_text(struct session *s, struct parse *p, struct text *url,
                    enum status *st)
{
  size_t at = (size_t)(p->s - s->cmd.s);
  struct literal lit;
  int r;

  if (parse_peek(p) == '{' && input_literal(&s->in, &lit)) {
    r = read_literal(s, &lit, 0);
    if (r == 0) *st = STATUS_BAD;       /* all of it was discarded */
    if (r != 1) return r;
    parse_init(p, s->cmd.s + at, s->cmd.len - at);
  }
  if (parse_astring(p, url)) return 1;
  *st = cmd_syntax(s, p);
  return 0;
}

/* BADURL and the URL, as far as it can stand in a response code: RFC 4469
 * section 5, url-resp-text */
static enum status bad_url(struct session *s, const struct text *url)
{
  size_t i;

  cmd_no(s, "[BADURL ");
  for (i = 0; i < url->len && i < 500; i++)
    stralloc_append(&s->text, url->s[i] > ' ' && url->s[i] < 0x7f
                    && url->s[i] != ']' ? url->s[i] : '?');
  stralloc_cats(&s->text, "] no such message or part");
  return STATUS_NO;
}

static int url_part(struct session *s, struct appending *a, struct parse *p,
                    enum status *st)
{
  struct text url;
  int r;

  if (!parse_sp(p)) {
    *st = cmd_syntax(s, p);
    return 0;
  }
  r = url_text(s, p, &url, st);
  if (r != 1) return r;
  r = catenate_url(s, &url, a);
  if (r == 1) return 1;
  *st = r == 0 ? bad_url(s, &url)
      : r == -2 ? cmd_no(s, "[TOOBIG] message too large")
      : cmd_fault(s, "append");
  return 0;
}

static int syntax(struct session *s, const struct parse *p, enum status *st)
{
  *st = cmd_syntax(s, p);
  return 0;
}

/* "(" literal8 ")": the parenthesis is before us */
static int utf8_part(struct session *s, struct appending *a, struct parse *p,
                     enum status *st)
{
  int r;

  if (!parse_char(p, '(') || parse_peek(p) != '~') {
    if (!p->why) p->why = "literal8 expected";
    return syntax(s, p, st);
  }
  r = literal_part(s, a, p, st);
  if (r == 1 && !parse_char(p, ')')) return syntax(s, p, st);
  return r;
}

static int catenate(struct session *s, struct appending *a, struct parse *p,
                    enum status *st)
{
  int r;

  if (!parse_char(p, '(')) return syntax(s, p, st);
  do {
    if (parse_try_word(p, "URL"))
      r = url_part(s, a, p, st);
    else if (parse_try_word(p, "TEXT"))
      r = parse_sp(p) ? literal_part(s, a, p, st) : syntax(s, p, st);
    else if (parse_try_word(p, "UTF8"))
      r = parse_sp(p) ? utf8_part(s, a, p, st) : syntax(s, p, st);
    else {
      p->why = "URL or TEXT expected";
      return syntax(s, p, st);
    }
    if (r != 1) return r;
  } while (parse_try(p, ' '));
  return parse_char(p, ')') ? 1 : syntax(s, p, st);
}

int append_text(struct session *s, struct appending *a, struct parse *p,
                enum status *st)
{
  int r;

  a->in_header = a->line_begins = 1;
  a->high = 0;
  a->size = 0;
  r = a->form == TEXT_CATENATE ? catenate(s, a, p, st)
    : a->form == TEXT_UTF8 ? utf8_part(s, a, p, st)
    : literal_part(s, a, p, st);
  if (r != 1) return r;
  if (!a->size) {
    *st = cmd_no(s, "[CANNOT] an empty message cannot be appended");
    return 0;
  }
  /* RFC 6855 section 4, RFC 9755 section 3 */
  if (a->high && !session_utf8(s) && s->utf8_strict) {
    *st = cmd_no(s, "[CANNOT] the header has octets above 127: ENABLE"
                    " UTF8=ACCEPT first");
    return 0;
  }
  return 1;
}
