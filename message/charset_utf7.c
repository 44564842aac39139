/* ISC licence; see LICENSE. */
#include "message/charset_impl.h"

#include <string.h>

#include "message/charset.h"

/*
 * UTF-7 (RFC 2152) and its sister for names of mailboxes (RFC 3501 section
 * 5.1.3). bits has nbits of a unit of UTF-16 that is not whole yet, lead the
 * first half of a pair. Whatever is wrong ends the base64.
 */

static int direct(const struct charset *c, unsigned char o)
{
  if (c->how == CHARSET_UTF7IMAP) return o >= 0x20 && o <= 0x7E;
  return o == '\t' || o == '\n' || o == '\r'
    || (o >= ' ' && o <= '}' && o != '\\');
}

static int base64_value(const struct charset *c, unsigned char o)
{
  if (o >= 'A' && o <= 'Z') return o - 'A';
  if (o >= 'a' && o <= 'z') return o - 'a' + 26;
  if (o >= '0' && o <= '9') return o - '0' + 52;
  if (o == '+') return 62;
  if (o == (c->how == CHARSET_UTF7IMAP ? ',' : '/')) return 63;
  return -1;
}

static void stop(struct charset *c)
{
  c->base64 = 0;
  c->bits = c->nbits = 0;
  c->lead = 0;
}

static void wrong(struct charset *c, stralloc *out)
{
  charset_bad(c, out);
  stop(c);
}

/* one more octet of base64 */
static void six(struct charset *c, uint32_t v, stralloc *out)
{
  uint32_t unit;

  c->bits = c->bits << 6 | v;
  c->nbits += 6;
  if (c->nbits < 16) return;
  c->nbits -= 16;
  unit = c->bits >> c->nbits & 0xFFFF;
  c->bits &= (1u << c->nbits) - 1;
  if (c->lead && (unit < 0xDC00 || unit > 0xDFFF)) wrong(c, out);
  else if (c->lead) {
    charset_put(c, out,
                0x10000 + ((c->lead - 0xD800) << 10) + (unit - 0xDC00));
    c->lead = 0;
  }
  else if (unit >= 0xD800 && unit < 0xDC00) c->lead = unit;
  else if (unit >= 0xDC00 && unit < 0xE000) wrong(c, out);
  else charset_put(c, out, unit);
}

/*
 * an octet that is not base64: the bits left over have to be none, and names
 * of mailboxes come back from it with "-" alone
 */
static size_t leave(struct charset *c, unsigned char o, stralloc *out)
{
  if (c->nbits >= 6 || c->bits || c->lead
      || (c->how == CHARSET_UTF7IMAP && o != '-')) {
    wrong(c, out);
    return 1;
  }
  stop(c);
  return o == '-';
}

size_t charset_read_utf7(struct charset *c, const unsigned char *s,
                         size_t len, stralloc *out)
{
  unsigned char plus = c->how == CHARSET_UTF7IMAP ? '&' : '+';
  size_t i = 0;
  int v;

  while (i < len) {
    if (c->base64) {
      v = base64_value(c, s[i]);
      if (v < 0) i += leave(c, s[i], out);
      else {
        six(c, (uint32_t)v, out);
        i++;
      }
    }
    else if (s[i] == plus) {
      if (i + 1 == len) break;
      c->base64 = s[i + 1] != '-';
      if (!c->base64) charset_put(c, out, plus);
      i += c->base64 ? 1 : 2;
    }
    else {
      if (direct(c, s[i])) charset_put(c, out, s[i]);
      else wrong(c, out);
      i++;
    }
  }
  return i;
}
