/* ISC licence; see LICENSE. */
#include "decode.h"

#include <stdint.h>
#include <string.h>

/*
 * base64: bits holds nheld values of 6 bits; state is 1 after padding.
 * quoted-printable: held is the start of "=XX" or of a soft line break;
 * space is white space (CR too) that a line end would make vanish.
 */

#define BAD 64
#define SPACE 65
#define PAD 66

static const unsigned char sextet[256] = {
#define X BAD
#define X8 X, X, X, X, X, X, X, X
  X, X, X, X, X, X, X, X, X, SPACE, SPACE, X, X, SPACE, X, X,
  X8, X8,
  SPACE, X, X, X, X, X, X, X, X, X, X, 62, X, X, X, 63,
  52, 53, 54, 55, 56, 57, 58, 59, 60, 61, X, X, X, PAD, X, X,
  X, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
  15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, X, X, X, X, X,
  X, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
  41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, X, X, X, X, X,
  X8, X8, X8, X8, X8, X8, X8, X8, X8, X8, X8, X8, X8, X8, X8, X8
#undef X8
#undef X
};

void decode_begin(struct decoder *d, int encoding)
{
  d->encoding = (unsigned char)encoding;
  d->damaged = d->nheld = d->state = 0;
  d->bits = 0;
  d->nspace = 0;
}

/* whole quads without anything else between; returns octets of in used */
static size_t base64_quads(const unsigned char *in, size_t n, char **out)
{
  size_t i;
  char *to = *out;

  for (i = 0; i + 4 <= n; i += 4) {
    unsigned int a = sextet[in[i]], b = sextet[in[i + 1]];
    unsigned int c = sextet[in[i + 2]], e = sextet[in[i + 3]];
    uint32_t v = a << 18 | b << 12 | c << 6 | e;

    if ((a | b | c | e) >= BAD) break;
    *to++ = (char)(v >> 16);
    *to++ = (char)(v >> 8);
    *to++ = (char)v;
  }
  *out = to;
  return i;
}

/* what less than a quad holds */
static char *base64_flush(struct decoder *d, char *to)
{
  if (d->nheld == 1) d->damaged = 1;
  if (d->nheld == 2) *to++ = (char)(d->bits >> 4);
  if (d->nheld == 3) {
    *to++ = (char)(d->bits >> 10);
    *to++ = (char)(d->bits >> 2);
  }
  d->nheld = 0;
  d->bits = 0;
  return to;
}

static size_t base64(struct decoder *d, const char *in, size_t len, char *out)
{
  const unsigned char *p = (const unsigned char *)in, *end = p + len;
  char *to = out;
  unsigned int v;

  while (p < end) {
    if (!d->nheld && !d->state) {
      p += base64_quads(p, (size_t)(end - p), &to);
      if (p == end) break;
    }
    v = sextet[*p++];
    if (v < BAD) {
      if (d->state) d->damaged = 1;     /* goes on after padding */
      d->state = 0;
      d->bits = d->bits << 6 | v;
      if (++d->nheld < 4) continue;
      *to++ = (char)(d->bits >> 16);
      *to++ = (char)(d->bits >> 8);
      *to++ = (char)d->bits;
      d->nheld = 0;
      d->bits = 0;
    }
    else if (v == PAD) {
      if (d->nheld < 2 && !d->state) d->damaged = 1;
      to = base64_flush(d, to);
      d->state = 1;
    }
    else if (v == BAD) d->damaged = 1;
  }
  return (size_t)(to - out);
}

static int hex(char c)
{
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

static char *spaces(struct decoder *d, char *to)
{
  memcpy(to, d->space, d->nspace);
  to += d->nspace;
  d->nspace = 0;
  return to;
}

/* what was held after "=" was nothing of the kind */
static char *not_escape(struct decoder *d, char *to)
{
  memcpy(to, d->held, d->nheld);
  to += d->nheld;
  d->nheld = 0;
  d->damaged = 1;
  return spaces(d, to);
}

/* one octet after "="; returns 1 if it was used */
static int escape(struct decoder *d, char c, char **to)
{
  int blank = c == ' ' || c == '\t' || c == '\r';

  if (c == '\n' && (d->nheld == 1)) {   /* soft line break */
    d->nheld = 0;
    d->nspace = 0;
    return 1;
  }
  if (d->nheld == 1 && blank && d->nspace < DECODE_HELD_MAX) {
    d->space[d->nspace++] = c;
    return 1;
  }
  if (d->nspace || hex(c) < 0) {
    *to = not_escape(d, *to);
    return 0;
  }
  d->held[d->nheld++] = c;
  if (d->nheld == 3) {
    *(*to)++ = (char)(hex(d->held[1]) << 4 | hex(c));
    d->nheld = 0;
  }
  return 1;
}

/* a line end: the white space before it goes, but the CR that is part of it */
static char *line_end(struct decoder *d, char *to)
{
  if (d->nspace && d->space[d->nspace - 1] == '\r') *to++ = '\r';
  d->nspace = 0;
  *to++ = '\n';
  return to;
}

static size_t quoted_printable(struct decoder *d, const char *in, size_t len,
                               char *out)
{
  const char *p = in, *end = in + len, *stop, *eq;
  char *to = out;

  while (p < end) {
    if (d->nheld) {
      if (escape(d, *p, &to)) p++;
      continue;
    }
    if (*p == ' ' || *p == '\t' || *p == '\r') {
      if (d->nspace == DECODE_HELD_MAX) to = spaces(d, to);
      d->space[d->nspace++] = *p++;
      continue;
    }
    if (*p == '\n') {
      to = line_end(d, to);
      p++;
      continue;
    }
    to = spaces(d, to);
    if (*p == '=') {
      d->held[d->nheld++] = *p++;
      continue;
    }
    /* up to the next "=" or line end, but for white space before that */
    stop = memchr(p, '\n', (size_t)(end - p));
    if (!stop) stop = end;
    eq = memchr(p, '=', (size_t)(stop - p));
    if (eq) stop = eq;
    while (stop[-1] == ' ' || stop[-1] == '\t' || stop[-1] == '\r') stop--;
    memcpy(to, p, (size_t)(stop - p));
    to += stop - p;
    p = stop;
  }
  return (size_t)(to - out);
}

size_t decode_feed(struct decoder *d, const char *in, size_t len, char *out)
{
  if (!len) return 0;
  if (d->encoding == MIME_BASE64) return base64(d, in, len, out);
  if (d->encoding == MIME_QP) return quoted_printable(d, in, len, out);
  memcpy(out, in, len);
  return len;
}

size_t decode_end(struct decoder *d, char out[DECODE_ROOM(0)])
{
  char *to = out;

  if (d->encoding == MIME_BASE64) {
    if (d->nheld) d->damaged = 1;
    to = base64_flush(d, to);
  }
  else if (d->encoding == MIME_QP) {
    /* "=" at the very end is a soft break whose line end was the boundary's */
    if (d->nheld > 1) to = not_escape(d, to);
    d->nheld = 0;
    d->nspace = 0;
  }
  return (size_t)(to - out);
}
