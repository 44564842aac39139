/* ISC licence; see LICENSE. */
#include "address.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/*
 * One pass. The words before an address are collected twice: in name, as a
 * display name with its spaces, and in addr, the run of words and dots that
 * will be the local part if "@" comes next; run is where that run starts in
 * name. While the list grows its strings are offsets, since text moves.
 */
struct parser {
  struct address_list *l;
  const char *s, *end;
  stralloc name, addr, comment;
  size_t run;
  int space;                    /* white space came before this token */
  int dot;                      /* the token before was "." */
  int in_group;
  int after_angle;              /* an address just ended with ">" */
};

static int blank(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void add_octet(stralloc *sa, char c)
{
  stralloc_append(sa, c ? c : (char)0x80);
}

/* offset + 1, to be made a pointer by finish() */
static struct lstr keep(struct parser *p, const char *s, size_t n)
{
  struct lstr r = { (const char *)(uintptr_t)(p->l->text.len + 1), n };

  stralloc_catb(&p->l->text, s, n);
  return r;
}

static struct lstr keep_or_nil(struct parser *p, const char *s, size_t n)
{
  return n ? keep(p, s, n) : (struct lstr)LSTR_ZERO;
}

static struct address *entry(struct parser *p)
{
  struct address_list *l = p->l;

  if (l->n == l->a) {
    l->a = 2 * l->a + 8;
    l->v = xrealloc(l->v, l->a * sizeof *l->v);
  }
  memset(&l->v[l->n], 0, sizeof *l->v);
  return &l->v[l->n++];
}

static void finish(struct address_list *l)
{
  struct lstr *f[4];
  size_t i;
  int k;

  for (i = 0; i < l->n; i++) {
    f[0] = &l->v[i].name;
    f[1] = &l->v[i].adl;
    f[2] = &l->v[i].mailbox;
    f[3] = &l->v[i].host;
    for (k = 0; k < 4; k++)
      if (f[k]->s) f[k]->s = l->text.s + ((uintptr_t)f[k]->s - 1);
  }
}

/* a comment, its text without the outer parentheses kept if it has any */
static void comment(struct parser *p)
{
  size_t depth = 0;

  p->comment.len = 0;
  for (; p->s < p->end; p->s++) {
    if (*p->s == '\\' && p->s + 1 < p->end) p->s++;
    else if (*p->s == '(' && depth++ == 0) continue;
    else if (*p->s == ')' && --depth == 0) {
      p->s++;
      break;
    }
    else if (*p->s == '\r' || *p->s == '\n') continue;
    add_octet(&p->comment, *p->s);
  }
}

static void skip_cfws(struct parser *p)
{
  p->space = 0;
  while (p->s < p->end) {
    if (*p->s == '(') comment(p);
    else if (blank(*p->s)) p->s++;
    else return;
    p->space = 1;
  }
}

/* a quoted string; one that does not end goes on to the end of the field */
static void quoted(struct parser *p, stralloc *to)
{
  for (p->s++; p->s < p->end && *p->s != '"'; p->s++) {
    if (*p->s == '\\' && p->s + 1 < p->end) p->s++;
    if (*p->s != '\r' && *p->s != '\n') add_octet(to, *p->s);
  }
  if (p->s < p->end) p->s++;
}

/* length of an encoded word at s, which may hold specials; 0 if none */
static size_t encoded_word(const char *s, const char *end)
{
  size_t n = (size_t)(end - s), i, marks = 0;

  if (n < 8 || s[0] != '=' || s[1] != '?') return 0;
  if (n > 256) n = 256;
  for (i = 2; i < n && (unsigned char)s[i] > ' '; i++) {
    if (s[i] != '?') continue;
    if (++marks == 3) return i + 1 < n && s[i + 1] == '=' ? i + 2 : 0;
  }
  return 0;
}

static void atom(struct parser *p, stralloc *to, const char *stop)
{
  size_t n = encoded_word(p->s, p->end);

  if (n) {
    stralloc_catb(to, p->s, n);
    p->s += n;
    return;
  }
  /* the first octet always counts, so that every call gets on */
  do add_octet(to, *p->s++);
  while (p->s < p->end && !blank(*p->s)
         && !(*p->s && strchr(stop, *p->s)));
}

/* a domain literal with its brackets, without white space */
static void literal(struct parser *p, stralloc *to)
{
  for (; p->s < p->end && *p->s != ']' && *p->s != '>' && *p->s != ','; p->s++)
    if (!blank(*p->s)) add_octet(to, *p->s);
  if (p->s < p->end && *p->s == ']') add_octet(to, *p->s++);
}

/* write the address that is complete: addr holds local part "@" domain */
static void put_address(struct parser *p, const char *adl, size_t adl_len,
                        size_t at, int has_at)
{
  struct address *a = entry(p);
  stralloc *addr = &p->addr;

  while (p->name.len && p->name.s[p->name.len - 1] == ' ') p->name.len--;
  a->name = keep_or_nil(p, p->name.s, p->name.len);
  if (!a->name.s) a->name = keep_or_nil(p, p->comment.s, p->comment.len);
  a->adl = keep_or_nil(p, adl, adl_len);
  if (!has_at) at = addr->len;
  a->mailbox = keep(p, addr->s, at);
  a->host = has_at ? keep(p, addr->s + at + 1, addr->len - at - 1)
    : keep(p, "", 0);
}

/*
 * the inside of "<" ">": [route ":"] local "@" domain. The last "@" counts.
 * Ends at ">", at a comma that is not in a route, or at the end.
 */
static void angle(struct parser *p)
{
  stralloc adl = STRALLOC_ZERO;
  size_t at = 0, words = 0;
  int has_at = 0;
  char c;

  p->addr.len = 0;
  for (p->s++; ; ) {
    skip_cfws(p);
    if (p->s == p->end) break;
    c = *p->s;
    if (c == '>' || (c == ';' && p->in_group)) break;
    if (c == ',' && !(p->addr.len && p->addr.s[0] == '@' && !adl.len)) break;
    if (c == ':' && !adl.len && p->addr.len && p->addr.s[0] == '@') {
      stralloc_copy(&adl, &p->addr);
      p->addr.len = 0;
      has_at = 0;
      words = 0;
      p->s++;
      continue;
    }
    if (c == '<') {
      p->s++;
      continue;
    }
    if (c == '@') {
      at = p->addr.len;
      has_at = 1;
    }
    if (c == '@' || c == '.' || c == ',') {
      add_octet(&p->addr, c);
      p->s++;
      words = 0;
      continue;
    }
    if (words++ && p->space) add_octet(&p->addr, ' ');
    if (c == '"') quoted(p, &p->addr);
    else if (c == '[' && has_at) literal(p, &p->addr);
    else atom(p, &p->addr, "()<>@,:;\".");
  }
  if (p->s < p->end && *p->s == '>') p->s++;
  skip_cfws(p);                 /* "<a@b> (Name)" */
  put_address(p, adl.s, adl.len, at, has_at);
  stralloc_free(&adl);
  p->after_angle = 1;
}

/* after "@": the domain, and what else belongs to an address without "<" */
static void domain(struct parser *p)
{
  size_t at = p->addr.len;
  int last_dot = 1;

  p->name.len = p->run;
  add_octet(&p->addr, '@');
  p->s++;
  for (;;) {
    skip_cfws(p);
    if (p->s == p->end || strchr(",;<>:", *p->s ? *p->s : 'x')) break;
    if (*p->s == '@') {         /* a@b@c: the last one counts */
      at = p->addr.len;
      last_dot = 1;
      add_octet(&p->addr, *p->s++);
    }
    else if (*p->s == '.') {
      last_dot = 1;
      add_octet(&p->addr, *p->s++);
    }
    else if (!last_dot && p->space) break;      /* a word: the comma is lost */
    else {
      last_dot = 0;
      if (*p->s == '[') literal(p, &p->addr);
      else if (*p->s == '"') quoted(p, &p->addr);
      else atom(p, &p->addr, "()<>@,:;\".[");
    }
  }
  put_address(p, 0, 0, at, 1);
}

/* a word of the phrase or the local part */
static void word(struct parser *p)
{
  size_t from;

  if (p->space && p->name.len) add_octet(&p->name, ' ');
  if (!p->dot) {                /* a new run */
    p->addr.len = 0;
    p->run = p->name.len;
  }
  from = p->name.len;
  if (*p->s == '"') quoted(p, &p->name);
  else atom(p, &p->name, "()<>@,:;\".");
  if (p->name.len > from)
    stralloc_catb(&p->addr, p->name.s + from, p->name.len - from);
  p->dot = 0;
}

static void dot(struct parser *p)
{
  if (p->space && p->name.len) add_octet(&p->name, ' ');
  if (!p->name.len) {
    p->run = 0;
    p->addr.len = 0;
  }
  add_octet(&p->name, '.');
  add_octet(&p->addr, '.');
  p->s++;
  p->dot = 1;
}

/* the element ends and was neither an address nor a group: a bare word */
static void bare(struct parser *p)
{
  if (!p->name.len || p->after_angle) return;
  stralloc_copy(&p->addr, &p->name);
  p->name.len = 0;
  put_address(p, 0, 0, 0, 0);
}

static void group_start(struct parser *p)
{
  struct address *a = entry(p);

  a->mailbox = keep(p, p->name.s, p->name.len);
  p->in_group = 1;
  p->s++;
}

static void group_end(struct parser *p)
{
  if (!p->in_group) return;
  entry(p);
  p->in_group = 0;
}

/* up to the end of one element of the list */
static void element(struct parser *p)
{
  p->name.len = p->addr.len = p->comment.len = p->run = 0;
  p->dot = 0;
  for (;;) {
    skip_cfws(p);
    if (p->s == p->end) {
      bare(p);
      return;
    }
    switch (*p->s) {
    case '<': angle(p); return;
    case '@': domain(p); p->after_angle = 0; return;
    case ',': case ';':
      bare(p);
      p->after_angle = 0;
      if (*p->s++ == ';') group_end(p);
      return;
    case ':':
      if (!p->in_group && p->name.len) {
        group_start(p);
        p->after_angle = 0;
        return;
      }
      p->s++;
      break;
    case '.': dot(p); break;
    case '>': case ')': p->s++; break;
    default: word(p);
    }
  }
}

void address_parse(struct address_list *l, const char *s, size_t len)
{
  struct parser p;

  memset(&p, 0, sizeof p);
  p.l = l;
  p.s = len ? s : "";
  p.end = p.s + len;
  l->n = 0;
  l->text.len = 0;
  while (p.s < p.end && l->n < ADDRESS_MAX) element(&p);
  group_end(&p);
  stralloc_ready(&l->text, 1);
  finish(l);
  stralloc_free(&p.name);
  stralloc_free(&p.addr);
  stralloc_free(&p.comment);
}

static int is_gap(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '('
    || c == ')';
}

void address_plain(stralloc *out, const char *s, size_t len)
{
  struct address_list l = ADDRESS_LIST_ZERO;
  size_t i;

  for (i = 0; i < len; i++)
    if ((s[i] == '@' || s[i] == '.')
        && ((i && is_gap(s[i - 1])) || (i + 1 < len && is_gap(s[i + 1]))))
      break;
  if (i >= len) return;
  address_parse(&l, s, len);
  for (i = 0; i < l.n; i++) {
    if (!l.v[i].host.s || !l.v[i].mailbox.s) continue;
    stralloc_catb(out, l.v[i].mailbox.s, l.v[i].mailbox.len);
    stralloc_append(out, '@');
    stralloc_catb(out, l.v[i].host.s, l.v[i].host.len);
    stralloc_cats(out, ", ");
  }
  address_free(&l);
}

void address_free(struct address_list *l)
{
  free(l->v);
  stralloc_free(&l->text);
  *l = (struct address_list)ADDRESS_LIST_ZERO;
}
