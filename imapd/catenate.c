/* ISC licence; see LICENSE. */
#include "catenate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/alloc.h"
#include "body_section.h"
#include "fetch_file.h"
#include "fetch_section.h"
#include "message/crlf.h"

#define CHUNK 16384

struct url {
  stralloc mailbox;             /* as decoded */
  stralloc section;             /* "[...]" and perhaps "<from.len>" */
  uint32_t uid, uidvalidity;    /* 0: not given */
};

static int hex(int c)
{
  if (c >= '0' && c <= '9') return c - '0';
  c |= 32;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %XX undone; 0: broken, or NUL */
static int decode(stralloc *out, const char *s, size_t len)
{
  size_t i;
  int c;

  for (i = 0; i < len; i++) {
    c = (unsigned char)s[i];
    if (c == '%') {
      if (len - i < 3 || hex(s[i + 1]) < 0 || hex(s[i + 2]) < 0) return 0;
      c = hex(s[i + 1]) << 4 | hex(s[i + 2]);
      i += 2;
    }
    if (!c) return 0;
    stralloc_append(out, (char)c);
  }
  return 1;
}

/* "NAME=" without case: what stands behind it */
static int named(const char *s, size_t len, const char *name, struct text *v)
{
  size_t n = strlen(name);

  if (len <= n || strncasecmp(s, name, n)) return 0;
  v->s = s + n;
  v->len = len - n;
  return 1;
}

static int number(const struct text *t, uint32_t *n)
{
  uint64_t v = 0;
  size_t i;

  for (i = 0; i < t->len; i++) {
    if (t->s[i] < '0' || t->s[i] > '9') return 0;
    v = v * 10 + (uint64_t)(t->s[i] - '0');
    if (v > UINT32_MAX) return 0;
  }
  *n = (uint32_t)v;
  return t->len && v;
}

/* "from" or "from.len" of ";PARTIAL=" as "<from.len>" */
static int partial(struct url *u, const struct text *t)
{
  size_t i, dots = 0;

  for (i = 0; i < t->len; i++)
    if (t->s[i] == '.' && i && i + 1 < t->len) dots++;
    else if (t->s[i] < '0' || t->s[i] > '9') return 0;
  if (dots > 1 || !t->len || t->len > 40) return 0;
  stralloc_append(&u->section, '<');
  stralloc_catb(&u->section, t->s, t->len);
  if (!dots) stralloc_cats(&u->section, ".9223372036854775807");
  stralloc_append(&u->section, '>');
  return 1;
}

/* what follows the mailbox: parts with "/;" before each */
static int parameters(struct url *u, const char *s, size_t len)
{
  const char *end = s + len, *next;
  struct text v;
  int last = 0;

  for (; s < end; s = next) {
    for (next = s + 2; next < end; next++)
      if (*next == '/' && (next + 1 == end || next[1] == ';')) break;
    if (next + 1 == end) end--;         /* "UID=20/": RFC 4469, example 1 */
    s += 2;
    len = (size_t)(next - s);
    if (last < 1 && named(s, len, "UID=", &v)) {
      if (!number(&v, &u->uid)) return 0;
      last = 1;
    } else if (last == 1 && named(s, len, "SECTION=", &v)) {
      stralloc_append(&u->section, '[');
      if (!decode(&u->section, v.s, v.len)) return 0;
      stralloc_append(&u->section, ']');
      last = 2;
    } else if (last && last < 3 && named(s, len, "PARTIAL=", &v)) {
      if (last == 1) stralloc_cats(&u->section, "[]");
      if (!partial(u, &v)) return 0;
      last = 3;
    } else
      return 0;
  }
  if (last == 1) stralloc_cats(&u->section, "[]");
  return last != 0;
}

static int parse_url(struct url *u, const struct text *t)
{
  const char *s = t->s, *end = s + t->len, *p, *semi;
  struct text v;

  if (t->len > 2048 || memchr(s, 0, t->len)) return 0;
  for (p = s; ; p++) {
    if ((size_t)(end - p) < 6) return 0;
    if (!strncasecmp(p, "/;UID=", 6)) break;
  }
  if (s < p && *s == '/') s++;
  semi = s < p ? memchr(s, ';', (size_t)(p - s)) : 0;
  if (semi) {
    if (!named(semi + 1, (size_t)(p - semi - 1), "UIDVALIDITY=", &v)
        || !number(&v, &u->uidvalidity))
      return 0;
  }
  if (!decode(&u->mailbox, s, (size_t)((semi ? semi : p) - s))) return 0;
  return parameters(u, p, (size_t)(end - p));
}

/* ---- the text ---- */

static int put(struct appending *a, char *s, size_t len)
{
  size_t i;

  for (i = 0; i < len; i++)
    if (!s[i]) s[i] = (char)0x80;       /* as in BODY[] */
  return append_octets(a, s, len);
}

/* fields of the header: they are put together in memory */
static int put_fields(struct fetch_file *f, const struct body_section *b,
                      struct appending *a)
{
  static const struct lstr nothing = LSTR_ZERO;
  struct reply out;
  char *text;
  int r = 0;

  reply_init(&out, -1);
  if (fetch_section_put(&out, f, nothing, b) == 0 && !out.dead && out.buf.len) {
    text = memchr(out.buf.s, '\n', out.buf.len);
    if (text++)
      r = put(a, text, out.buf.len - (size_t)(text - out.buf.s));
  }
  reply_free(&out);
  return r;
}

static int put_range(struct fetch_file *f, const struct body_section *b,
                     struct section_range *range, struct appending *a)
{
  struct crlf_reader rd;
  char buf[CHUNK];
  uint64_t from, n;
  ssize_t got;
  int r = 1;

  if (!b->depth && b->what == SECTION_HEADER && f->header.s)
    range->vlen = crlf_size(f->header.s, f->header.len);
  n = fetch_section_slice(b, range->vlen, &from);
  if (n > a->room) return -2;
  crlf_open(&rd, f->fd, range->at, range->len, range->vlen, 1);
  if (crlf_seek(&rd, from) == -1) return -1;
  while (r == 1 && n) {
    got = crlf_read(&rd, buf, n < CHUNK ? (size_t)n : CHUNK);
    if (!got) errno = EIO;
    if (got <= 0) return -1;
    n -= (uint64_t)got;
    r = put(a, buf, (size_t)got);
  }
  return r;
}

static int put_section(struct folder *folder, struct url *u,
                       struct appending *a)
{
  static const struct lstr nothing = LSTR_ZERO;
  struct fetch_file f = FETCH_FILE_ZERO;
  struct body_section b;
  struct section_range range;
  struct parse p;
  int r = 0;

  memset(&b, 0, sizeof b);
  b.form = SECTION_BODY;
  b.peek = 1;
  parse_init(&p, u->section.s, u->section.len);
  if (!body_section_parse(&b, &p)) return 0;
  if (parse_end(&p) && fetch_file_open(&f, folder, u->uid) == 0) {
    r = fetch_section_find(&f, nothing, &b, &range);
    if (r == 1)
      r = b.fields ? put_fields(&f, &b, a)
                   : put_range(&f, &b, &range, a);
  }
  if (r == -1 && (errno == ENOENT || errno == ESTALE)) r = 0;
  fetch_file_close(&f);
  fetch_file_free(&f);
  body_section_free(&b);
  return r;
}

static int same_validity(struct folder *f, const struct url *u)
{
  struct folder_counts c;

  return folder_counts(f, &c) == 0
    && (!u->uidvalidity || u->uidvalidity == c.uidvalidity);
}

int catenate_url(struct session *s, const struct text *t,
                 struct appending *a)
{
  struct url u = { STRALLOC_ZERO, STRALLOC_ZERO, 0, 0 };
  stralloc storage = STRALLOC_ZERO;
  struct folder *f = s->folder;
  const char *why;
  int r = 0;

  if (!parse_url(&u, t)) goto done;
  if (u.mailbox.len) {
    if (tree_storage_name(&s->account.tree, &storage, u.mailbox.s,
                          u.mailbox.len, 1, &why) == -1) goto done;
    stralloc_0(&storage);
    if (!f || strcmp(folder_name(f), storage.s)) {
      if (folder_open(&f, &s->account, storage.s, storage.len - 1, 0) == -1)
        goto done;
      if (folder_sync(f) == 0 && same_validity(f, &u))
        r = put_section(f, &u, a);
      folder_close(f);
      goto done;
    }
  }
  if (f && same_validity(f, &u)) r = put_section(f, &u, a);
done:
  stralloc_free(&u.mailbox);
  stralloc_free(&u.section);
  stralloc_free(&storage);
  return r;
}
