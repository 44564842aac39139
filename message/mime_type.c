/* ISC licence; see LICENSE. */
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "message/charset.h"
#include "message/mime_impl.h"

/*
 * Content-Type and Content-Disposition (RFC 2045 section 5.1, RFC 2183) with
 * what real mail has instead: values with specials or spaces and no quotes,
 * quotes that do not end, no semicolon before the next parameter.
 *
 * Values are collected in one stralloc; a piece of it is an offset and a
 * length until all are known.
 */

struct raw_param {
  size_t name, name_len, value, value_len;
  int segment;                  /* of NAME*segment, -1 if none */
  int encoded;                  /* NAME*segment* or NAME* */
  size_t base_len;              /* name_len without these */
};

struct cursor {
  const char *s, *end;
};

static int space(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* white space and comments; an open comment ends with the field */
static void skip_cfws(struct cursor *c)
{
  size_t depth = 0;

  for (; c->s < c->end; c->s++) {
    if (*c->s == '(') depth++;
    else if (depth && *c->s == ')') depth--;
    else if (depth && *c->s == '\\' && c->s + 1 < c->end) c->s++;
    else if (!depth && !space(*c->s)) return;
  }
}

static struct lstr token(struct cursor *c, const char *stop)
{
  struct lstr r = { c->s, 0 };

  while (c->s < c->end && !space(*c->s) && *c->s != '('
         && !(*c->s && strchr(stop, *c->s)))
    c->s++;
  r.len = (size_t)(c->s - r.s);
  return r;
}

static void quoted(struct cursor *c, stralloc *text)
{
  for (c->s++; c->s < c->end && *c->s != '"'; c->s++) {
    if (*c->s == '\\' && c->s + 1 < c->end) c->s++;
    stralloc_append(text, *c->s);
  }
  if (c->s < c->end) c->s++;
}

/* 1 if a parameter seems to start here, after white space: name, "=" */
static int param_ahead(struct cursor c)
{
  struct lstr name = token(&c, "=;\"");

  skip_cfws(&c);
  return name.len && c.s < c.end && *c.s == '=';
}

/*
 * 1 if a comment starts here behind which the value is over, as in
 * us-ascii(Plain text); report(1).pdf has none. *after is behind it.
 */
static int comment_last(struct cursor c, const char **after)
{
  size_t depth = 0;

  do {
    if (*c.s == '(') depth++;
    else if (*c.s == ')') depth--;
    else if (*c.s == '\\' && c.s + 1 < c.end) c.s++;
    c.s++;
  } while (depth && c.s < c.end);
  *after = c.s;
  return !depth && (c.s == c.end || space(*c.s) || *c.s == ';');
}

static void value(struct cursor *c, stralloc *text)
{
  const char *after;
  struct lstr word;

  if (c->s < c->end && *c->s == '"') {
    quoted(c, text);
    return;
  }
  for (;;) {
    word.s = c->s;
    while (c->s < c->end && !space(*c->s) && *c->s != ';')
      if (*c->s != '(') c->s++;
      else if (comment_last(*c, &after)) break;
      else c->s = after;
    word.len = (size_t)(c->s - word.s);
    stralloc_catb(text, word.s, word.len);
    skip_cfws(c);
    if (c->s == c->end || *c->s == ';' || *c->s == '"') return;
    if (param_ahead(*c)) return;
    stralloc_append(text, ' ');
  }
}

/* NAME*, NAME*2, NAME*2*: what the stars say (RFC 2231 sections 3 and 4) */
static void stars(struct raw_param *p, const char *name)
{
  size_t n = p->name_len, digits;

  p->segment = -1;
  p->encoded = n > 1 && name[n - 1] == '*';
  if (p->encoded) n--;
  for (digits = 0; digits < n && digits < 4
       && name[n - 1 - digits] >= '0' && name[n - 1 - digits] <= '9';)
    digits++;
  if (digits && digits < 4 && n > digits + 1 && name[n - digits - 1] == '*') {
    size_t i;

    p->segment = 0;
    for (i = n - digits; i < n; i++)
      p->segment = 10 * p->segment + (name[i] - '0');
    n -= digits + 1;
  }
  p->base_len = n;
}

static size_t collect(struct cursor *c, struct raw_param *v, stralloc *text)
{
  struct lstr name;
  size_t n = 0;

  while (c->s < c->end && n < MIME_PARAMS_MAX) {
    skip_cfws(c);
    if (c->s == c->end) break;
    if (*c->s == ';' || *c->s == '=' || *c->s == '"') {
      c->s++;
      continue;
    }
    name = token(c, "=;\"");
    skip_cfws(c);
    if (c->s == c->end || *c->s != '=') continue;
    c->s++;
    skip_cfws(c);
    v[n].name = text->len;
    v[n].name_len = name.len;
    stralloc_catb(text, name.s, name.len);
    v[n].value = text->len;
    value(c, text);
    v[n].value_len = text->len - v[n].value;
    stars(&v[n], name.s);
    n++;
  }
  return n;
}

static const struct raw_param *segment(const struct raw_param *v, size_t n,
                                       const stralloc *text,
                                       const struct raw_param *of, int number)
{
  size_t i;

  for (i = 0; i < n; i++)
    if (v[i].segment == number && v[i].base_len == of->base_len
        && !strncasecmp(text->s + v[i].name, text->s + of->name, of->base_len))
      return &v[i];
  return 0;
}

/* octets that may stand for themselves in an extended value */
static int attribute_char(unsigned char c)
{
  return c > ' ' && c < 0x7F && !strchr("*'%()<>@,;:\\\"/[]?=", c);
}

static void percent(stralloc *out, const char *s, size_t n)
{
  static const char hex[] = "0123456789ABCDEF";

  for (; n--; s++) {
    unsigned char c = (unsigned char)*s;
    char x[3] = { '%', hex[c >> 4], hex[c & 15] };

    if (attribute_char(c)) stralloc_append(out, *s);
    else stralloc_catb(out, x, 3);
  }
}

/*
 * join the segments of first, which is number 0, at the end of text; the
 * others get segment -2 and are not shown
 */
static void join_segments(struct raw_param *v, size_t n, stralloc *text,
                          struct raw_param *first)
{
  const struct raw_param *p;
  size_t at, i;
  int number, encoded = 0;
  unsigned char member[MIME_PARAMS_MAX] = { 0 };

  for (number = 0; (p = segment(v, n, text, first, number)); number++) {
    encoded |= p->encoded;
    member[p - v] = 1;
  }
  at = text->len;
  stralloc_readyplus(text, 4 * text->len + 8);
  if (encoded && !first->encoded) stralloc_cats(text, "''");
  for (number = 0; (p = segment(v, n, text, first, number)); number++) {
    if (encoded && !p->encoded)
      percent(text, text->s + p->value, p->value_len);
    else
      stralloc_catb(text, text->s + p->value, p->value_len);
  }
  for (i = 0; i < n; i++) if (member[i]) v[i].segment = -2;
  first->segment = -1;
  first->encoded = encoded;
  first->value = at;
  first->value_len = text->len - at;
  /* the name is kept in place: NAME, or NAME* which is a start of NAME*0 */
  first->name_len = first->base_len + (encoded ? 1 : 0);
}

static struct mime_params keep_params(struct mime_parser *ps,
                                      const struct raw_param *v, size_t n,
                                      const stralloc *text)
{
  struct mime_params r = { 0, 0 };
  struct mime_param *to;
  size_t i;

  to = mime_keep(ps, (n + 1) * sizeof *to);
  if (!to) return r;
  r.v = to;
  for (i = 0; i < n; i++) {
    if (v[i].segment == -2) continue;
    to[r.n].name = mime_keep_str(ps, text->s + v[i].name, v[i].name_len);
    to[r.n].value = mime_keep_str(ps, text->s + v[i].value, v[i].value_len);
    if (to[r.n].name.s && to[r.n].value.s) r.n++;
  }
  return r;
}

/*
 * the parameters that follow; boundary, if wanted, is told even if there is
 * no more room to keep any
 */
static struct mime_params params(struct mime_parser *ps, struct cursor *c,
                                 stralloc *boundary)
{
  struct raw_param v[MIME_PARAMS_MAX];
  stralloc text = STRALLOC_ZERO;
  struct mime_params r;
  size_t i, n = collect(c, v, &text);

  for (i = 0; i < n; i++)
    if (v[i].segment == 0) join_segments(v, n, &text, &v[i]);
  for (i = 0; boundary && i < n; i++)
    if (v[i].segment != -2 && v[i].name_len == 8
        && !strncasecmp(text.s + v[i].name, "boundary", 8)) {
      stralloc_copyb(boundary, text.s + v[i].value, v[i].value_len);
      break;
    }
  r = keep_params(ps, v, n, &text);
  stralloc_free(&text);
  return r;
}

/*
 * a type without subtype, or no type at all: plain text (RFC 2045 section
 * 5.2), but parts that a multipart without subtype has are shown
 */
static void repair(struct lstr *type, struct lstr *subtype)
{
  if (subtype->len && type->len) return;
  if (lstr_is(*type, "multipart")) *subtype = LSTR("mixed");
  else {
    *type = LSTR("text");
    *subtype = LSTR("plain");
  }
}

static void charset(struct mime_part *p)
{
  static const struct lstr unknown = { "x-unknown", 9 };
  struct mime_param *end;
  size_t i;

  for (i = 0; i < p->params.n; i++)
    if (lstr_is(p->params.v[i].name, "charset")) {
      p->charset = p->params.v[i].value;
      if (p->charset.len > CHARSET_NAME_MAX) p->charset = unknown;
      return;
    }
  p->charset = LSTR("us-ascii");
  if (!p->params.v) return;
  end = (struct mime_param *)p->params.v + p->params.n++;  /* has room */
  end->name = LSTR("charset");
  end->value = p->charset;
}

static void classify(struct mime_part *p)
{
  if (lstr_is(p->type, "text")) {
    p->flags |= MIME_TEXT;
    charset(p);
  }
  else if (lstr_is(p->type, "multipart"))
    p->kind = MIME_MULTIPART;
  else if (lstr_is(p->type, "message")) {
    p->flags |= MIME_MESSAGE_TYPE;
    if (lstr_is(p->subtype, "rfc822") || lstr_is(p->subtype, "global"))
      p->kind = MIME_MESSAGE;
  }
}

/* when there is no room left for strings: names that mean nearly the same */
static void keep_type(struct mime_parser *ps, struct lstr type,
                      struct lstr subtype)
{
  struct mime_part *p = ps->now;

  p->type = mime_keep_str(ps, type.s, type.len);
  p->subtype = mime_keep_str(ps, subtype.s, subtype.len);
  if (p->type.s && p->subtype.s) return;
  p->type = LSTR("application");
  p->subtype = LSTR("octet-stream");
  if (lstr_is(type, "text")) {
    p->type = LSTR("text");
    p->subtype = LSTR("plain");
  }
}

void mime_type(struct mime_parser *ps, const char *s, size_t len)
{
  struct cursor c = { s, len ? s + len : s };
  struct mime_part *p = ps->now;
  struct lstr type, subtype = LSTR_ZERO;
  int digest = p->parent && p->parent->kind == MIME_MULTIPART
    && lstr_is(p->parent->subtype, "digest");

  skip_cfws(&c);
  type = token(&c, "/;");
  skip_cfws(&c);
  if (c.s < c.end && *c.s == '/') {
    c.s++;
    skip_cfws(&c);
    subtype = token(&c, ";");
  }
  if (!type.len && !subtype.len && digest) {   /* RFC 2046 section 5.1.5 */
    type = LSTR("message");
    subtype = LSTR("rfc822");
  }
  repair(&type, &subtype);
  keep_type(ps, type, subtype);
  p->params = params(ps, &c, &ps->boundary);
  while (ps->boundary.len && space(ps->boundary.s[ps->boundary.len - 1]))
    ps->boundary.len--;
  classify(p);
}

void mime_disposition(struct mime_parser *ps, const char *s, size_t len)
{
  struct cursor c = { s, len ? s + len : s };
  struct lstr v;

  skip_cfws(&c);
  v = token(&c, ";");
  if (!v.len) return;
  ps->now->disposition = mime_keep_str(ps, v.s, v.len);
  if (ps->now->disposition.s)
    ps->now->disposition_params = params(ps, &c, 0);
}
