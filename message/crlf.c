/* ISC licence; see LICENSE. */
#include "crlf.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/alloc.h"
#include "message/line_scan.h"

#define WINDOW 32768

void crlf_open(struct crlf_reader *r, int fd, uint64_t at, uint64_t len,
               uint64_t vlen, int nul)
{
  r->fd = fd;
  r->at = at;
  r->len = len;
  r->vlen = vlen;
  r->nul = nul;
  r->pos = r->vpos = 0;
  r->cr = r->half = 0;
}

int crlf_plain(const struct crlf_reader *r)
{
  return r->len == r->vlen && !r->nul;
}

/* up to n octets from pos on; 0 only at the end of the stretch */
static ssize_t window(struct crlf_reader *r, char *buf, size_t n)
{
  uint64_t left = r->len - r->pos;
  ssize_t k;

  if (n > left) n = (size_t)left;
  if (!n) return 0;
  do k = pread(r->fd, buf, n, (off_t)(r->at + r->pos));
  while (k == -1 && errno == EINTR);
  if (k == 0) {
    errno = EIO;
    return -1;
  }
  return k;
}

/*
 * pass octets of p until v virtual ones are behind us or all n are used; the
 * whole of them by counting, the last of them line by line
 */
static void pass(struct crlf_reader *r, const char *p, size_t n, uint64_t v)
{
  struct line_count c = { 0, 0 };
  const char *end = p + n, *lf, *stop;
  uint64_t left;

  line_scan(p, n, r->cr ? '\r' : 0, 0, &c);
  if (r->vpos + n + (c.lf - c.crlf) <= v) {
    r->pos += n;
    r->vpos += n + (c.lf - c.crlf);
    r->cr = p[n - 1] == '\r';
    return;
  }
  while ((left = v - r->vpos) > 0 && p < end) {
    stop = left < (uint64_t)(end - p) ? p + left : end;
    lf = memchr(p, '\n', (size_t)(stop - p));
    if (lf) stop = lf;
    r->pos += (uint64_t)(stop - p);
    r->vpos += (uint64_t)(stop - p);
    if (stop > p) r->cr = stop[-1] == '\r';
    p = stop;
    if (!lf) continue;
    if (!r->cr && ++r->vpos == v) {
      r->half = 1;
      return;
    }
    r->pos++;
    r->vpos++;
    r->cr = 0;
    p++;
  }
}

int crlf_seek(struct crlf_reader *r, uint64_t v)
{
  char buf[WINDOW];
  ssize_t k;

  if (v > r->vlen) v = r->vlen;
  if (r->len == r->vlen) {
    r->pos = r->vpos = v;
    r->cr = r->half = 0;
    return 0;
  }
  if (v < r->vpos) {
    r->pos = r->vpos = 0;
    r->cr = r->half = 0;
  }
  if (r->half && v > r->vpos) {
    r->pos++;
    r->vpos++;
    r->half = r->cr = 0;
  }
  while (r->vpos < v) {
    k = window(r, buf, sizeof buf);
    if (k == -1) return -1;
    if (k == 0) break;
    pass(r, buf, (size_t)k, v);
  }
  return 0;
}

#ifdef __SSE2__

/*
 * n octets of p to sent form where there is room for that, 16 at a time: all
 * of them are put out, up to an LF they count. cr: was the octet before a CR?
 * Less than 16 octets are left for the caller. Returns where out goes on.
 */
static char *convert_blocks(const char **from, const char *end, int *cr,
                            char *to)
{
  const __m128i lf = _mm_set1_epi8('\n');
  const char *p = *from;
  char last = *cr ? '\r' : 0;
  int found, n;

  while (end - p >= 16) {
    __m128i v = _mm_loadu_si128((const __m128i *)p);

    found = _mm_movemask_epi8(_mm_cmpeq_epi8(v, lf));
    _mm_storeu_si128((__m128i *)to, v);
    n = found ? __builtin_ctz((unsigned)found) : 16;
    p += n;
    to += n;
    if (n) last = p[-1];
    if (!found) continue;
    if (last != '\r') *to++ = '\r';
    last = *to++ = '\n';
    p++;
  }
  *cr = last == '\r';
  *from = p;
  return to;
}

#else

static char *convert_blocks(const char **from, const char *end, int *cr,
                            char *to)
{
  (void)from;
  (void)end;
  (void)cr;
  return to;
}

#endif

/* octets of p to sent form; ends when p is used up or out is full. fits: out
 * has room for all of it */
static size_t convert(struct crlf_reader *r, const char *p, size_t n,
                      char *out, size_t room, int fits)
{
  const char *end = p + n, *stop, *lf;
  char *to = out, *full = out + room;

  while (p < end && to < full) {
    if (!r->half) {
      stop = fits || (size_t)(end - p) <= (size_t)(full - to) / 2
        ? end : p + (full - to) / 2;
      lf = p;
      to = convert_blocks(&p, stop, &r->cr, to);
      r->pos += (uint64_t)(p - lf);
      if (p == end) break;
    }
    if (r->half) {
      *to++ = '\n';
      p++;
      r->pos++;
      r->half = r->cr = 0;
      continue;
    }
    stop = full - to < end - p ? p + (full - to) : end;
    lf = memchr(p, '\n', (size_t)(stop - p));
    if (lf) stop = lf;
    memcpy(to, p, (size_t)(stop - p));
    to += stop - p;
    r->pos += (uint64_t)(stop - p);
    if (stop > p) r->cr = stop[-1] == '\r';
    p = stop;
    if (!lf) continue;
    if (!r->cr) *to++ = '\r';
    r->half = 1;                /* the LF comes from above */
  }
  r->vpos += (uint64_t)(to - out);
  return (size_t)(to - out);
}

static void nul_to_80(char *p, size_t n)
{
  char *end = p + n;

  while (p < end && (p = memchr(p, 0, (size_t)(end - p)))) *p++ = (char)0x80;
}

ssize_t crlf_read(struct crlf_reader *r, char *buf, size_t n)
{
  char win[WINDOW];
  size_t done = 0;
  ssize_t k;

  while (done < n && r->pos < r->len) {
    if (r->len == r->vlen) {
      k = window(r, buf + done, n - done);
      if (k == -1) return -1;
      r->pos += (uint64_t)k;
      r->vpos += (uint64_t)k;
      done += (size_t)k;
      continue;
    }
    k = window(r, win, n - done < sizeof win ? n - done : sizeof win);
    if (k == -1) return -1;
    done += convert(r, win, (size_t)k, buf + done, n - done, 0);
  }
  if (r->nul) nul_to_80(buf, done);
  return (ssize_t)done;
}

uint64_t crlf_size(const char *s, size_t len)
{
  struct line_count c = { 0, 0 };

  line_scan(s, len, 0, 0, &c);
  return len + (c.lf - c.crlf);
}

void crlf_cat(stralloc *out, const char *s, size_t len, int nul)
{
  crlf_cat_sized(out, s, len, crlf_size(s, len), nul);
}

void crlf_cat_sized(stralloc *out, const char *s, size_t len, uint64_t size,
                    int nul)
{
  struct crlf_reader r;

  if (!len) return;
  stralloc_readyplus(out, size);
  crlf_open(&r, -1, 0, len, size, nul);
  convert(&r, s, len, out->s + out->len, size, 1);
  if (nul) nul_to_80(out->s + out->len, size);
  out->len += size;
}

/* crs: 0, or 1 (one CR is held back), or 2 (in a run of CRs, all given) */
size_t crlf_strip(struct crlf_strip *s, const char *in, size_t len, char *out)
{
  const char *p = in, *end = len ? in + len : in, *cr;
  char *to = out;

  while (p < end) {
    if (s->crs) {
      if (*p == '\r') {
        if (s->crs == 1) *to++ = '\r';
        *to++ = '\r';
        s->crs = 2;
      }
      else {
        if (s->crs == 1 && *p != '\n') *to++ = '\r';
        *to++ = *p;
        s->crs = 0;
      }
      p++;
      continue;
    }
    cr = memchr(p, '\r', (size_t)(end - p));
    if (!cr) cr = end;
    memcpy(to, p, (size_t)(cr - p));
    to += cr - p;
    p = cr;
    if (p < end) {
      s->crs = 1;
      p++;
    }
  }
  return (size_t)(to - out);
}

size_t crlf_strip_end(struct crlf_strip *s, char *out)
{
  int held = s->crs == 1;

  if (held) *out = '\r';
  s->crs = 0;
  return (size_t)held;
}
