/* ISC licence; see LICENSE. */
#include "users_text.h"

#include <string.h>

#include "base/alloc.h"

#define FIELDS 5

struct line {
  const char *s;
  size_t len;                   /* without LF */
  size_t next;                  /* where the next line starts */
};

static void line_at(const struct users_text *t, struct line *l)
{
  const char *lf = memchr(t->text + t->pos, '\n', t->len - t->pos);

  l->s = t->text + t->pos;
  l->len = (lf ? (size_t)(lf - t->text) : t->len) - t->pos;
  l->next = t->pos + l->len + (lf ? 1 : 0);
}

static int indented(const struct line *l)
{
  return l->len && (*l->s == ' ' || *l->s == '\t');
}

/* Takes spaces and tabs off the start. */
static void unindent(struct line *l)
{
  while (indented(l)) {
    l->s++;
    l->len--;
  }
}

/* 1 for a line that says nothing: empty, blank or a comment */
static int silent(const struct line *l)
{
  struct line in = *l;

  unindent(&in);
  return !in.len || *in.s == '#';
}

static int fault(struct users_error *err, unsigned long line,
                 const char *reason)
{
  err->line = line;
  err->reason = reason;
  return -1;
}

static int split(const struct line *l, const char *field[], size_t len[])
{
  const char *s = l->s, *end = l->s + l->len, *colon;
  int n = 0;

  for (;;) {
    if (n == FIELDS) return n + 1;
    colon = memchr(s, ':', (size_t)(end - s));
    field[n] = s;
    len[n++] = (size_t)((colon ? colon : end) - s);
    if (!colon) return n;
    s = colon + 1;
  }
}

static const char *take_user(const struct line *l, struct user *u)
{
  const char *field[FIELDS];
  size_t len[FIELDS];
  uint32_t uid, gid;

  if (split(l, field, len) != FIELDS)
    return "not the five fields name:hash:uid:gid:home";
  if (!user_scan_id(field[2], len[2], &uid))
    return "the uid is not a number from 1 to 4294967294";
  if (!user_scan_id(field[3], len[3], &gid))
    return "the gid is not a number from 1 to 4294967294";
  user_clear(u);
  u->uid = (uid_t)uid;
  u->gid = (gid_t)gid;
  user_set(&u->name, field[0], len[0]);
  users_lower(u->name.s, u->name.len);
  user_set(&u->hash, field[1], len[1]);
  user_set(&u->home, field[4], len[4]);
  user_set(&u->shell, USERS_SHELL, sizeof USERS_SHELL - 1);
  return 0;
}

/* A line too long, or with octets that a text file does not have. */
static const char *bad_line(const struct line *l)
{
  if (l->len > USERS_LINE_MAX) return "the line is longer than 8192 octets";
  if (memchr(l->s, 0, l->len)) return "the line holds a NUL";
  if (memchr(l->s, '\r', l->len)) return "the line holds a carriage return";
  return 0;
}

/* The lines behind the user's first, up to the next user. */
static int take_env(struct users_text *t, struct users_entry *e,
                    struct users_error *err)
{
  struct line l;
  const char *bad;

  for (; t->pos < t->len; t->pos = l.next, t->line++) {
    line_at(t, &l);
    if (silent(&l)) continue;
    if (!indented(&l)) break;
    bad = bad_line(&l);
    unindent(&l);
    if (!bad) bad = user_bad_env(l.s, l.len);
    if (bad) return fault(err, t->line, bad);
    stralloc_catb(&e->user.env, l.s, l.len);
    stralloc_0(&e->user.env);
    e->end = l.next;
  }
  bad = user_bad(&e->user);     /* the variables taken together */
  return bad ? fault(err, e->line, bad) : 1;
}

int users_text_next(struct users_text *t, struct users_entry *e,
                    struct users_error *err)
{
  struct line l;
  const char *bad;

  for (; t->pos < t->len; t->pos = l.next, t->line++) {
    line_at(t, &l);
    if (!silent(&l)) break;
  }
  if (t->pos == t->len) return 0;
  bad = bad_line(&l);
  if (!bad && indented(&l)) bad = "an indented line before the first user";
  if (!bad) bad = take_user(&l, &e->user);
  if (!bad) bad = user_bad(&e->user);
  if (bad) return fault(err, t->line, bad);
  e->line = t->line;
  e->start = t->pos;
  e->body = e->end = t->pos = l.next;
  t->line++;
  return take_env(t, e, err);
}

void users_lower(char *s, size_t len)
{
  size_t i;

  for (i = 0; i < len; i++)
    if (s[i] >= 'A' && s[i] <= 'Z') s[i] = (char)(s[i] + 32);
}
