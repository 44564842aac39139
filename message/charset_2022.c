/* ISC licence; see LICENSE. */
#include "message/charset_impl.h"

#include <string.h>

#include "message/charset.h"

/*
 * ISO-2022-JP (RFC 1468), -JP-2 (RFC 1554), -JP-3, -KR (RFC 1557), -CN and
 * -CN-EXT (RFC 1922): sets are put in their places G0 to G3 by escapes, SO and
 * SI choose between G1 and G0, ESC N and ESC O take one character of G2 or G3.
 * An escape that a charset does not have is the control character ESC.
 */

#define ESC 0x1B
#define SO 0x0E
#define SI 0x0F
#define EMPTY 0xFF              /* no set in this place */

#define JP (1u << CHARSET_JP)
#define JP2 (1u << CHARSET_JP2)
#define JP3 (1u << CHARSET_JP3)
#define KR (1u << CHARSET_KR)
#define CN (1u << CHARSET_CN)
#define CNEXT (1u << CHARSET_CNEXT)

static const struct {
  char text[5];
  unsigned char g, set;
  uint32_t who;
} escapes[] = {
  { "(B", 0, SET_ASCII, JP | JP2 | JP3 },
  { "(J", 0, SET_ROMAN, JP | JP2 | JP3 },
  { "(I", 0, SET_KANA, JP2 | JP3 },
  { "$@", 0, SET_JIS78, JP | JP2 | JP3 },
  { "$B", 0, SET_JIS83, JP | JP2 | JP3 },
  { "$(D", 0, SET_JIS212, JP2 },
  { "$A", 0, SET_GB2312, JP2 },
  { "$(C", 0, SET_KSC, JP2 },
  { ".A", 2, SET_LATIN1, JP2 },
  { ".F", 2, SET_GREEK, JP2 },
  { "$(O", 0, SET_JISX1, JP3 },
  { "$(Q", 0, SET_JISX1, JP3 },
  { "$(P", 0, SET_JISX2, JP3 },
  { "$)C", 1, SET_KSC, KR },
  { "$)A", 1, SET_GB2312, CN | CNEXT },
  { "$)G", 1, SET_CNS1, CN | CNEXT },
  { "$)E", 1, SET_IR165, CNEXT },
  { "$*H", 2, SET_CNS2, CN | CNEXT },
  { "$+I", 3, SET_CNS3, CNEXT },
  { "$+J", 3, SET_CNS4, CNEXT },
  { "$+K", 3, SET_CNS5, CNEXT },
  { "$+L", 3, SET_CNS6, CNEXT },
  { "$+M", 3, SET_CNS7, CNEXT }
};

/*
 * the sets as they are at the start, in Chinese of each line; those that should
 * have been named, but often were not, as other decoders have them
 */
static void reset(struct charset *c)
{
  c->begun = 1;
  c->shift = 0;
  c->g[0] = SET_ASCII;
  c->g[1] = c->g[2] = c->g[3] = EMPTY;
  if (c->how == CHARSET_KR) c->g[1] = SET_KSC;
  if (c->how == CHARSET_CN) c->g[1] = SET_GB2312;
  if (c->how >= CHARSET_CN) c->g[2] = SET_CNS2;
}

/*
 * an escape at s: its length; 0 if it may become one; -1 if it is none
 */
static int escape(struct charset *c, const unsigned char *s, size_t len)
{
  size_t i, n;

  for (i = 0; i < sizeof escapes / sizeof *escapes; i++) {
    if (!(escapes[i].who & 1u << c->how)) continue;
    n = strlen(escapes[i].text);
    if (len - 1 < n && !memcmp(s + 1, escapes[i].text, len - 1)) return 0;
    if (len - 1 < n || memcmp(s + 1, escapes[i].text, n)) continue;
    c->g[escapes[i].g] = escapes[i].set;
    return (int)n + 1;
  }
  return -1;
}

/* one character of the set in place g at s, as charset_tree */
static int one(struct charset *c, unsigned int g, const unsigned char *s,
               size_t len, stralloc *out)
{
  if (c->g[g] == EMPTY) return -1;
  if (c->g[g] == SET_ASCII) {
    charset_put(c, out, *s);
    return 1;
  }
  return charset_tree(c, charset_sets[c->g[g]], s, len, out);
}

/* the place that ESC and this octet take one character of, 0 if none */
static unsigned int single(const struct charset *c, unsigned char o)
{
  uint32_t who = 1u << c->how;

  if (o == 'N' && who & JP2) return 2;
  if (o == 'N' && who & (CN | CNEXT) && c->g[2] != EMPTY) return 2;
  return o == 'O' && who & CNEXT && c->g[3] != EMPTY ? 3 : 0;
}

static int step(struct charset *c, const unsigned char *s, size_t len,
                stralloc *out)
{
  int n;

  if (*s >= 0x80) return -1;
  if (*s == ESC) {
    n = escape(c, s, len);
    if (n >= 0) return n;
    if (len < 3 && (len == 1 || c->how < CHARSET_KR || single(c, s[1])))
      return 0;
    if (single(c, s[1])) {
      n = one(c, single(c, s[1]), s + 2, len - 2, out);
      return n > 0 ? n + 2 : n;
    }
  }
  if (c->how >= CHARSET_KR && (*s == SO || *s == SI)) {
    if (*s == SO && c->g[1] == EMPTY) return -1;
    c->shift = *s == SO;
    return 1;
  }
  if (*s == '\n' && c->how >= CHARSET_CN) reset(c);
  if ((*s <= 0x20 || *s == 0x7F) && !c->shift) {
    charset_put(c, out, *s);
    return 1;
  }
  return one(c, c->shift, s, len, out);
}

size_t charset_read_2022(struct charset *c, const unsigned char *s,
                         size_t len, stralloc *out)
{
  size_t i = 0;
  int n;

  if (!c->begun) reset(c);
  while (i < len) {
    n = step(c, s + i, len - i, out);
    if (!n) break;
    if (n < 0) charset_bad(c, out);
    i += n < 0 ? 1 : (size_t)n;
  }
  return i;
}
