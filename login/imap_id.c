/* ISC licence; see LICENSE. */
#include "imap_id.h"

#include <string.h>
#include <strings.h>

#include "frame.h"

/* s as a quoted string at p; returns what is behind */
static char *quote(char *p, const char *s)
{
  *p++ = '"';
  for (; *s; s++) {
    unsigned char c = (unsigned char)*s;

    if (c == '"' || c == '\\') *p++ = '\\';
    *p++ = c < ' ' || c == 0x7f ? '?' : *s;
  }
  *p++ = '"';
  return p;
}

/* put a pair before the closing parenthesis; left out if it has no room */
static void add_pair(char *id, const char *field, const char *value)
{
  char one[2 * IMAP_ID_FIELD_MAX + 2 * IMAP_ID_VALUE_MAX + 5], *p = one;
  size_t at = strlen(id), n;

  p = quote(p, field);
  *p++ = ' ';
  if (value) p = quote(p, value);
  else p = (char *)memcpy(p, "NIL", 3) + 3;
  n = (size_t)(p - one);
  if (at + n + 2 > FRAME_ID_MAX) return;
  if (at) id[at - 1] = ' ';
  else id[at++] = '(';
  memcpy(id + at, one, n);
  memcpy(id + at + n, ")", 2);
}

static int pair(struct imap_args *a, char *id)
{
  static char value[IMAP_ID_VALUE_MAX + 1];
  char field[IMAP_ID_FIELD_MAX + 1];
  int r;

  if (imap_string(a, field, IMAP_ID_FIELD_MAX) == -1) return -1;
  if (imap_space(a) == -1) return -1;
  r = imap_nstring(a, value, IMAP_ID_VALUE_MAX);
  if (r == -1) return -1;
  add_pair(id, field, r == 1 ? 0 : value);
  return 0;
}

int imap_id(struct imap_args *a, char *id)
{
  char none[1];
  int n;

  id[0] = 0;
  if (!imap_at(a, '(')) {
    if (imap_nstring(a, none, 0) == 1) return 0;
    a->error = "NIL or a list expected";
    return -1;
  }
  if (imap_at(a, ')')) return 0;
  for (n = 0; n < IMAP_ID_PAIRS_MAX; n++) {
    if (pair(a, id) == -1) return -1;
    if (imap_at(a, ')')) return 0;
    if (imap_space(a) == -1) return -1;
  }
  a->error = "too many pairs";
  return -1;
}
