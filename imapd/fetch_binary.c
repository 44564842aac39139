/* ISC licence; see LICENSE. */
#include "fetch_binary.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "fetch_section.h"
#include "message/crlf.h"
#include "message/decode.h"

#define CHUNK 32768

/* A section as it comes out of its encoding. It holds no memory, so that a
 * place in it can be kept by copying. */
struct stream {
  struct crlf_reader in;        /* the encoded text, as BODY[...] sends it */
  struct decoder decoder;
  int text;                     /* line ends become CR LF */
  int cr;                       /* the last octet was CR */
  int ended;
  uint64_t at;                  /* octets that came out so far */
};

/*
 * The section that was asked for last: its size, and where the last piece of
 * it began to be read, for clients that fetch a large one piece by piece.
 */
static struct {
  int used;
  struct stat st;
  uint64_t at, len;             /* of the encoded text in the file */
  uint64_t size;
  int has_nul;
  struct stream mark;
} last;

/* UTF-16, UTF-32 and UCS have line ends that CR LF in octets would damage. */
static int octet_lines(struct lstr charset)
{
  static const char *const wide[] = { "utf-16", "utf16", "utf-32", "utf32",
                                      "ucs", "iso-10646-ucs" };
  size_t i, n;

  for (i = 0; i < sizeof wide / sizeof *wide; i++) {
    n = strlen(wide[i]);
    if (charset.len >= n && !strncasecmp(charset.s, wide[i], n)) return 0;
  }
  return 1;
}

/* the part whose body a range is, if it is one that may be encoded */
static const struct mime_part *leaf(const struct section_range *range)
{
  if (!range->whole_part || range->part->kind != MIME_LEAF) return 0;
  return range->part;
}

static void begin(struct stream *t, const struct fetch_file *f,
                  const struct section_range *range)
{
  const struct mime_part *p = leaf(range);

  memset(t, 0, sizeof *t);
  crlf_open(&t->in, f->fd, range->at, range->len, range->vlen, 0);
  decode_begin(&t->decoder, p ? p->encoding : MIME_BINARY);
  t->text = p && p->flags & MIME_TEXT && octet_lines(p->charset);
}

/* LF without CR becomes CR LF */
static void cat_lines(struct stream *t, const char *s, size_t len,
                      stralloc *out)
{
  size_t i;

  for (i = 0; i < len; i++) {
    if (s[i] == '\n' && !t->cr) stralloc_append(out, '\r');
    stralloc_append(out, s[i]);
    t->cr = s[i] == '\r';
  }
}

/* The next octets into out, which is emptied; there may be none though there
 * are more to come. 1; 0 at the end; -1 errno. */
static int next(struct stream *t, stralloc *out)
{
  char in[CHUNK], decoded[DECODE_ROOM(CHUNK)];
  ssize_t got;
  size_t n;

  out->len = 0;
  if (t->ended) return 0;
  got = crlf_read(&t->in, in, sizeof in);
  if (got == -1) return -1;
  t->ended = !got;
  n = got ? decode_feed(&t->decoder, in, (size_t)got, decoded)
          : decode_end(&t->decoder, decoded);
  if (t->text) cat_lines(t, decoded, n, out);
  else stralloc_catb(out, decoded, n);
  t->at += out->len;
  return 1;
}

/* last becomes the section: its size is counted unless it is that already */
static int measure(const struct fetch_file *f,
                   const struct section_range *range)
{
  stralloc piece = STRALLOC_ZERO;
  struct stream t;
  int r;

  if (last.used && last.at == range->at && last.len == range->len &&
      fetch_file_same(&last.st, &f->st))
    return 0;
  last.used = last.has_nul = 0;
  begin(&t, f, range);
  last.mark = t;
  while ((r = next(&t, &piece)) == 1)
    if (piece.len && memchr(piece.s, 0, piece.len)) last.has_nul = 1;
  stralloc_free(&piece);
  if (r == -1) return -1;
  last.used = 1;
  last.st = f->st;
  last.at = range->at;
  last.len = range->len;
  last.size = t.at;
  return 0;
}

/* n octets from offset from on, behind their announcement */
static int put_octets(struct reply *out, const struct fetch_file *f,
                      const struct section_range *range, uint64_t from,
                      uint64_t n)
{
  stralloc piece = STRALLOC_ZERO;
  struct stream t = last.mark;
  size_t skip, some;
  int r = 1;

  if (t.at > from) begin(&t, f, range);
  t.in.fd = f->fd;
  while (n && !out->dead) {
    last.mark = t;
    r = next(&t, &piece);
    if (r != 1) break;
    if (t.at <= from) continue;
    skip = piece.len - (size_t)(t.at - from);
    some = n < piece.len - skip ? (size_t)n : piece.len - skip;
    reply_put(out, piece.s + skip, some);
    from += some;
    n -= some;
    if (reply_drain(out) == -1) break;
  }
  stralloc_free(&piece);
  if (!n || out->dead) return 0;
  last.used = 0;
  if (!r) errno = EIO;          /* the file was changed between the passes */
  return -2;
}

static void put_number(struct reply *out, const struct body_section *b,
                       uint64_t n)
{
  reply_put(out, b->label.s, b->label.len);
  reply_put(out, " ", 1);
  reply_num(out, n);
}

int fetch_binary_known(struct fetch_file *f, struct lstr parts,
                       const struct body_section *b)
{
  struct section_range range;
  int r = fetch_section_find(f, parts, b, &range);

  if (r == -1) return -1;
  return !r || !leaf(&range) || leaf(&range)->encoding != MIME_UNKNOWN;
}

int fetch_binary_put(struct reply *out, struct fetch_file *f,
                     struct lstr parts, const struct body_section *b)
{
  struct section_range range;
  uint64_t from, n;
  int r = fetch_section_find(f, parts, b, &range);

  if (r == 1 && measure(f, &range) == -1) r = -1;
  if (r == -1) return -1;
  if (b->form == SECTION_BINARY_SIZE) {
    put_number(out, b, r ? last.size : 0);
    return 0;
  }
  if (!r) {
    fetch_section_nil(out, b);
    return 0;
  }
  n = fetch_section_slice(b, last.size, &from);
  fetch_section_head(out, b, n, last.has_nul);
  return put_octets(out, f, &range, from, n);
}
