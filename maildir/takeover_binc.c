/* ISC licence; see LICENSE. */
#include "takeover.h"

#include <string.h>

#include "base/alloc.h"

/*
 * BincIMAP's files are sections of keys:
 *   depot {
 *   	_uidvalidity = 1041379200,
 *   	_uidnext = 17,
 *   	_version = "1.0.5"
 *   }
 * in bincimap-uidvalidity; in bincimap-cache one for each message, named by a
 * number, with _UID and _ID (its base name). A value is a label, a quoted
 * string or octets in hexadecimal within < >; some of them in a row are one
 * with spaces between.
 */
enum token { T_END, T_BAD, T_TEXT, T_OPEN, T_CLOSE, T_IS, T_NEXT };

struct section {
  struct takeover *t;
  struct takeover_file *f;
  stralloc name, key, value;
  uint64_t uid;                 /* of the message, 0: none yet */
  stralloc id;
  uint64_t uidvalidity, uidnext;
  const char *wanted;           /* takeover_binc_values: of this section ... */
  stralloc *values;             /* ... all go here; 0: a folder's files */
};

static int is_label(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
    || (c >= '0' && c <= '9') || (c && strchr("._-^", c));
}

static int hex_of(char c)
{
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* to the closing quote; 0 it is missing */
static int quoted(struct takeover_file *f, stralloc *out)
{
  char c;

  while (f->at < f->text.len) {
    c = f->text.s[f->at++];
    if (c == '"') return 1;
    if (c == '\\' && f->at < f->text.len) c = f->text.s[f->at++];
    if (c == '\n') f->line++;
    stralloc_append(out, c);
  }
  return 0;
}

static int in_hex(struct takeover_file *f, stralloc *out)
{
  int a, b;

  while (f->at < f->text.len && f->text.s[f->at] != '>') {
    a = hex_of(f->text.s[f->at++]);
    b = f->at < f->text.len ? hex_of(f->text.s[f->at++]) : -1;
    if (a == -1 || b == -1) return 0;
    stralloc_append(out, (char)(a << 4 | b));
  }
  return f->at++ < f->text.len;
}

static enum token next_token(struct takeover_file *f, stralloc *out)
{
  static const char marks[] = "{}=,";
  static const enum token of[] = { T_OPEN, T_CLOSE, T_IS, T_NEXT };
  const char *m;
  char c = 0;

  for (; f->at < f->text.len; f->at++) {
    c = f->text.s[f->at];
    if (c == '\n') f->line++;
    else if (c != ' ' && c != '\t' && c != '\r' && c != '\f' && c != '\v')
      break;
  }
  if (f->at == f->text.len) return T_END;
  f->at++;
  m = c ? strchr(marks, c) : 0;
  if (m) return of[m - marks];
  if (c == '"') return quoted(f, out) ? T_TEXT : T_BAD;
  if (c == '<') return in_hex(f, out) ? T_TEXT : T_BAD;
  if (!is_label(c)) return T_BAD;
  for (f->at--; f->at < f->text.len && is_label(f->text.s[f->at]); f->at++)
    stralloc_append(out, f->text.s[f->at]);
  return T_TEXT;
}

static void take_pair(struct section *s)
{
  uint64_t n = 0;
  int good;

  if (s->values) {
    if (!stralloc_eqs(&s->name, s->wanted)
        || (s->value.len && memchr(s->value.s, 0, s->value.len))) return;
    stralloc_cat(s->values, &s->value);
    stralloc_0(s->values);
    return;
  }
  good = takeover_number(s->value.s ? s->value.s : "", s->value.len,
                         UINT32_MAX, &n);
  if (stralloc_eqs(&s->name, "depot")) {
    if (stralloc_eqs(&s->key, "_uidvalidity")) s->uidvalidity = good ? n : 0;
    else if (stralloc_eqs(&s->key, "_uidnext")) s->uidnext = good ? n : 0;
  } else if (stralloc_eqs(&s->key, "_ID")) {
    s->id.len = 0;
    stralloc_cat(&s->id, &s->value);
  } else if (stralloc_eqs(&s->key, "_UID")) {
    s->uid = good ? n : 0;
    if (!good) takeover_fault(s->t, s->f, "uid");
  }
}

/* "key = value, ..." up to the "}"; 1, 0 it is broken off */
static int take_section(struct section *s)
{
  enum token k;
  stralloc *out = &s->key;

  s->uid = 0;
  s->id.len = s->key.len = s->value.len = 0;
  for (;;) {
    if (out->len && out->s[out->len - 1] != ' ') stralloc_append(out, ' ');
    k = next_token(s->f, out);
    if (out->len && out->s[out->len - 1] == ' ' && k != T_TEXT) out->len--;
    if (k == T_TEXT) continue;
    if (k == T_IS && out == &s->key && s->key.len) {
      out = &s->value;
      continue;
    }
    if (k != T_NEXT && k != T_CLOSE) return 0;
    if (out == &s->value) take_pair(s);
    else if (k == T_NEXT || s->key.len) return 0;
    if (k == T_CLOSE) return 1;
    s->key.len = s->value.len = 0;
    out = &s->key;
  }
}

/* all sections, what is noted of messages with them; each of them holds that
 * was whole */
static void take_file(struct section *s)
{
  enum token k;

  s->f->line = 1;
  for (;;) {
    s->name.len = 0;
    k = next_token(s->f, &s->name);
    if (k == T_END) return;
    if (k != T_TEXT || next_token(s->f, &s->value) != T_OPEN
        || !take_section(s)) {
      if (s->t) takeover_fault(s->t, s->f, "broken-off");
      return;
    }
    /* of the cache alone: behind the header, which UIDNEXT is raised above */
    if (s->t && s->t->uidvalidity && s->id.len
        && s->name.s[0] >= '0' && s->name.s[0] <= '9')
      takeover_uid(s->t, s->f, s->id.s, s->id.len, s->uid);
  }
}

static void section_free(struct section *s)
{
  stralloc_free(&s->name);
  stralloc_free(&s->key);
  stralloc_free(&s->value);
  stralloc_free(&s->id);
}

void takeover_binc_values(const stralloc *text, const char *section,
                          stralloc *values)
{
  struct takeover_file f = { "", *text, 0, 0 };
  struct section s;

  memset(&s, 0, sizeof s);
  s.f = &f;
  s.wanted = section;
  s.values = values;
  take_file(&s);
  section_free(&s);
}

int takeover_binc(struct takeover *t, int dirfd, long long *mtime)
{
  struct takeover_file f = { TAKEOVER_BINC_UIDVALIDITY, STRALLOC_ZERO, 0, 0 };
  struct takeover_file c = { TAKEOVER_BINC_CACHE, STRALLOC_ZERO, 0, 0 };
  struct section s;
  int r = takeover_load(t, &f, dirfd, mtime);

  memset(&s, 0, sizeof s);
  s.t = t;
  s.f = &f;
  if (r == 1) {
    take_file(&s);
    f.line = 0;
    r = takeover_header(t, &f, s.uidvalidity, s.uidnext);
  }
  if (r == 1) {
    r = takeover_load(t, &c, dirfd, mtime);
    s.f = &c;
    if (r == 1) take_file(&s);
    else if (r == 0) r = 1;     /* an empty folder, or its cache is lost */
  }
  section_free(&s);
  stralloc_free(&f.text);
  stralloc_free(&c.text);
  return r;
}
