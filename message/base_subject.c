/* ISC licence; see LICENSE. */
#include "base_subject.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "message/charset.h"

/* What is left of the subject. White space is single spaces by now. */
struct rest {
  const char *s, *end;
  const char *no_leader;        /* blobs up to here lead to no "re:" */
  int reply;
};

static int starts(const struct rest *r, const char *word, size_t len)
{
  return (size_t)(r->end - r->s) >= len && !strncasecmp(r->s, word, len);
}

/* subj-blob at p: what follows it and its white space; 0 if there is none */
static const char *blob(const char *p, const char *end)
{
  if (p == end || *p != '[') return 0;
  for (p++; p < end && *p != ']'; p++)
    if (*p == '[') return 0;
  if (p == end) return 0;
  for (p++; p < end && *p == ' '; p++)
    ;
  return p;
}

/* subj-refwd at p: what follows it, or 0 */
static const char *refwd(const char *p, const char *end)
{
  const char *after;

  if (end - p < 3) return 0;
  if (!strncasecmp(p, "re", 2)) p += 2;
  else if (!strncasecmp(p, "fw", 2)) p += p[2] == 'd' || p[2] == 'D' ? 3 : 2;
  else return 0;
  while (p < end && *p == ' ') p++;
  after = blob(p, end);
  if (after) p = after;
  return p < end && *p == ':' ? p + 1 : 0;
}

/* (2) *subj-trailer at the end */
static void trailers(struct rest *r)
{
  for (;;) {
    if (r->end > r->s && r->end[-1] == ' ') r->end--;
    else if (r->end - r->s >= 5 && !strncasecmp(r->end - 5, "(fwd)", 5)) {
      r->end -= 5;
      r->reply = 1;
    } else return;
  }
}

/* (3) one subj-leader. Blobs that led to nothing are not gone through again
 * when one of them was taken away: there may be thousands. */
static int leader(struct rest *r)
{
  const char *p = r->s, *next;

  if (p < r->end && *p == ' ') {
    r->s++;
    return 1;
  }
  if (r->no_leader && p < r->no_leader) return 0;
  while ((next = blob(p, r->end))) p = next;
  next = refwd(p, r->end);
  if (!next) {
    r->no_leader = p;
    return 0;
  }
  r->s = next;
  r->reply = 1;
  return 1;
}

/* (4) one subj-blob, unless nothing would be left */
static int front_blob(struct rest *r)
{
  const char *next = blob(r->s, r->end);

  if (!next || next == r->end) return 0;
  r->s = next;
  return 1;
}

static void extract(struct rest *r)
{
  for (;;) {
    trailers(r);
    do
      while (leader(r)) ;
    while (front_blob(r));
    if (!starts(r, "[fwd:", 5) || r->end[-1] != ']') return;
    r->s += 5;                  /* (6) */
    r->end--;
    r->no_leader = 0;
    r->reply = 1;
  }
}

/* (1) every run of white space is one space */
static size_t single_spaces(char *s, size_t len)
{
  size_t i, n = 0;

  for (i = 0; i < len; i++) {
    char c = s[i] == '\t' || s[i] == '\r' || s[i] == '\n' ? ' ' : s[i];

    if (c != ' ' || !n || s[n - 1] != ' ') s[n++] = c;
  }
  return n;
}

/* not in the middle of a character */
static size_t cut(const char *s, size_t len)
{
  if (len <= BASE_SUBJECT_MAX) return len;
  len = BASE_SUBJECT_MAX;
  while (len && (s[len] & 0xC0) == 0x80) len--;
  return len;
}

int base_subject(const char *s, size_t len, stralloc *out)
{
  stralloc text = STRALLOC_ZERO;
  struct rest r = { 0, 0, 0, 0 };

  rfc2047_decode(s, len, &text);
  if (text.len) {
    r.s = text.s;
    r.end = text.s + cut(text.s, single_spaces(text.s, text.len));
    extract(&r);
    stralloc_catb(out, r.s, (size_t)(r.end - r.s));
  }
  stralloc_free(&text);
  return r.reply;
}
