/* ISC licence; see LICENSE. */
#include "fetch_section.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "message/crlf.h"
#include "message/header.h"

#define CHUNK 32768
#define NUL_AS_80 1

/*
 * Where the last large text was left off, for clients that fetch it piece by
 * piece: without it each piece of a large message would count the line ends
 * of all before it again. A file is known by what fstat says of it. One
 * process serves one client, so one place is enough.
 */
static struct {
  int used;
  struct stat st;
  struct crlf_reader r;
} last;

static int last_is(const struct fetch_file *f, uint64_t at, uint64_t len)
{
  return last.used && last.r.at == at && last.r.len == len &&
         fetch_file_same(&last.st, &f->st);
}

uint64_t fetch_section_slice(const struct body_section *b, uint64_t total,
                             uint64_t *from)
{
  *from = 0;
  if (!b->partial) return total;
  *from = b->origin < total ? b->origin : total;
  return b->count < total - *from ? b->count : total - *from;
}

/* A literal also for nothing, since some clients know no other form here. */
void fetch_section_head(struct reply *out, const struct body_section *b,
                        uint64_t n, int literal8)
{
  reply_put(out, b->label.s, b->label.len);
  reply_puts(out, literal8 ? " ~{" : " {");
  reply_num(out, n);
  reply_puts(out, "}\r\n");
}

void fetch_section_nil(struct reply *out, const struct body_section *b)
{
  reply_put(out, b->label.s, b->label.len);
  reply_puts(out, " NIL");
}

/* a text that is in memory as it is to be sent */
static void put_text(struct reply *out, const struct body_section *b,
                     const char *s, size_t len)
{
  uint64_t from, n = fetch_section_slice(b, len, &from);

  fetch_section_head(out, b, n, 0);
  if (n) reply_put(out, s + from, (size_t)n);
}

/* a text that is in memory as it is stored; a whole file that fits a first
 * read was counted there, a longer one maybe before it was read */
static void put_stored(struct reply *out, const struct fetch_file *f,
                       const struct body_section *b, const char *s, size_t len)
{
  stralloc t = STRALLOC_ZERO;
  int counted = !b->depth && b->what == SECTION_ALL
    && f->st.st_size <= FILE_FIRST_READ;
  uint64_t size;

  if (b->partial) {
    crlf_cat(&t, s, len, NUL_AS_80);
    put_text(out, b, t.s, t.len);
    stralloc_free(&t);
    return;
  }
  size = counted ? (uint64_t)f->vsize : crlf_size(s, len);
  fetch_section_head(out, b, size, 0);
  if (!out->dead) crlf_cat_sized(&out->buf, s, len, size, NUL_AS_80);
}

/* a stretch of the file, converted straight into what is sent */
static int put_range(struct reply *out, const struct fetch_file *f,
                     const struct body_section *b,
                     const struct section_range *range)
{
  uint64_t from, n = fetch_section_slice(b, range->vlen, &from);
  struct crlf_reader r;
  size_t want;
  ssize_t got;

  crlf_open(&r, f->fd, range->at, range->len, range->vlen, range->has_nul);
  if (last_is(f, range->at, range->len)) {
    r = last.r;
    r.fd = f->fd;
  }
  last.used = 0;
  if (crlf_seek(&r, from) == -1) return -1;
  fetch_section_head(out, b, n, 0);
  if (n > CHUNK && reply_flush(out) == -1) return 0;
  while (n && !out->dead) {
    want = n < CHUNK ? (size_t)n : CHUNK;
    stralloc_readyplus(&out->buf, want);
    got = crlf_read(&r, out->buf.s + out->buf.len, want);
    if (!got) errno = EIO;
    if (got <= 0) return -2;
    out->buf.len += (size_t)got;
    n -= (uint64_t)got;
    if (n && reply_flush(out) == -1) return 0;
  }
  last.used = 1;
  last.st = f->st;
  last.r = r;
  return 0;
}

/* up to CHUNK octets of a range from at on; 0 at its end, -1 errno */
static ssize_t piece(const struct fetch_file *f,
                     const struct section_range *range, uint64_t at,
                     char buf[CHUNK])
{
  size_t want = range->len - at < CHUNK ? (size_t)(range->len - at) : CHUNK;
  ssize_t got;

  if (!want) return 0;
  do got = pread(f->fd, buf, want, (off_t)(range->at + at));
  while (got == -1 && errno == EINTR);
  if (!got) errno = EIO;        /* shorter than it was */
  return got > 0 ? got : -1;
}

int fetch_section_find(struct fetch_file *f, struct lstr parts,
                       const struct body_section *b,
                       struct section_range *range)
{
  int r;

  if (b->too_deep) return 0;
  if (!b->depth && b->what == SECTION_HEADER) {
    r = fetch_file_header(f);
    if (r == -1) return -1;
    if (r) {
      memset(range, 0, sizeof *range);
      range->len = f->header.len;
      return 1;
    }
  }
  if (!b->depth && b->what == SECTION_ALL) {
    /* Nothing is parsed. But the line ends must be counted, since a size in a
     * file's name may be wrong and that of a literal must not. */
    if (fetch_file_count(f) == -1) return -1;
    memset(range, 0, sizeof *range);
    range->len = (uint64_t)f->st.st_size;
    range->vlen = (uint64_t)f->vsize;
    range->has_nul = f->has_nul;
    return 1;
  }
  if (fetch_file_parts(f, parts) == -1) return -1;
  return section_find(f->mime.root, b->path, b->depth, b->what, range);
}

/* of a text that comes in pieces: what is still to be passed over, and what
 * is still to be put */
struct window { uint64_t skip, n; };

static void put_window(struct reply *out, struct window *w, stralloc *t)
{
  size_t from = w->skip < t->len ? (size_t)w->skip : t->len;
  size_t n = w->n < t->len - from ? (size_t)w->n : t->len - from;

  w->skip -= from;
  w->n -= n;
  if (n) reply_put(out, t->s + from, n);
  t->len = 0;
}

/* one run of the filter over a range; out == 0 only counts */
static int filter_run(const struct fetch_file *f,
                      const struct section_range *range,
                      struct header_filter *filter, struct reply *out,
                      struct window *w)
{
  stralloc t = STRALLOC_ZERO;
  char buf[CHUNK];
  uint64_t at = 0;
  ssize_t got;

  do {
    got = piece(f, range, at, buf);
    if (got == -1) break;
    at += (uint64_t)got;
    if (got) header_filter_feed(filter, buf, (size_t)got, out ? &t : 0);
    else header_filter_end(filter, out ? &t : 0);
    if (out) put_window(out, w, &t);
  } while (got && !(out && reply_drain(out) == -1));
  stralloc_free(&t);
  return got == -1 ? -1 : 0;
}

/* fields of a header that is too long for memory: once for the size, once
 * for the text */
static int put_filtered(struct reply *out, const struct fetch_file *f,
                        const struct body_section *b,
                        const struct section_range *range)
{
  struct header_filter filter;
  struct window w;

  header_filter_begin(&filter, b->names, b->n, b->fields == 2);
  if (filter_run(f, range, &filter, 0, 0) == -1) return -1;
  w.n = fetch_section_slice(b, filter.size, &w.skip);
  fetch_section_head(out, b, w.n, 0);
  header_filter_begin(&filter, b->names, b->n, b->fields == 2);
  if (filter_run(f, range, &filter, out, &w) == -1) return -2;
  if (!w.n || out->dead) return 0;
  errno = EIO;                  /* the file was written to between the runs */
  return -2;
}

static void put_fields(struct reply *out, const struct body_section *b,
                       const char *s, size_t len)
{
  static stralloc t;            /* kept: this is done for many messages */

  t.len = 0;
  header_fields(s, len, b->names, b->n, b->fields == 2, &t);
  put_text(out, b, t.s, t.len);
  if (t.a > CHUNK) stralloc_free(&t);
}

void fetch_section_cached(struct reply *out, const struct body_section *b,
                          struct lstr headers)
{
  put_fields(out, b, headers.s, headers.len);
}

int fetch_section_put(struct reply *out, struct fetch_file *f,
                      struct lstr parts, const struct body_section *b)
{
  struct section_range range;
  const char *text;
  int r = fetch_section_find(f, parts, b, &range);

  if (r == -1) return -1;
  if (!r) {
    fetch_section_nil(out, b);
    return 0;
  }
  if (range.at + range.len <= FILE_FIRST_READ && fetch_file_first(f) == -1)
    return -1;
  if (!fetch_file_in_memory(f, range.at, range.len))
    return b->fields ? put_filtered(out, f, b, &range)
                     : put_range(out, f, b, &range);
  text = range.len ? f->raw.s + range.at : "";
  if (b->fields) put_fields(out, b, text, (size_t)range.len);
  else put_stored(out, f, b, text, (size_t)range.len);
  return 0;
}
