/* ISC licence; see LICENSE. */
#include "charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "message/utf8.h"

/*
 * How a charset is converted. HOW_GUESS is UTF-8 where valid, else
 * windows-1252. iso-8859-1 is taken for windows-1252, which only differs
 * where iso-8859-1 has controls that no text has.
 */
enum { HOW_GUESS, HOW_UTF8, HOW_1252, HOW_ICONV };

/* converters stay open for the next text: opening one may read files */
#define SLOTS 16

static struct slot {
  char name[CHARSET_NAME_MAX + 1];
  iconv_t cd;
  unsigned int used;            /* when, for giving the oldest away */
  unsigned char busy, open;
  unsigned char unit;           /* octets to pass over after an error */
  unsigned char utf7;           /* see charset_feed */
  unsigned char sticky;         /* a reset leaves something behind */
} slots[SLOTS];

static unsigned int turn;

static const struct { const char *name, *is; } aliases[] = {
  /* "" and "8" are ours; else what iconv knows, a superset where mailers
     send characters that are not in the charset that they name */
  { "us-ascii", "" }, { "ascii", "" }, { "ansi_x3.4-1968", "" },
  { "ansi_x3.4-1986", "" }, { "iso646-us", "" }, { "iso-ir-6", "" },
  { "us", "" }, { "646", "" }, { "cp367", "" },
  { "utf-8", "8" }, { "utf8", "8" }, { "unicode-1-1-utf-8", "8" },
  { "csutf8", "8" }, { "utf-8-mac", "8" },
  { "iso-8859-1", "1252" }, { "iso8859-1", "1252" }, { "iso_8859-1", "1252" },
  { "iso_8859-1:1987", "1252" }, { "latin1", "1252" }, { "latin-1", "1252" },
  { "l1", "1252" }, { "iso88591", "1252" }, { "cp819", "1252" },
  { "windows-1252", "1252" }, { "cp1252", "1252" }, { "cp-1252", "1252" },
  { "x-cp1252", "1252" },
  { "gb2312", "GB18030" }, { "gb_2312-80", "GB18030" },
  { "x-gbk", "GB18030" }, { "gbk", "GB18030" }, { "cp936", "GB18030" },
  { "ks_c_5601-1987", "CP949" }, { "ks_c_5601-1989", "CP949" },
  { "euc-kr", "CP949" }, { "ks_c_5601", "CP949" }, { "ksc5601", "CP949" },
  { "shift_jis", "CP932" }, { "shift-jis", "CP932" }, { "sjis", "CP932" },
  { "x-sjis", "CP932" }, { "windows-31j", "CP932" }, { "ms_kanji", "CP932" },
  { "iso-8859-8-i", "ISO-8859-8" }, { "iso-8859-8-e", "ISO-8859-8" },
  { "iso-8859-6-i", "ISO-8859-6" }, { "iso-8859-6-e", "ISO-8859-6" },
  { "unicode-1-1-utf-7", "UTF-7" }, { "x-mac-roman", "MACINTOSH" },
  { "x-unicode-2-0-utf-7", "UTF-7" }, { "x-mac-cyrillic", "MAC-CYRILLIC" }
};

/*
 * the name to give to iconv in to[], "" "8" or "1252" as above; 0 if it can
 * be none. No "/" for it would be an option ("//TRANSLIT") to iconv.
 */
static int resolve(struct lstr name, char to[CHARSET_NAME_MAX + 1])
{
  size_t i;

  if (!name.s || !name.len || name.len > CHARSET_NAME_MAX) return 0;
  for (i = 0; i < name.len; i++) {
    unsigned char c = (unsigned char)name.s[i];

    if (c <= ' ' || c > '~' || strchr("/\\\"'(),;<>@[]?=*%", c)) return 0;
  }
  for (i = 0; i < sizeof aliases / sizeof *aliases; i++)
    if (lstr_is(name, aliases[i].name)) {
      strcpy(to, aliases[i].is);
      return 1;
    }
  memcpy(to, name.s, name.len);
  to[name.len] = 0;
  return 1;
}

static unsigned char unit_of(const char *name)
{
  if (!strncasecmp(name, "utf-16", 6) || !strncasecmp(name, "ucs-2", 5)
      || !strncasecmp(name, "utf16", 5) || !strncasecmp(name, "ucs2", 4)
      || !strncasecmp(name, "iso-10646-ucs-2", 15))
    return 2;
  if (!strncasecmp(name, "utf-32", 6) || !strncasecmp(name, "ucs-4", 5)
      || !strncasecmp(name, "utf32", 5) || !strncasecmp(name, "ucs4", 4))
    return 4;
  return 1;
}

/*
 * 1 if the text may say which octet order it has: once it did, glibc takes
 * it for that of all texts to come, whatever is reset
 */
static int is_sticky(const char *name)
{
  size_t n = strlen(name);

  return (unit_of(name) > 1 || !strcasecmp(name, "unicode")
          || !strcasecmp(name, "csunicode"))
    && strcasecmp(name + n - 2, "le") && strcasecmp(name + n - 2, "be");
}

/* a converter for name, marked busy; -1 if there is none */
static int slot_get(const char *name)
{
  int i, oldest = -1;
  iconv_t cd;

  for (i = 0; i < SLOTS; i++) {
    if (slots[i].busy) continue;
    if (slots[i].open && !strcasecmp(slots[i].name, name)) {
      oldest = i;
      if (slots[i].sticky) break;
      iconv(slots[i].cd, 0, 0, 0, 0);
      slots[i].used = ++turn;
      slots[i].busy = 1;
      return i;
    }
    if (oldest < 0 || !slots[i].open
        || (slots[oldest].open && slots[i].used < slots[oldest].used))
      oldest = i;
  }
  if (oldest < 0) return -1;
  cd = iconv_open("UTF-8", name);       /* fast while another one is open */
  if (cd == (iconv_t)-1) return -1;
  if (slots[oldest].open) iconv_close(slots[oldest].cd);
  strcpy(slots[oldest].name, name);
  slots[oldest].cd = cd;
  slots[oldest].open = slots[oldest].busy = 1;
  slots[oldest].used = ++turn;
  slots[oldest].unit = unit_of(name);
  slots[oldest].sticky = (unsigned char)is_sticky(name);
  slots[oldest].utf7 = !strncasecmp(name, "utf-7", 5);
  return oldest;
}

int charset_begin(struct charset *c, struct lstr name)
{
  char to[CHARSET_NAME_MAX + 1];

  c->how = HOW_GUESS;
  c->slot = -1;
  c->nheld = 0;
  if (!resolve(name, to)) return 0;
  if (!*to) return 1;
  if (!strcmp(to, "8")) c->how = HOW_UTF8;
  else if (!strcmp(to, "1252")) c->how = HOW_1252;
  else {
    c->slot = slot_get(to);
    if (c->slot < 0) return 0;
    c->how = HOW_ICONV;
  }
  return 1;
}

int charset_known(struct lstr name)
{
  struct charset c;
  int known = charset_begin(&c, name);

  if (c.slot >= 0) slots[c.slot].busy = 0;
  return known;
}

static void bad(stralloc *out)
{
  stralloc_catb(out, "\xEF\xBF\xBD", 3);
}

/* an octet above 0x7F; those that windows-1252 lacks are controls */
static void put_1252(stralloc *out, unsigned char c)
{
  static const unsigned short high[32] = {
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
    0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178
  };
  char x[4];

  stralloc_catb(out, x, utf8_put(x, c < 0xA0 ? high[c - 0x80] : c));
}

static void put_wrong(struct charset *c, stralloc *out, char octet)
{
  if (c->how == HOW_GUESS) put_1252(out, (unsigned char)octet);
  else bad(out);
}

/* octets that go on with a sequence begun in an earlier piece */
static size_t held_more(struct charset *c, const char *s, size_t len,
                        stralloc *out)
{
  char *held = (char *)c->held;
  uint32_t cp;
  size_t used = 0;
  int n;

  while (c->nheld) {
    n = utf8_get(held, c->nheld, &cp);
    if (n == 0) {
      if (used == len) return used;
      held[c->nheld++] = s[used++];
      continue;
    }
    if (n > 0) stralloc_catb(out, held, (size_t)n);
    else {
      put_wrong(c, out, *held);
      n = 1;
    }
    c->nheld -= (size_t)n;
    memmove(held, held + n, c->nheld);
  }
  return used;
}

static void feed_utf8(struct charset *c, const char *s, size_t len,
                      stralloc *out)
{
  size_t used = held_more(c, s, len, out), k;
  const char *p = s + used, *end = s + len, *run;
  uint32_t cp;
  int n = 0;

  while (p < end) {
    for (run = p; p < end; p += n) {    /* all that is valid, at once */
      k = utf8_ascii(p, (size_t)(end - p));
      p += k;
      if (p == end) break;
      n = utf8_get(p, (size_t)(end - p), &cp);
      if (n <= 0) break;
    }
    stralloc_catb(out, run, (size_t)(p - run));
    if (p == end) return;
    if (n == 0) {
      c->nheld = (size_t)(end - p);
      memcpy(c->held, p, c->nheld);
      return;
    }
    put_wrong(c, out, *p++);
  }
}

static void feed_1252(const char *s, size_t len, stralloc *out)
{
  const char *end = s + len;
  size_t k;

  stralloc_readyplus(out, len);
  while (s < end) {
    k = utf8_ascii(s, (size_t)(end - s));
    stralloc_catb(out, s, k);
    s += k;
    for (; s < end && (unsigned char)*s >= 0x80; s++)
      put_1252(out, (unsigned char)*s);
  }
}

/* 1 if s is valid UTF-8 */
static int is_utf8(const char *s, size_t len)
{
  const char *p = s, *end = s + len;
  uint32_t cp;
  int n;

  while ((p += utf8_ascii(p, (size_t)(end - p))) < end) {
    n = utf8_get(p, (size_t)(end - p), &cp);
    if (n < 1) return 0;
    p += n;
  }
  return 1;
}

/*
 * what iconv gave from there on, made valid: glibc writes values of UCS-4
 * above U+10FFFF in five and six octets
 */
static void mend(stralloc *out, size_t from)
{
  stralloc copy = STRALLOC_ZERO;
  struct charset c = { .how = HOW_UTF8 };

  if (out->len == from || is_utf8(out->s + from, out->len - from)) return;
  stralloc_copyb(&copy, out->s + from, out->len - from);
  out->len = from;
  feed_utf8(&c, copy.s, copy.len, out);
  stralloc_free(&copy);
}

/*
 * convert len octets at s; returns how many are left over at its end as the
 * start of a longer sequence. Each round either uses input or grows out, so
 * that no converter can keep us here.
 */
static size_t run_iconv(struct slot *slot, char *s, size_t len, stralloc *out)
{
  char *to;
  size_t room, skip, before;
  int stuck = 0;

  while (len) {
    stralloc_readyplus(out, 2 * len + 64);
    to = out->s + out->len;
    room = out->a - out->len;
    before = len;
    if (iconv(slot->cd, &s, &len, &to, &room) != (size_t)-1) {
      out->len = (size_t)(to - out->s);
      break;
    }
    stuck = before == len && (size_t)(to - out->s) == out->len ? stuck + 1 : 0;
    out->len = (size_t)(to - out->s);
    if (errno == EINVAL) break;
    if (errno == E2BIG && stuck < 2) {
      stralloc_readyplus(out, 4096);
      continue;
    }
    bad(out);
    if (slot->utf7) iconv(slot->cd, 0, 0, 0, 0);
    skip = slot->unit < len ? slot->unit : len;
    s += skip;
    len -= skip;
  }
  return len;
}

static void feed_iconv(struct charset *c, const char *s, size_t len,
                       stralloc *out)
{
  struct slot *slot = &slots[c->slot];
  char few[2 * sizeof c->held];
  size_t n, left, k;

  while (c->nheld && len) {     /* a held start and some octets more */
    n = c->nheld;
    k = sizeof c->held < len ? sizeof c->held : len;
    memcpy(few, c->held, n);
    memcpy(few + n, s, k);
    left = run_iconv(slot, few, n + k, out);
    if (left <= k) {            /* the held ones are used */
      c->nheld = 0;
      s += k - left;
      len -= k - left;
      continue;
    }
    if (left <= sizeof c->held) {
      memcpy(c->held, few + n + k - left, left);
      c->nheld = left;
      s += k;
      len -= k;
      continue;
    }
    bad(out);                   /* no sequence is that long */
    c->nheld = 0;
  }
  left = len ? run_iconv(slot, (char *)s, len, out) : 0;
  if (!left) return;
  if (left > sizeof c->held) {
    bad(out);
    return;
  }
  memcpy(c->held, s + len - left, left);
  c->nheld = left;
}

void charset_feed(struct charset *c, const char *s, size_t len, stralloc *out)
{
  size_t from = out->len;

  if (!len) return;
  if (c->how == HOW_1252) feed_1252(s, len, out);
  else if (c->how == HOW_ICONV && slots[c->slot].utf7)
    /* glibc's errors in UTF-7 depend on where its input was cut */
    for (; len; s++, len--) feed_iconv(c, s, 1, out);
  else if (c->how == HOW_ICONV) feed_iconv(c, s, len, out);
  else feed_utf8(c, s, len, out);
  if (c->how == HOW_ICONV) mend(out, from);
}

void charset_end(struct charset *c, stralloc *out)
{
  char *to;
  size_t i, room;

  if (c->how == HOW_ICONV) {
    if (c->nheld) bad(out);
    stralloc_readyplus(out, 256);
    to = out->s + out->len;
    room = out->a - out->len;
    iconv(slots[c->slot].cd, 0, 0, &to, &room);
    out->len = (size_t)(to - out->s);
    slots[c->slot].busy = 0;
  }
  else
    for (i = 0; i < c->nheld; i++) put_wrong(c, out, (char)c->held[i]);
  c->nheld = 0;
  c->slot = -1;
  c->how = HOW_GUESS;
}

static int convert_iconv(struct charset *c, const char *s, size_t len,
                         stralloc *out)
{
  size_t from = out->len, before, room;
  char *in = (char *)s, *to;
  int r = 0;

  while (!r) {
    stralloc_readyplus(out, 2 * len + 64);
    before = out->len;
    to = out->s + before;
    room = out->a - before;
    if (iconv(slots[c->slot].cd, &in, &len, &to, &room) != (size_t)-1) r = 1;
    else if (errno != E2BIG || (size_t)(to - out->s) == before) r = -1;
    out->len = (size_t)(to - out->s);
  }
  charset_end(c, out);
  if (r == 1 && out->len > from
      && !is_utf8(out->s + from, out->len - from)) r = -1;
  if (r == -1) out->len = from;
  return r;
}

int charset_convert(struct lstr name, const char *s, size_t len,
                    stralloc *out)
{
  struct charset c;

  if (!charset_begin(&c, name)) return 0;
  if (!len) s = "";             /* no arithmetic on a null pointer */
  if (c.how == HOW_ICONV) return convert_iconv(&c, s, len, out);
  if (c.how == HOW_1252) {
    feed_1252(s, len, out);
    return 1;
  }
  if (c.how == HOW_GUESS && utf8_ascii(s, len) < len) return -1;
  if (!is_utf8(s, len)) return -1;
  stralloc_catb(out, s, len);
  return 1;
}
