/* ISC licence; see LICENSE. */
#include "message/charset_impl.h"

#include "base/alloc.h"
#include "message/charset.h"
#include "message/utf8.h"

/* one octet's cell in a row */
static uint32_t cell(uint32_t row, unsigned char octet)
{
  const struct charset_row *r = charset_rows + row;
  unsigned int i = (unsigned int)octet - r->lo;
  uint32_t v;

  if (i >= r->n) return CHARSET_NONE;   /* below lo, too */
  if (r->wide) return charset_wides[r->at + i];
  v = charset_cells[r->at + i];
  return v == CHARSET_NARROW_NONE ? CHARSET_NONE : v;
}

static uint32_t four(const unsigned char *s)
{
  uint32_t n, lo = 0, hi, mid;

  if (s[2] < 0x81 || s[2] == 0xFF || s[3] < 0x30 || s[3] > 0x39)
    return CHARSET_NONE;
  n = (((s[0] - 0x81u) * 10 + (s[1] - 0x30u)) * 126 + (s[2] - 0x81u)) * 10
    + (s[3] - 0x30u);
  for (hi = (uint32_t)charset_nfours - 1; hi - lo > 1; ) {
    mid = lo + (hi - lo) / 2;
    if (charset_fours[mid].from <= n) lo = mid;
    else hi = mid;
  }
  if (charset_fours[lo].cp == CHARSET_NONE) return CHARSET_NONE;
  return charset_fours[lo].cp + (n - charset_fours[lo].from);
}

static void put_value(struct charset *c, stralloc *out, uint32_t v)
{
  uint32_t i, at = v & ~CHARSET_TYPE;

  if ((v & CHARSET_TYPE) != CHARSET_STRING) charset_put(c, out, v);
  else
    for (i = 1; i <= charset_wides[at]; i++)
      charset_put(c, out, charset_wides[at + i]);
}

int charset_tree(struct charset *c, uint32_t row, const unsigned char *s,
                 size_t len, stralloc *out)
{
  uint32_t v, best = CHARSET_NONE;
  size_t n, used = 0;

  for (n = 0; n < len; n++) {
    v = cell(row, s[n]);
    if (v == CHARSET_FOUR) {
      if (len < 4) return 0;
      v = four(s);
      n = 3;
    }
    if (v == CHARSET_NONE) goto done;
    if ((v & CHARSET_TYPE) == CHARSET_ROW) {
      row = v & ~CHARSET_TYPE;
      continue;
    }
    used = n + 1;
    best = v;
    if ((v & CHARSET_TYPE) != CHARSET_PAIR) goto done;
    best = charset_wides[v & ~CHARSET_TYPE];
    row = charset_wides[(v & ~CHARSET_TYPE) + 1];
  }
  if (!c->last || !used) return 0;
done:
  if (!used) return -1;
  put_value(c, out, best);
  return (int)used;
}

size_t charset_read_table(struct charset *c, const unsigned char *s,
                          size_t len, stralloc *out)
{
  size_t i = 0, k;
  int n;

  while (i < len) {
    if (c->ascii) {
      k = utf8_ascii((const char *)s + i, len - i);
      stralloc_catb(out, (const char *)s + i, k);
      i += k;
      if (i == len) break;
    }
    n = charset_tree(c, c->row, s + i, len - i, out);
    if (!n) break;
    if (n < 0) charset_bad(c, out);
    i += n < 0 ? 1 : (size_t)n;
  }
  return i;
}
