/* ISC licence; see LICENSE. */
#include <string.h>

#include "base/alloc.h"
#include "message/header.h"

/*
 * At a line start (FILTER_START) the first octet tells a continuation, which
 * shares the fate of the line before it, from a new line. A new line is held
 * back in name until the colon, or what cannot be a name, decides its fate;
 * then the rest of it passes or is dropped (FILTER_LINE).
 */
enum { FILTER_START, FILTER_NAME, FILTER_SPACE, FILTER_LINE, FILTER_DONE };

/* Names that begin alike share a bit. */
static uint32_t first_bit(char c)
{
  return 1u << (c & 31);
}

void header_filter_begin(struct header_filter *f, const struct lstr *names,
                         size_t n, int not)
{
  memset(f, 0, sizeof *f);
  f->names = names;
  f->n = n;
  f->not = not;
  for (; n--; names++)
    if (names->len) f->first |= first_bit(names->s[0]);
}

/* s holds no LF but at its end; line ends become CR LF */
static void put(struct header_filter *f, const char *s, size_t n,
                stralloc *out)
{
  int lf = n && s[n - 1] == '\n';
  int bare = lf && (n > 1 ? s[n - 2] != '\r' : !f->cr);
  char *p;

  if (!n) return;
  f->cr = s[n - 1] == '\r';
  f->size += n + (size_t)bare;
  if (!out) return;
  stralloc_readyplus(out, n + 1);
  p = out->s + out->len;
  memcpy(p, s, n - (size_t)lf);
  out->len += n - (size_t)lf;
  if (memchr(p, 0, n - (size_t)lf))
    for (; p < out->s + out->len; p++) if (!*p) *p = (char)0x80;
  if (lf) stralloc_catb(out, bare ? "\r\n" : "\n", bare ? 2 : 1);
}

static int matches(const struct header_filter *f, size_t len)
{
  struct lstr name = { f->name, len };
  size_t i;

  for (i = 0; i < f->n; i++)
    if (lstr_case_eq(f->names[i], name)) return 1;
  return 0;
}

/*
 * what is held is a field's name (is_field) of name_len octets and white
 * space up to held, or is no field; its fate is known
 */
static void decide(struct header_filter *f, int is_field, stralloc *out)
{
  size_t len = f->name_len;

  while (len && (f->name[len - 1] == ' ' || f->name[len - 1] == '\t')) len--;
  f->keep = is_field && len && matches(f, len) != f->not;
  f->cr = 0;
  if (f->keep) put(f, f->name, f->name_len, out);
  f->state = FILTER_LINE;
}

/* takes one octet of a line's start; returns 1 if it is used, 0: see state */
static int name_octet(struct header_filter *f, char c, stralloc *out)
{
  int blank = c == ' ' || c == '\t';

  if (c == ':') {
    decide(f, 1, out);
    return 0;
  }
  if (f->state == FILTER_SPACE && !blank) {
    decide(f, 0, out);
    return 0;
  }
  if (!blank && ((unsigned char)c <= ' ' || c == 0x7F)) {
    decide(f, 0, out);
    return 0;
  }
  if (blank) f->state = FILTER_SPACE;
  if (f->name_len == sizeof f->name) {
    /* too long to be asked for: a field if .NOT is wanted, else dropped */
    f->keep = f->not;
    f->cr = 0;
    if (f->keep) put(f, f->name, f->name_len, out);
    f->state = FILTER_LINE;
    return 0;
  }
  f->name[f->name_len++] = c;
  return 1;
}

static const char *line_rest(struct header_filter *f, const char *p,
                             const char *end, stralloc *out)
{
  const char *lf = memchr(p, '\n', (size_t)(end - p));
  size_t n = (size_t)((lf ? lf + 1 : end) - p);

  if (f->keep) put(f, p, n, out);
  if (lf) f->state = FILTER_START;
  return p + n;
}

/* Pass over lines that begin no field that is asked for. Where to go on. */
static const char *skip(struct header_filter *f, const char *p,
                        const char *end)
{
  const char *lf;

  while (p < end && *p != '\n' && *p != '\r' && *p != ' ' && *p != '\t'
         && !(f->first & first_bit(*p))) {
    lf = memchr(p, '\n', (size_t)(end - p));
    if (!lf) break;
    f->keep = 0;
    p = lf + 1;
  }
  return p;
}

/* the empty line: CR LF, or LF */
static void empty_line(struct header_filter *f, stralloc *out)
{
  f->size += 2;
  if (out) stralloc_catb(out, "\r\n", 2);
  f->state = FILTER_DONE;
}

void header_filter_feed(struct header_filter *f, const char *buf, size_t len,
                        stralloc *out)
{
  const char *p = buf, *end = len ? buf + len : buf;

  while (p < end)
    switch (f->state) {
    case FILTER_START:
      if (!f->not) {
        p = skip(f, p, end);
        if (p == end) return;
      }
      if (*p == '\n') {
        empty_line(f, out);
        return;
      }
      f->name_len = 0;
      if (*p == ' ' || *p == '\t') f->state = FILTER_LINE;
      else if (*p == '\r') {
        /* the fate of "CR LF" and "CR junk" is told by the next octet */
        f->name[f->name_len++] = *p++;
        f->state = FILTER_NAME;
      }
      else f->state = FILTER_NAME;
      break;
    case FILTER_NAME:
    case FILTER_SPACE:
      if (f->name_len && f->name[0] == '\r') {
        if (*p == '\n') {
          empty_line(f, out);
          return;
        }
        decide(f, 0, out);
      }
      else if (name_octet(f, *p, out)) p++;
      break;
    case FILTER_LINE:
      p = line_rest(f, p, end, out);
      break;
    default:
      return;
    }
}

void header_filter_end(struct header_filter *f, stralloc *out)
{
  (void)out;
  f->state = FILTER_DONE;
}

/* ---- a whole block: the same, line by line ---- */

#define QUICK 64                /* names that are found by their first octet */

struct wanted {
  const struct lstr *names;
  size_t n;
  uint64_t quick[32];           /* which of the first, by first octet */
  uint32_t lengths[32];         /* lengths modulo 32, of all, the same way */
};

static void wanted_begin(struct wanted *w, const struct lstr *names, size_t n)
{
  size_t i;

  memset(w, 0, sizeof *w);
  w->names = names;
  w->n = n;
  for (i = 0; i < n; i++) {
    if (!names[i].len) continue;
    w->lengths[names[i].s[0] & 31] |= (uint32_t)1 << (names[i].len & 31);
    if (i < QUICK) w->quick[names[i].s[0] & 31] |= (uint64_t)1 << i;
  }
}

static int is_wanted(const struct wanted *w, struct lstr name)
{
  uint64_t quick = w->quick[name.s[0] & 31];
  size_t i;

  if (!(w->lengths[name.s[0] & 31] >> (name.len & 31) & 1)
      || name.len > HEADER_NAME_MAX) return 0;
  for (; quick; quick &= quick - 1) {
    i = (size_t)__builtin_ctzll(quick);
    if (w->names[i].len == name.len && lstr_case_eq(w->names[i], name))
      return 1;
  }
  for (i = QUICK; i < w->n; i++)
    if (lstr_case_eq(w->names[i], name)) return 1;
  return 0;
}

/* The name of the field that a line begins, without the white space behind
 * it; len 0: it begins none. A name above HEADER_NAME_MAX is too long to be
 * asked for. cut is set if the line ends where it could still be a name. */
static struct lstr line_name(const char *p, const char *end, int *cut)
{
  struct lstr name = { p, 0 };
  const char *q = p;

  while (q < end && (unsigned char)*q > ' ' && *q != 0x7F && *q != ':') q++;
  name.len = (size_t)(q - p);
  while (q < end && (*q == ' ' || *q == '\t')) q++;
  *cut = q == end || (*p == '\r' && end - p == 1);
  if (q == end || *q != ':') name.len = 0;
  if ((size_t)(q - p) > HEADER_NAME_MAX) {
    name.len = (size_t)(q - p);
    *cut = 0;
  }
  return name;
}

static void put_line(const char *p, size_t n, stralloc *out)
{
  int lf = p[n - 1] == '\n';
  size_t text = n - (size_t)lf;
  char *to;

  if (out->a - out->len < n + 1) stralloc_readyplus(out, n + 1);
  to = out->s + out->len;
  memcpy(to, p, text);
  out->len += text;
  if (memchr(to, 0, text))
    for (; to < out->s + out->len; to++) if (!*to) *to = (char)0x80;
  if (!lf) return;
  if (!text || p[text - 1] != '\r') out->s[out->len++] = '\r';
  out->s[out->len++] = '\n';
}

void header_fields(const char *p, size_t len, const struct lstr *names,
                   size_t n, int not, stralloc *out)
{
  const char *end = len ? p + len : p, *lf, *next;
  struct lstr name;
  struct wanted w;
  int keep = 0, cut;

  wanted_begin(&w, names, n);
  for (; p < end; p = next) {
    if (*p == '\n' || (*p == '\r' && end - p > 1 && p[1] == '\n')) {
      stralloc_catb(out, "\r\n", 2);
      return;
    }
    lf = memchr(p, '\n', (size_t)(end - p));
    next = lf ? lf + 1 : end;
    if (*p != ' ' && *p != '\t') {
      if (!not && !w.lengths[*p & 31]) {        /* most lines */
        keep = 0;
        continue;
      }
      name = line_name(p, next, &cut);
      if (cut) return;
      keep = name.len && is_wanted(&w, name) != not;
    }
    if (keep) put_line(p, (size_t)(next - p), out);
  }
}
