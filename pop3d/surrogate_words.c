/* ISC licence; see LICENSE. */
#include "surrogate_words.h"

#include <string.h>

#include "base/alloc.h"
#include "maildir/mutf7.h"
#include "surrogate.h"

/* ---------------------------------------------------------- encoded words */

static void cat_base64(stralloc *out, const unsigned char *s, size_t len)
{
  static const char a[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                          "abcdefghijklmnopqrstuvwxyz0123456789+/";
  char q[4];

  for (; len; s += 3, len -= len < 3 ? len : 3) {
    q[0] = a[s[0] >> 2];
    q[1] = a[(s[0] & 3) << 4 | (len > 1 ? s[1] >> 4 : 0)];
    q[2] = len > 1 ? a[(s[1] & 15) << 2 | (len > 2 ? s[2] >> 6 : 0)] : '=';
    q[3] = len > 2 ? a[s[2] & 63] : '=';
    stralloc_catb(out, q, 4);
  }
}

/* an encoded word is at most 75 octets, and holds whole characters */
#define WORD_OCTETS 39

void words_encode(stralloc *out, const char *s, size_t len)
{
  const unsigned char *p = (const unsigned char *)s;
  int utf8 = utf8_valid(s, len), first = 1;
  size_t n;

  for (; len; p += n, len -= n) {
    n = len < WORD_OCTETS ? len : WORD_OCTETS;
    while (utf8 && n < len && (p[n] & 0xc0) == 0x80) n--;
    if (!first) stralloc_cats(out, "\n ");
    first = 0;
    stralloc_cats(out, utf8 ? "=?utf-8?B?" : "=?unknown-8bit?B?");
    cat_base64(out, p, n);
    stralloc_cats(out, "?=");
  }
}

static int is_blank(char c)
{
  return c == ' ' || c == '\t';
}

/* the word behind octet i: 1, with where it starts and ends, or 0 */
static int next_word(const char *s, size_t len, size_t i,
                     size_t *start, size_t *end)
{
  while (i < len && is_blank(s[i])) i++;
  *start = i;
  while (i < len && !is_blank(s[i])) i++;
  *end = i;
  return *start < *end;
}

static int is_encoded(const char *s, size_t len)
{
  return len > 4 && s[0] == '=' && s[1] == '?' && s[len - 1] == '=';
}

/*
 * Only the words that need it are encoded, with the space between them. White
 * space between two encoded words is not shown (RFC 2047 section 6.2): where
 * an old one stands beside, the space goes into the new one as well.
 */
void words_text(stralloc *out, const char *s, size_t len)
{
  size_t at = 0, start, end, s2, e2, from, to;
  int old = 0;

  while (next_word(s, len, at, &start, &end)) {
    if (!has_8bit(s + start, end - start)) {
      stralloc_catb(out, s + at, end - at);
      old = is_encoded(s + start, end - start);
      at = end;
      continue;
    }
    from = old ? at : start;
    while (next_word(s, len, end, &s2, &e2) && has_8bit(s + s2, e2 - s2))
      end = e2;
    to = s2 < e2 && is_encoded(s + s2, e2 - s2) ? s2 : end;
    stralloc_catb(out, s + at, start - at);
    words_encode(out, s + from, to - from);
    old = 0;                    /* the space behind went in, if it had to */
    at = end;
  }
}

/* -------------------------------------------------------------- addresses */

/*
 * One pass over structured text, octet by octet. depth of comments is a
 * count, so that any depth costs nothing.
 */
struct lexer {
  int quote;                    /* in a quoted string */
  int escaped;                  /* the next octet is quoted by a backslash */
  int angle;                    /* between < and > */
  int literal;                  /* between [ and ] */
  size_t depth;                 /* of comments */
};

/* look at c; 1 if it is an octet of the outermost level */
static int lex(struct lexer *x, char c)
{
  if (x->escaped) {
    x->escaped = 0;
    return 0;
  }
  if (c == '\\' && (x->quote || x->depth || x->literal)) {
    x->escaped = 1;
    return 0;
  }
  if (x->quote) {
    if (c == '"') x->quote = 0;
    return 0;
  }
  if (c == '(') x->depth++;
  if (x->depth) {
    if (c == ')') x->depth--;
    return 0;
  }
  if (c == '"') x->quote = 1;
  else if (c == '[') x->literal = 1;
  else if (c == ']') x->literal = 0;
  else if (c == '<') x->angle = 1;
  else if (c == '>') x->angle = 0;
  else return !x->angle && !x->literal;
  return 0;
}

/* append s without quotes, backslashes and outer blanks: a display name */
static void cat_unquoted(stralloc *out, const char *s, size_t len)
{
  size_t i, start = out->len;
  int quote = 0;

  for (i = 0; i < len; i++) {
    if (s[i] == '"') quote = !quote;
    else if (is_blank(s[i]) && out->len == start) continue;
    else {
      if (s[i] == '\\' && quote && i + 1 < len) i++;
      stralloc_append(out, s[i]);
    }
  }
  while (out->len > start && is_blank(out->s[out->len - 1])) out->len--;
}

static void put_name(stralloc *out, const char *s, size_t len)
{
  static stralloc name = STRALLOC_ZERO;

  name.len = 0;
  cat_unquoted(&name, s, len);
  words_encode(out, name.s, name.len);
}

/* the pieces of one address: offsets into it */
struct mailbox {
  size_t lt, gt;                /* of < and >, or len */
  size_t comment, comment_end;  /* inside of the first comment */
};

static void find_pieces(struct mailbox *m, const char *s, size_t len)
{
  struct lexer x = { 0, 0, 0, 0, 0 };
  size_t i, depth;
  int angle;

  m->lt = m->gt = m->comment = m->comment_end = len;
  for (i = 0; i < len; i++) {
    depth = x.depth;
    angle = x.angle;
    lex(&x, s[i]);
    if (x.angle && !angle && m->lt == len) m->lt = i;
    if (!x.angle && angle && m->gt == len) m->gt = i;
    if (x.depth == 1 && !depth && m->comment == len) m->comment = i + 1;
    if (!x.depth && depth && m->comment_end == len) m->comment_end = i;
  }
}

/* RFC 6858 section 2.1 */
static void put_invalid(stralloc *out, const char *s, size_t len)
{
  put_name(out, s, len);
  stralloc_cats(out, " <invalid@internationalized-address.invalid>");
}

/* an address that has octets above 0x7F */
static void put_mailbox(stralloc *out, const char *s, size_t len)
{
  struct mailbox m;

  find_pieces(&m, s, len);
  if (m.lt < len) {                             /* name <address> (comment) */
    if (m.gt == len || has_8bit(s + m.lt, m.gt - m.lt)) {
      put_invalid(out, s, len);
      return;
    }
    if (has_8bit(s, m.lt)) {
      put_name(out, s, m.lt);
      stralloc_append(out, ' ');
    } else stralloc_catb(out, s, m.lt);
    stralloc_catb(out, s + m.lt, m.gt + 1 - m.lt);
    return;
  }
  if (m.comment < m.comment_end && memchr(s, '@', m.comment)
      && !has_8bit(s, m.comment)) {
    put_name(out, s + m.comment, m.comment_end - m.comment);
    stralloc_cats(out, " <");
    cat_unquoted(out, s, m.comment - 1);        /* address (name) */
    stralloc_append(out, '>');
    return;
  }
  put_invalid(out, s, len);
}

static void put_element(stralloc *out, const char *s, size_t len, char end)
{
  while (len && is_blank(*s)) s++, len--;
  while (len && is_blank(s[len - 1])) len--;
  if (!len) return;
  stralloc_cats(out, out->s[out->len - 1] == ':' ? " " : "\n ");
  if (!has_8bit(s, len)) stralloc_catb(out, s, len);
  else if (end == ':') put_name(out, s, len);   /* the name of a group */
  else put_mailbox(out, s, len);
}

void words_addresses(stralloc *out, const char *s, size_t len)
{
  struct lexer x = { 0, 0, 0, 0, 0 };
  size_t i, start = 0;

  for (i = 0; i < len; i++) {
    if (!lex(&x, s[i]) || (s[i] != ',' && s[i] != ';' && s[i] != ':'))
      continue;
    put_element(out, s + start, i - start, s[i]);
    stralloc_append(out, s[i]);
    start = i + 1;
  }
  put_element(out, s + start, len - start, 0);
}

/* ------------------------------------------------------------- parameters */

#define PARAM_NAME_MAX 60
#define PARAM_LINE 60           /* octets of a value on one line */

/* attribute-char of RFC 2231 section 7, or less */
static int is_plain(char c)
{
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
    || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
}

static void cat_percent(stralloc *out, const char *s, size_t len)
{
  static const char hex[] = "0123456789ABCDEF";
  size_t i;
  unsigned char c;

  for (i = 0; i < len; i++) {
    c = (unsigned char)s[i];
    if (is_plain(s[i])) {
      stralloc_append(out, s[i]);
      continue;
    }
    stralloc_append(out, '%');
    stralloc_append(out, hex[c >> 4]);
    stralloc_append(out, hex[c & 15]);
  }
}

/* the lines of one value: NAME*=, or NAME*0*=, NAME*1*= */
static void put_extended(stralloc *out, const char *name, size_t namelen,
                         const stralloc *value)
{
  size_t at, end, part = 0;

  for (at = 0; at < value->len || !part; at = end, part++) {
    end = value->len - at > PARAM_LINE ? at + PARAM_LINE : value->len;
    if (end < value->len && value->s[end - 1] == '%') end--;
    else if (end < value->len && value->s[end - 2] == '%') end -= 2;
    stralloc_cats(out, ";\n ");
    stralloc_catb(out, name, namelen);
    stralloc_append(out, '*');
    if (value->len > PARAM_LINE) {
      stralloc_catu(out, part);
      stralloc_append(out, '*');
    }
    stralloc_cats(out, part ? "=" : "=utf-8''");
    stralloc_catb(out, value->s + at, end - at);
  }
}

static void trim(const char **s, size_t *len)
{
  while (*len && is_blank(**s)) ++*s, --*len;
  while (*len && is_blank((*s)[*len - 1])) --*len;
}

/* a parameter that has octets above 0x7F; what cannot be put is left out */
static void put_param(stralloc *out, const char *s, size_t len)
{
  static stralloc raw = STRALLOC_ZERO, value = STRALLOC_ZERO;
  const char *name = s, *eq = memchr(s, '=', len);
  size_t namelen, i, vlen;

  if (!eq) return;
  namelen = (size_t)(eq - s);
  trim(&name, &namelen);
  if (!namelen || namelen > PARAM_NAME_MAX) return;
  for (i = 0; i < namelen; i++)
    if (!is_plain(name[i])) return;             /* "*" too: it is extended */
  vlen = (size_t)(s + len - (eq + 1));
  raw.len = value.len = 0;
  cat_unquoted(&raw, eq + 1, vlen);
  if (!utf8_valid(raw.s, raw.len)) return;
  cat_percent(&value, raw.s, raw.len);
  put_extended(out, name, namelen, &value);
}

void words_params(stralloc *out, const char *s, size_t len)
{
  struct lexer x = { 0, 0, 0, 0, 0 };
  size_t i, start = 0, n;
  const char *p;
  int first = 1;

  for (i = 0; i <= len; i++) {
    if (i < len && (!lex(&x, s[i]) || s[i] != ';')) continue;
    p = s + start;
    n = i - start;
    start = i + 1;
    trim(&p, &n);
    if (first && (!n || has_8bit(p, n))) return;        /* no type at all */
    if (n && has_8bit(p, n)) put_param(out, p, n);
    else if (n) {
      stralloc_cats(out, first ? " " : ";\n ");
      stralloc_catb(out, p, n);
    }
    first = 0;
  }
}
