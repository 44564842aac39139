/* ISC licence; see LICENSE. */
#include "mbox.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <sys/stat.h>

#include "base/alloc.h"

/* A piece of a line: a whole one, but where it is longer than the buffer. */
struct piece {
  off_t at;                     /* in the file */
  const char *s;                /* borrowed until the next */
  size_t len;                   /* with its LF */
  int first;                    /* the line begins with it */
};

struct reading {
  struct mbox *m;
  struct mbox_fields *fields;
  mbox_put *put;
  void *arg;
  off_t end;                    /* by Content-Length; -1: unknown */
  int counted;                  /* the text ends where that says */
  int unquote;                  /* 0 no, 1 one ">", 2 of any number */
  stralloc field;               /* a field of the mbox's own */
  int ours;                     /* we are in one */
  stralloc held;                /* an empty line: the separator's, perhaps */
};

static int fill(struct mbox *m)
{
  size_t want;
  ssize_t r;

  m->at += (off_t)m->pos;
  memmove(m->buf, m->buf + m->pos, m->len - m->pos);
  m->len -= m->pos;
  m->pos = 0;
  /* what was appended since it was opened is not looked at */
  want = sizeof m->buf - m->len;
  if (m->at + (off_t)m->len >= m->size) return 0;
  if ((off_t)want > m->size - m->at - (off_t)m->len)
    want = (size_t)(m->size - m->at - (off_t)m->len);
  do r = pread(m->fd, m->buf + m->len, want, m->at + (off_t)m->len);
  while (r == -1 && errno == EINTR);
  if (r > 0) m->len += (size_t)r;
  if (r == 0) errno = EIO;              /* it has become shorter */
  return r > 0 ? 1 : -1;
}

static void seek(struct mbox *m, off_t to)
{
  if (to >= m->at && to <= m->at + (off_t)m->len)
    m->pos = (size_t)(to - m->at);
  else {
    m->at = to;
    m->pos = m->len = 0;
  }
}

/* 1 a piece, 0 the end of the file, -1 with errno */
static int next_piece(struct mbox *m, struct piece *p)
{
  const char *lf;
  int r = 1;

  p->first = !p->len || p->s[p->len - 1] == '\n';
  while (!(lf = memchr(m->buf + m->pos, '\n', m->len - m->pos))
         && m->len - m->pos < sizeof m->buf && (r = fill(m)) == 1) ;
  if (r == -1) return -1;
  p->at = m->at + (off_t)m->pos;
  p->s = m->buf + m->pos;
  p->len = lf ? (size_t)(lf + 1 - p->s) : m->len - m->pos;
  m->pos += p->len;
  return p->len != 0;
}

static int is_from(const char *s, size_t len)
{
  return len >= 5 && !memcmp(s, "From ", 5);
}

static size_t text_len(const char *s, size_t len)
{
  if (len && s[len - 1] == '\n') len--;
  if (len && s[len - 1] == '\r') len--;
  return len;
}

static int is_empty(const struct piece *p)
{
  return p->first && !text_len(p->s, p->len);
}

/* does a message begin here? after: an empty line is before it */
static int separates(const struct mbox *m, const struct piece *p, int after)
{
  size_t len = p->len < MBOX_FROM_MAX ? p->len : MBOX_FROM_MAX;

  if (!p->first || !is_from(p->s, p->len)) return 0;
  if (m->format == MBOX_O || m->format == MBOX_RD) return 1;
  return after && mbox_date(p->s + 5, len - 5) != INT64_MIN;
}

/* ---- Content-Length ---- */

/* 1: what begins at at is the end or a "From " line, perhaps behind an empty
 * line; *next is where. Only files whose length fits are taken by it. */
static int leads(const struct mbox *m, off_t at, off_t *next)
{
  char s[MBOX_FROM_MAX + 2];
  size_t skip = 0;
  ssize_t r;

  if (at > m->size) return 0;
  r = pread(m->fd, s, sizeof s, at);
  if (r == -1) return 0;
  if (r && s[0] == '\n') skip = 1;
  else if (r > 1 && s[0] == '\r' && s[1] == '\n') skip = 2;
  *next = at + (off_t)skip;
  if (*next == m->size) return 1;
  if (!is_from(s + skip, (size_t)r - skip)) return 0;
  /* a text of no octets: the empty line before it ended the header */
  return m->format != MBOX_AUTO
    || mbox_date(s + skip + 5, (size_t)r - skip - 5) != INT64_MIN;
}

static void content_length(struct reading *r, off_t body)
{
  struct mbox *m = r->m;
  off_t next;

  if (m->format == MBOX_O || m->format == MBOX_RD || r->end < 0) return;
  if (r->end > m->size - body || !leads(m, body + r->end, &next)) return;
  r->counted = 1;
  r->end += body;
  m->next = next;
}

/* ---- the header ---- */

static int named(const stralloc *f, const char *name, size_t *value)
{
  size_t n = strlen(name);

  if (f->len <= n || strncasecmp(f->s, name, n)) return 0;
  while (n < f->len && (f->s[n] == ' ' || f->s[n] == '\t')) n++;
  if (n == f->len || f->s[n] != ':') return 0;
  *value = n + 1;
  return 1;
}

static const char *digits(const char *s, const char *end, uint64_t *n)
{
  *n = 0;
  while (s < end && (*s == ' ' || *s == '\t' || *s == '\r' || *s == '\n')) s++;
  for (; s < end && *s >= '0' && *s <= '9'; s++)
    *n = *n > UINT64_MAX / 20 ? UINT64_MAX / 20 : *n * 10 + (uint64_t)(*s - '0');
  return s;
}

static uint32_t uid_of(uint64_t n)
{
  return n < UINT32_MAX / 2 ? (uint32_t)n : 0;
}

/* of a message's fields together as much as of one: they may be repeated */
static void cat_value(stralloc *to, const stralloc *field, size_t value)
{
  if (to->len + field->len - value <= MBOX_FIELD_MAX)
    stralloc_catb(to, field->s + value, field->len - value);
}

/* a field is whole: is it one of the mbox's own, and what does it say? */
static int field_is_ours(struct reading *r)
{
  struct mbox_fields none = { STRALLOC_ZERO, STRALLOC_ZERO, 0, 0, 0, 0 };
  struct mbox_fields *f = r->fields ? r->fields : &none;
  const stralloc *s = &r->field;
  const char *end = s->s + s->len, *p;
  uint64_t n;
  size_t v;
  int base;

  if (named(s, "Content-Length", &v)) {
    digits(s->s + v, end, &n);
    r->end = n < INT64_MAX / 4 ? (off_t)n : -1;
  }
  else if (named(s, "Status", &v) || named(s, "X-Status", &v))
    cat_value(&f->status, s, v);
  else if (named(s, "X-Keywords", &v))
    cat_value(&f->keywords, s, v);
  else if (named(s, "X-UID", &v)) {
    digits(s->s + v, end, &n);
    f->uid = uid_of(n);
  }
  else if ((base = named(s, "X-IMAPbase", &v)) || named(s, "X-IMAP", &v)) {
    p = digits(s->s + v, end, &n);
    f->uidvalidity = n < UINT32_MAX ? (uint32_t)n : 0;
    digits(p, end, &n);
    f->lastuid = uid_of(n);
    f->internal = !base;
  }
  else {
    mbox_fields_free(&none);
    return 0;
  }
  mbox_fields_free(&none);
  return 1;
}

/* may a name that begins so be one of the mbox's own? */
static int may_be_ours(const char *s, size_t len)
{
  static const char *const name[] = {
    "Content-Length", "Status", "X-Status", "X-Keywords", "X-UID",
    "X-IMAPbase", "X-IMAP"
  };
  size_t i;

  for (i = 0; i < sizeof name / sizeof *name; i++)
    if (len > strlen(name[i]) && !strncasecmp(s, name[i], strlen(name[i])))
      return 1;
  return 0;
}

static void put(struct reading *r, const char *s, size_t len)
{
  if (r->put && len) r->put(r->arg, s, len);
}

static void end_field(struct reading *r)
{
  if (r->ours && !field_is_ours(r)) put(r, r->field.s, r->field.len);
  r->ours = 0;
  r->field.len = 0;
}

/* a field longer than any of ours may be is an ordinary one */
static void add_to_field(struct reading *r, const struct piece *p)
{
  if (r->field.len + p->len > MBOX_FIELD_MAX) {
    put(r, r->field.s, r->field.len);
    r->field.len = 0;
    r->ours = 0;
  }
  if (r->ours) stralloc_catb(&r->field, p->s, p->len);
  else put(r, p->s, p->len);
}

/* up to the empty line: 1, it was there; 0 the message ends in its header */
static int header(struct reading *r)
{
  struct piece p = { 0, 0, 0, 0 };
  int got;

  while ((got = next_piece(r->m, &p)) == 1) {
    if (separates(r->m, &p, 0)) {
      r->m->next = p.at;
      break;
    }
    if (p.first && *p.s != ' ' && *p.s != '\t') {
      end_field(r);
      if (is_empty(&p)) {
        put(r, p.s, p.len);
        return 1;
      }
      r->ours = may_be_ours(p.s, p.len);
    }
    add_to_field(r, &p);
  }
  end_field(r);
  return got == -1 ? -1 : 0;
}

/* ---- the text ---- */

static size_t quoted(const struct reading *r, const struct piece *p)
{
  size_t n = 0;

  if (!p->first || !r->unquote) return 0;
  while (n < p->len && p->s[n] == '>') n++;
  if (!n || (r->unquote == 1 && n > 1)) return 0;
  return is_from(p->s + n, p->len - n);
}

static int body(struct reading *r)
{
  struct piece p = { 0, 0, 0, 0 };
  int got, after = 1;
  size_t skip;

  while ((!r->counted || r->m->at + (off_t)r->m->pos < r->end)
         && (got = next_piece(r->m, &p)) != 0) {
    if (got == -1) return -1;
    if (r->counted) {
      if (p.at + (off_t)p.len > r->end) p.len = (size_t)(r->end - p.at);
    }
    else if (separates(r->m, &p, after)) {
      r->m->next = p.at;
      return 0;
    }
    after = is_empty(&p);
    if (!r->counted) {
      put(r, r->held.s, r->held.len);
      r->held.len = 0;
      if (after) {
        stralloc_catb(&r->held, p.s, p.len);
        continue;
      }
    }
    skip = quoted(r, &p);
    put(r, p.s + skip, p.len - skip);
  }
  return 0;
}

int mbox_text(struct mbox *m, struct mbox_fields *fields, mbox_put *put_fn,
              void *arg)
{
  struct reading r = { 0 };
  int got;

  r.m = m;
  r.fields = fields;
  r.put = put_fn;
  r.arg = arg;
  r.end = -1;
  m->next = m->size;
  seek(m, m->start);
  got = header(&r);
  if (got == 1) {
    content_length(&r, m->at + (off_t)m->pos);
    r.unquote = m->format == MBOX_O || m->format == MBOX_CL ? 1
      : m->format == MBOX_RD || (m->format == MBOX_AUTO && !r.counted) ? 2 : 0;
    got = body(&r);
  }
  stralloc_free(&r.field);
  stralloc_free(&r.held);
  return got == -1 ? -1 : 0;
}

void mbox_fields_free(struct mbox_fields *f)
{
  stralloc_free(&f->status);
  stralloc_free(&f->keywords);
  memset(f, 0, sizeof *f);
}

/* ---- from message to message ---- */

int mbox_open(struct mbox *m, int fd, enum mbox_format format)
{
  struct piece p = { 0, 0, 0, 0 };
  struct stat st;
  int r;

  if (fstat(fd, &st) == -1) return -1;
  m->fd = fd;
  m->format = format;
  m->size = S_ISREG(st.st_mode) ? st.st_size : 0;
  m->at = 0;
  m->pos = m->len = 0;
  m->next = 0;
  errno = EINVAL;
  if (!S_ISREG(st.st_mode)) return -1;
  /* some writers leave empty lines at the start */
  while ((r = next_piece(m, &p)) == 1 && is_empty(&p)) m->next = m->at + (off_t)m->pos;
  if (r == -1) return -1;
  if (!r) return 0;
  errno = EINVAL;
  return is_from(p.s, p.len) ? 0 : -1;
}

int mbox_next(struct mbox *m)
{
  struct piece p = { 0, 0, 0, 0 };
  size_t len;
  int r;

  if (m->next >= m->size) return 0;
  seek(m, m->next);
  r = next_piece(m, &p);
  if (r != 1) return r;
  len = p.len < MBOX_FROM_MAX ? p.len : MBOX_FROM_MAX;
  m->date = len > 5 ? mbox_date(p.s + 5, len - 5) : INT64_MIN;
  while (r == 1 && p.s[p.len - 1] != '\n') r = next_piece(m, &p);
  if (r == -1) return -1;
  m->start = m->at + (off_t)m->pos;
  /* mbox_text moves it to the message behind */
  m->next = m->size;
  return 1;
}
