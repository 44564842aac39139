/* ISC licence; see LICENSE. */
#include "sql_text.h"

#include <string.h>

#include "base/alloc.h"

/* A walk through the text: at is the next octet. */
struct scan {
  struct sql_text *t;
  const char *at;
  enum sql_dialect dialect;
  int hash;
  int over;                     /* a ';' was there */
  int any;                      /* something besides spaces and comments */
};

static int is_word(unsigned char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'
    || c >= 0x80;
}

static int is_more(unsigned char c)
{
  return is_word(c) || (c >= '0' && c <= '9');
}

static void copy(struct scan *s, size_t n)
{
  stralloc_catb(&s->t->text, s->at, n);
  s->at += n;
}

/* 'text' "name" `name` [name]: up to the closing octet; doubled, it does not
 * close but begins the next piece, which comes to the same. */
static const char *quoted(struct scan *s, char close)
{
  const char *end = strchr(s->at + 1, close);
  int string = close == '\'' || (close == '"' && s->dialect == SQL_MYSQL);

  if (!end) return "a quote is not closed";
  if (string && memchr(s->at, '\\', (size_t)(end - s->at)))
    return "a backslash in a string";
  copy(s, (size_t)(end + 1 - s->at));
  return 0;
}

static void to_line_end(struct scan *s)
{
  copy(s, strcspn(s->at, "\n"));
}

/* PostgreSQL's nest, those of the others do not. */
static const char *comment(struct scan *s)
{
  unsigned int depth = 0;

  while (*s->at) {
    if (s->at[0] == '/' && s->at[1] == '*'
        && (!depth || s->dialect == SQL_PGSQL)) {
      depth++;
      copy(s, 2);
    } else if (s->at[0] == '*' && s->at[1] == '/') {
      copy(s, 2);
      if (!--depth) return 0;
    } else
      copy(s, 1);
  }
  return "a comment is not closed";
}

static const char *placeholder(struct scan *s)
{
  struct sql_text *t = s->t;
  size_t len = 0;
  int which;

  s->at++;
  while (is_more((unsigned char)s->at[len])) len++;
  which = placeholder_find(s->at, len);
  if (which == -1) return "there is no placeholder of this name";
  if (which == PLACEHOLDER_HASH && !s->hash)
    return ":hash is for the statement that updates it";
  if (t->n == SQL_BIND_MAX) return "more than 64 placeholders";
  t->bind[t->n++] = (unsigned char)which;
  stralloc_append(&t->text, s->dialect == SQL_PGSQL ? '$' : '?');
  if (s->dialect != SQL_MYSQL) stralloc_catu(&t->text, t->n);
  s->at += len;
  return 0;
}

/* An octet that is neither space, comment, quote nor word. */
static const char *sign(struct scan *s)
{
  enum sql_dialect d = s->dialect;
  char c = *s->at;

  if (c == ':' && (s->at[1] == ':' || s->at[1] == '=')) copy(s, 2);
  else if (c == ':' && is_word((unsigned char)s->at[1])) return placeholder(s);
  else if (c == '$' || (c == '?' && d != SQL_PGSQL)
           || (d == SQL_SQLITE && (c == '@' || c == ':')))
    return "a parameter that is not written :name";
  else copy(s, 1);
  return 0;
}

/* 1 if a comment was there, -1 if one that does not end */
static int pass_comment(struct scan *s)
{
  if (s->at[0] == '-' && s->at[1] == '-') to_line_end(s);
  else if (*s->at == '#' && s->dialect == SQL_MYSQL) to_line_end(s);
  else if (s->at[0] == '/' && s->at[1] == '*') return comment(s) ? -1 : 1;
  else return 0;
  return 1;
}

static const char *token(struct scan *s)
{
  char c = *s->at;

  s->any = 1;
  if (c == '\'' || c == '"') return quoted(s, c);
  if (c == '`' && s->dialect != SQL_PGSQL) return quoted(s, c);
  if (c == '[' && s->dialect == SQL_SQLITE) return quoted(s, ']');
  if (is_more((unsigned char)c)) {
    while (is_more((unsigned char)*s->at) || *s->at == '$') copy(s, 1);
    return 0;
  }
  return sign(s);
}

static const char *walk(struct scan *s)
{
  const char *bad;
  int r;

  while (*s->at) {
    if (strchr(" \t\r\n\f\v", *s->at)) {
      copy(s, 1);
      continue;
    }
    r = pass_comment(s);
    if (r == -1) return "a comment is not closed";
    if (r) continue;
    if (s->over) return "more than one statement";
    if (*s->at == ';') {
      s->over = 1;
      s->at++;
      continue;
    }
    bad = token(s);
    if (bad) return bad;
  }
  return s->any ? 0 : "there is no statement";
}

const char *sql_text_scan(struct sql_text *t, const char *in,
                          enum sql_dialect dialect, int hash,
                          unsigned long *line)
{
  struct scan s = { t, in, dialect, hash, 0, 0 };
  const char *bad;

  t->text.len = t->n = 0;
  bad = walk(&s);
  stralloc_0(&t->text);
  if (bad) *line = sql_text_line(t, t->text.len);
  return bad;
}

unsigned long sql_text_line(const struct sql_text *t, size_t offset)
{
  unsigned long line = 1;
  size_t i;

  for (i = 0; i < offset && i < t->text.len; i++) line += t->text.s[i] == '\n';
  return line;
}

void sql_text_free(struct sql_text *t)
{
  stralloc_free(&t->text);
}
