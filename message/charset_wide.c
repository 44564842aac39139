/* ISC licence; see LICENSE. */
#include "message/charset_impl.h"

#include "message/charset.h"

/* UTF-16 (RFC 2781), UCS-2, UTF-32, UCS-4 */

enum { BIG = 1, LITTLE };

static const struct {
  unsigned char unit, order, mark, pairs;
} kinds[] = {
  /* without a mark, text that may have one is taken for little: most is */
  [CHARSET_UTF16] = { 2, LITTLE, 1, 1 }, [CHARSET_UTF16BE] = { 2, BIG, 0, 1 },
  [CHARSET_UTF16LE] = { 2, LITTLE, 0, 1 },
  [CHARSET_UCS2] = { 2, LITTLE, 0, 0 }, [CHARSET_UCS2BE] = { 2, BIG, 0, 0 },
  [CHARSET_UCS2LE] = { 2, LITTLE, 0, 0 },
  [CHARSET_UNICODE] = { 2, LITTLE, 1, 0 },
  [CHARSET_UTF32] = { 4, LITTLE, 1, 0 }, [CHARSET_UTF32BE] = { 4, BIG, 0, 0 },
  [CHARSET_UTF32LE] = { 4, LITTLE, 0, 0 },
  [CHARSET_UCS4BE] = { 4, BIG, 0, 0 }, [CHARSET_UCS4LE] = { 4, LITTLE, 0, 0 }
};

static uint32_t get(const unsigned char *s, unsigned int unit, int order)
{
  uint32_t v = 0;
  unsigned int i;

  for (i = 0; i < unit; i++)
    v = v << 8 | s[order == BIG ? i : unit - 1 - i];
  return v;
}

/* at its very start: the octet order, and the length of the mark */
static size_t begin(struct charset *c, const unsigned char *s,
                    unsigned int unit)
{
  c->begun = 1;
  c->order = kinds[c->how].order;
  if (!kinds[c->how].mark) return 0;
  if (get(s, unit, BIG) == 0xFEFF) c->order = BIG;
  else if (get(s, unit, LITTLE) == 0xFEFF) c->order = LITTLE;
  else return 0;
  return unit;
}

size_t charset_read_wide(struct charset *c, const unsigned char *s,
                         size_t len, stralloc *out)
{
  unsigned int unit = kinds[c->how].unit;
  uint32_t v, w;
  size_t i = 0;

  if (len >= unit && !c->begun) i = begin(c, s, unit);
  for (; len - i >= unit; i += unit) {
    v = get(s + i, unit, c->order);
    if (kinds[c->how].pairs && v >= 0xD800 && v < 0xDC00) {
      if (len - i < 4) break;
      w = get(s + i + 2, 2, c->order);
      if (w >= 0xDC00 && w < 0xE000) {
        v = 0x10000 + ((v - 0xD800) << 10) + (w - 0xDC00);
        i += 2;
      }
    }
    charset_put(c, out, v);
  }
  return i;
}
