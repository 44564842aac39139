/* ISC licence; see LICENSE. */
#include "text_search.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "message/address.h"
#include "message/charset.h"
#include "message/decode.h"
#include "message/find.h"
#include "message/fold.h"
#include "message/header.h"
#include "message/utf8.h"

/*
 * Octets of the file come through a window, are decoded, converted to UTF-8,
 * folded, have their line breaks made spaces, and are appended to hay, where
 * the keys are looked for; then all of hay but as much as a key could still
 * begin in is dropped. A stage that has nothing to do is left out.
 *
 * The buffers are kept from call to call (this is not reentrant).
 */

#define WINDOW 65536
#define PIECE_MAX 262144        /* a field longer than this goes in pieces */
#define SPACE_MAX 1024          /* longer white space is taken as it is */

struct search {
  int fd;
  struct search_key *keys;
  size_t n, left;               /* keys; not found yet */
  size_t longest;               /* of the keys */
  int spaces;                   /* a key has white space in it */
  size_t want;                  /* which keys: a field's, or these scopes */
  const struct lstr *field;
  uint64_t win_at;
  size_t win_len;
  size_t nspace;                /* white space not yet given to hay */
  int line_break;               /* there is a line break in it */
};

static char window[WINDOW];
static char space_held[SPACE_MAX];
static stralloc decoded, text, folded, hay, field_text, piece;

static int is_space(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/*
 * the octets of the file at offset at, up to n, at least one; they live until
 * the next call. Returns how many, -1 with errno.
 */
static ssize_t octets(struct search *s, uint64_t at, uint64_t n,
                      const char **p)
{
  ssize_t r;

  if (at < s->win_at || at >= s->win_at + s->win_len) {
    do r = pread(s->fd, window, sizeof window, (off_t)at);
    while (r == -1 && errno == EINTR);
    if (r == 0) errno = EIO;    /* shorter than the tree says */
    if (r < 1) {
      s->win_len = 0;
      return -1;
    }
    s->win_at = at;
    s->win_len = (size_t)r;
  }
  *p = window + (at - s->win_at);
  if (n > s->win_at + s->win_len - at) n = s->win_at + s->win_len - at;
  return (ssize_t)n;
}

/* does key count in what is being read? */
static int applies(const struct search *s, const struct search_key *k)
{
  if (k->found || k->text.len > SEARCH_KEY_MAX) return 0;
  if (s->field)
    return k->scope == SEARCH_HEADER && lstr_case_eq(k->field, *s->field);
  return s->want >> k->scope & 1;
}

static int any_applies(const struct search *s)
{
  size_t i;

  for (i = 0; i < s->n; i++) if (applies(s, &s->keys[i])) return 1;
  return 0;
}

static void look(struct search *s)
{
  struct search_key *k;

  for (k = s->keys; k < s->keys + s->n; k++) {
    if (!applies(s, k) || k->text.len > hay.len) continue;
    if (k->text.len
        && !find_octets(hay.s, hay.len, k->text.s, k->text.len)) continue;
    k->found = 1;
    s->left--;
  }
}

/* a run of text begins: no key may match over its start */
static void run_begin(struct search *s)
{
  hay.len = 0;
  s->nspace = 0;
  s->line_break = 0;
}

static void space_end(struct search *s, stralloc *out)
{
  if (s->line_break) stralloc_append(out, ' ');
  else stralloc_catb(out, space_held, s->nspace);
  s->nspace = 0;
  s->line_break = 0;
}

/* white space with a line break in it becomes one space */
static void flatten(struct search *s, const char *p, size_t n, stralloc *out)
{
  const char *end = p + n, *stop;

  stralloc_readyplus(out, n);
  while (p < end) {
    if (is_space(*p)) {
      if (s->nspace == SPACE_MAX && !s->line_break) space_end(s, out);
      if (*p == '\n') s->line_break = 1;
      if (s->nspace < SPACE_MAX) space_held[s->nspace++] = *p;
      p++;
      continue;
    }
    if (s->nspace) space_end(s, out);
    stop = memchr(p, '\n', (size_t)(end - p));
    if (!stop) stop = end;
    while (is_space(stop[-1])) stop--;
    stralloc_catb(out, p, (size_t)(stop - p));
    p = stop;
  }
}

static void drop_searched(struct search *s)
{
  size_t keep = s->longest ? s->longest - 1 : 0;

  if (hay.len <= keep) return;
  memmove(hay.s, hay.s + hay.len - keep, keep);
  hay.len = keep;
}

/* UTF-8 text, whole characters */
static void run_text(struct search *s, const char *p, size_t n)
{
  if (!n) return;
  if (s->spaces) {
    folded.len = 0;
    fold(&folded, p, n);
    flatten(s, folded.s, folded.len, &hay);
  }
  else fold(&hay, p, n);
  look(s);
  drop_searched(s);
}

static void run_end(struct search *s)
{
  if (s->nspace) {
    space_end(s, &hay);
    look(s);
  }
}

/*
 * addresses as ENVELOPE has them, joined by "@": SEARCH FROM and the like
 * mean these (RFC 3501 section 6.4.4), also where the field has comments or
 * white space in an address
 */
static int plain_addresses(struct lstr name, struct lstr body)
{
  static const char *const fields[] = { "from", "to", "cc", "bcc" };
  size_t i;

  field_text.len = 0;
  for (i = 0; !lstr_is(name, fields[i]); )
    if (++i == sizeof fields / sizeof *fields) return 0;
  address_plain(&field_text, body.s, body.len);
  return field_text.len > 0;
}

static void addresses(struct search *s, struct lstr name, struct lstr body)
{
  if (!plain_addresses(name, body)) return;
  run_begin(s);
  run_text(s, field_text.s, field_text.len);
}

/* one field, decoded, for the keys that ask for it, and as "Name: body" */
static void field(struct search *s, struct lstr name, struct lstr body,
                  int headers)
{
  int named, general;

  s->field = &name;
  named = headers && any_applies(s);
  s->field = 0;
  general = any_applies(s);
  if (!named && !general) return;
  text.len = 0;
  stralloc_catb(&text, name.s, name.len);
  stralloc_cats(&text, ": ");
  rfc2047_decode(body.s, body.len, &text);
  if (named) {
    s->field = &name;
    run_begin(s);
    look(s);                    /* an empty key */
    run_text(s, text.s + name.len + 2, text.len - name.len - 2);
    run_end(s);
    if (any_applies(s)) addresses(s, name, body);
    s->field = 0;
  }
  if (!general) return;
  run_begin(s);
  run_text(s, text.s, text.len);
  run_end(s);
}

/* lines of a header that are no field; TEXT counts them all the same */
static void no_field(struct search *s, const char *p, const char *end)
{
  while (p < end && is_space(*p)) p++;
  if (p == end || !any_applies(s)) return;
  text.len = 0;
  rfc2047_decode(p, (size_t)(end - p), &text);
  run_begin(s);
  run_text(s, text.s, text.len);
  run_end(s);
}

static void block(struct search *s, const char *p, size_t n, int headers)
{
  const char *from = p;
  struct header_field f;
  size_t pos = 0;

  while (s->left && header_next(p, n, &pos, &f)) {
    if (f.whole.s > from) no_field(s, from, f.whole.s);
    field(s, f.name, f.body, headers);
    from = f.whole.s + f.whole.len;
  }
  if (s->left) no_field(s, from, p + n);
}

static int begins_like(struct lstr name, char c)
{
  return name.len && (name.s[0] | 32) == (c | 32);
}

/* does a key ask for a field whose name begins like this? */
static int may_be_named(const struct search *s, char c)
{
  size_t i;

  for (i = 0; i < s->n; i++)
    if (begins_like(s->keys[i].field, c)) return 1;
  return 0;
}

static int at_empty_line(const char *p, size_t n)
{
  return *p == '\n' || (n > 1 && *p == '\r' && p[1] == '\n');
}

static size_t line_end(const char *p, size_t n, size_t pos)
{
  const char *lf = memchr(p + pos, '\n', n - pos);

  return lf ? (size_t)(lf + 1 - p) : n;
}

/* as block, where no key asks for more than named fields: the others are
 * passed over line by line */
static void named_fields(struct search *s, const char *p, size_t n)
{
  struct header_field f;
  size_t pos = 0;

  while (s->left && pos < n && !at_empty_line(p + pos, n - pos)) {
    if (!may_be_named(s, p[pos])) pos = line_end(p, n, pos);
    else if (!header_next(p, n, &pos, &f)) break;
    else field(s, f.name, f.body, 1);
  }
}

/* where the last field of the n octets starts: it may not be whole */
static size_t last_field(const char *p, size_t n)
{
  const char *lf, *end = p + n;

  while ((lf = memrchr(p, '\n', n))) {
    n = (size_t)(lf - p);
    if (lf + 1 < end && lf[1] != ' ' && lf[1] != '\t') return n + 1;
  }
  return 0;
}

/* fill piece with the file from at, up to max octets or end */
static int fill(struct search *s, uint64_t at, uint64_t end, size_t max)
{
  const char *p;
  ssize_t r;

  at += piece.len;
  while (at < end && piece.len < max) {
    r = octets(s, at, end - at, &p);
    if (r == -1) return -1;
    stralloc_catb(&piece, p, (size_t)r);
    at += (uint64_t)r;
  }
  return 0;
}

/* the octets of piece that the field has, if it ends there; else 0 */
static size_t field_end(void)
{
  const char *p = piece.s, *end = p + piece.len, *lf;

  for (; (lf = memchr(p, '\n', (size_t)(end - p))); p = lf + 1)
    if (lf + 1 < end && lf[1] != ' ' && lf[1] != '\t')
      return (size_t)(lf + 1 - piece.s);
  return 0;
}

/* where to cut a piece of a field: before white space, else anywhere */
static size_t field_cut(void)
{
  size_t n = piece.len;

  while (n > 1 && piece.s[n - 1] != ' ' && piece.s[n - 1] != '\t') n--;
  if (n > 1) return n - 1;
  n = piece.len;
  while (n > 8 && (is_space(piece.s[n - 1]) || piece.s[n - 1] & 0x80)
         && piece.len - n < 8) n--;
  return n;
}

/* do the first n octets of piece end with an encoded word? */
static int ends_with_word(size_t n)
{
  while (n && is_space(piece.s[n - 1])) n--;
  return n > 2 && !memcmp(piece.s + n - 2, "?=", 2);
}

/*
 * one run over a field of any length that starts at at, its body at body;
 * quiet: only to find where it ends. *next is set to that.
 */
static int field_run(struct search *s, uint64_t at, uint64_t end, int quiet,
                     uint64_t *next)
{
  int word_before = 0, last, first = 1;
  size_t n;

  for (last = 0; !last && at < end; at += n, first = 0) {
    piece.len = 0;
    if (fill(s, at, end, WINDOW) == -1) return -1;
    n = field_end();
    last = n > 0;
    if (!last && at + piece.len == end) n = piece.len;
    else if (!last) n = field_cut();
    if (quiet) continue;
    text.len = 0;
    if (!first && is_space(*piece.s)
        && !(word_before && n > 3 && !memcmp(piece.s + 1, "=?", 2)))
      stralloc_append(&text, ' ');
    rfc2047_decode(piece.s, n, &text);
    word_before = ends_with_word(n);
    run_text(s, text.s, text.len);
  }
  *next = at;
  return 0;
}

/* a field that does not fit into PIECE_MAX; piece has its start */
static int long_field(struct search *s, uint64_t at, uint64_t end,
                      int headers, uint64_t *next)
{
  struct header_field f;
  size_t pos = 0, skip;
  int named = 0, general = 0;

  if (!header_next(piece.s, piece.len, &pos, &f) || f.name.len > 1000)
    return field_run(s, at, end, 1, next);
  field_text.len = 0;
  stralloc_catb(&field_text, f.name.s, f.name.len);
  f.name.s = field_text.s;
  skip = (size_t)(f.body.s - piece.s);
  s->field = &f.name;
  named = headers && any_applies(s);
  if (named) {
    run_begin(s);
    look(s);
    if (field_run(s, at + skip, end, 0, next) == -1) return -1;
    run_end(s);
  }
  s->field = 0;
  general = any_applies(s);
  if (general) {
    run_begin(s);
    run_text(s, f.name.s, f.name.len);
    run_text(s, ": ", 2);
    if (field_run(s, at + skip, end, 0, next) == -1) return -1;
    run_end(s);
  }
  return named || general ? 0 : field_run(s, at + skip, end, 1, next);
}

/* the header at at..end; headers: it is the message's own */
static int header_at(struct search *s, uint64_t at, uint64_t end, int headers)
{
  const char *p;
  ssize_t r;
  size_t n;

  if (at == end) return 0;
  r = octets(s, at, end - at, &p);
  if (r == -1) return -1;
  if ((uint64_t)r == end - at) {        /* nearly always */
    block(s, p, (size_t)r, headers);
    return 0;
  }
  piece.len = 0;
  while (s->left && at < end) {
    if (fill(s, at, end, PIECE_MAX) == -1) return -1;
    n = at + piece.len == end ? piece.len : last_field(piece.s, piece.len);
    if (n) {
      block(s, piece.s, n, headers);
      at += n;
      memmove(piece.s, piece.s + n, piece.len - n);
      piece.len -= n;
    }
    else {
      if (long_field(s, at, end, headers, &at) == -1) return -1;
      piece.len = 0;
    }
  }
  return 0;
}

/* octets of a part that are decoded, to the keys */
static void body_octets(struct search *s, struct charset *cs, const char *p,
                        size_t n)
{
  text.len = 0;
  charset_feed(cs, p, n, &text);
  run_text(s, text.s, text.len);
}

static int body_of(struct search *s, const struct mime_part *part)
{
  uint64_t at = part->body_at, end = at + part->body_len;
  struct decoder d;
  struct charset cs;
  const char *p;
  ssize_t r = 0;

  decode_begin(&d, part->encoding);
  charset_begin(&cs, part->charset);
  run_begin(s);
  for (; s->left && at < end; at += (uint64_t)r) {
    r = octets(s, at, end - at, &p);
    if (r == -1) break;
    if (d.encoding == MIME_BASE64 || d.encoding == MIME_QP) {
      stralloc_ready(&decoded, DECODE_ROOM((size_t)r));
      body_octets(s, &cs, decoded.s, decode_feed(&d, p, (size_t)r, decoded.s));
    }
    else body_octets(s, &cs, p, (size_t)r);
  }
  stralloc_ready(&decoded, DECODE_ROOM(0));
  body_octets(s, &cs, decoded.s, decode_end(&d, decoded.s));
  text.len = 0;
  charset_end(&cs, &text);
  run_text(s, text.s, text.len);
  run_end(s);
  return r == -1 ? -1 : 0;
}

static int part(struct search *s, const struct mime_part *p)
{
  const size_t all = 1u << SEARCH_TEXT, body = 1u << SEARCH_BODY | all;

  s->want = p->parent && p->flags & MIME_IS_MESSAGE ? body : all;
  if (!p->parent || any_applies(s)) {
    if (header_at(s, p->header_at, p->header_at + p->header_len, !p->parent)
        == -1) return -1;
  }
  s->want = body;
  if (p->kind != MIME_LEAF || !(p->flags & (MIME_TEXT | MIME_MESSAGE_TYPE))
      || !any_applies(s)) return 0;
  return body_of(s, p);
}

static void start(struct search *s, struct search_key *keys, size_t n)
{
  size_t i, k;

  memset(s, 0, sizeof *s);
  s->keys = keys;
  s->n = n;
  for (i = 0; i < n; i++) {
    struct lstr t = keys[i].text;

    if (keys[i].found || t.len > SEARCH_KEY_MAX) continue;
    if (!t.len && keys[i].scope != SEARCH_HEADER) {
      keys[i].found = 1;        /* every text contains the empty string */
      continue;
    }
    s->left++;
    if (t.len > s->longest) s->longest = t.len;
    for (k = 0; k < t.len && !s->spaces; k++) s->spaces = is_space(t.s[k]);
  }
}

int search_message(int fd, const struct mime_part *root,
                   struct search_key *keys, size_t n)
{
  const struct mime_part *p;
  struct search s;
  int others = 0;
  size_t i;

  start(&s, keys, n);
  s.fd = fd;
  for (i = 0; i < n; i++)
    if (!keys[i].found && keys[i].scope != SEARCH_HEADER) others = 1;
  for (p = root; p && s.left; p = others ? mime_next(p) : 0)
    if (part(&s, p) == -1) return -1;
  return 0;
}

void search_header(const char *header, size_t len, struct search_key *keys,
                   size_t n)
{
  struct search s;

  start(&s, keys, n);
  if (s.left) named_fields(&s, header, len);
}

/* UTF-8 text as a run of field() has it, and LF */
static void put_run(stralloc *out, const char *s, size_t len, int ended)
{
  static const struct search none;
  struct search state = none;

  folded.len = 0;
  fold(&folded, s, len);
  if (folded.len) flatten(&state, folded.s, folded.len, out);
  if (ended && state.nspace) space_end(&state, out);
  stralloc_append(out, '\n');
}

static void put_field(stralloc *out, struct lstr name, struct lstr body)
{
  size_t at = out->len, addresses_at;

  text.len = 0;
  rfc2047_decode(body.s, body.len, &text);
  put_run(out, text.s, text.len, 1);
  addresses_at = out->len;
  if (!plain_addresses(name, body)) return;
  put_run(out, field_text.s, field_text.len, 0);
  /* the same once more would find nothing more */
  if (find_octets(out->s + at, addresses_at - at, out->s + addresses_at,
                  out->len - addresses_at - 1))
    out->len = addresses_at;
}

void search_field_text(const char *p, size_t n, struct lstr name,
                       stralloc *out)
{
  struct header_field f;
  size_t pos = 0;

  while (pos < n && !at_empty_line(p + pos, n - pos)) {
    if (!begins_like(name, p[pos])) pos = line_end(p, n, pos);
    else if (!header_next(p, n, &pos, &f)) break;
    else if (lstr_case_eq(f.name, name)) put_field(out, name, f.body);
  }
}

int search_field_has(const char *s, size_t len, struct lstr key)
{
  if (!key.len) return len > 0;
  if (key.len > SEARCH_KEY_MAX) return 0;
  return find_octets(s, len, key.s, key.len) != 0;
}

void search_prepare(stralloc *out, const char *s, size_t len)
{
  static const struct search none;
  struct search state = none;

  folded.len = 0;
  fold(&folded, s, len);
  if (folded.len) flatten(&state, folded.s, folded.len, out);
  if (state.nspace) space_end(&state, out);
}

void search_free(void)
{
  stralloc_free(&decoded);
  stralloc_free(&text);
  stralloc_free(&folded);
  stralloc_free(&hay);
  stralloc_free(&field_text);
  stralloc_free(&piece);
}
