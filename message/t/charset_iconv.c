/* ISC licence; see LICENSE. */
#include "message/charset.h"

#include <errno.h>
#include <iconv.h>

#include "base/alloc.h"
#include "message/charset_impl.h"
#include "message/t/test.h"

/*
 * Every charset against this system's iconv(3), which its tables came from:
 * all octets, all pairs of octets, and random texts, whole and in pieces. What
 * iconv takes has to come out the same; what it refuses, U+FFFD for each octet
 * that begins nothing, too, but for those of differs(). An argument is how many
 * random texts each charset gets.
 */

static stralloc ours = STRALLOC_ZERO, theirs = STRALLOC_ZERO;
static iconv_t cd;
static const char *sticky;

/* what iconv makes of it; returns how much of it was wrong */
static size_t judge(const char *s, size_t len)
{
  size_t wrong = 0, room, k;
  char *from = (char *)s, *to;

  if (sticky) {                 /* glibc keeps the octet order of a text */
    iconv_close(cd);
    cd = iconv_open("UTF-8", sticky);
  }
  theirs.len = 0;
  stralloc_readyplus(&theirs, 16 * len + 64);
  to = theirs.s;
  room = theirs.a;
  iconv(cd, 0, 0, 0, 0);
  while (len && iconv(cd, &from, &len, &to, &room) == (size_t)-1) {
    wrong++;
    k = errno == EINVAL ? len : 1;
    from += k;
    len -= k;
    memcpy(to, "\xEF\xBF\xBD", 3);
    to += 3;
    room -= 3;
  }
  iconv(cd, 0, 0, &to, &room);
  theirs.len = (size_t)(to - theirs.s);
  return wrong;
}

/*
 * Text that is wrong may come out otherwise here: in order (glibc writes
 * U+FFFD before the character that it keeps back); by two or four octets; with
 * an escape or base64 left where it goes wrong
 */
static int differs(size_t how, const char *name)
{
  return charset_hows[how].kind > CHARSET_GB18030
    || !strcmp(name, "CP1255") || !strcmp(name, "CP1258");
}

/* more is taken than by iconv: sets that Chinese lines have not chosen, ... */
static int lenient(size_t how)
{
  return charset_hows[how].kind == CHARSET_UTF7
    || charset_hows[how].kind >= CHARSET_JP2;
}

static void read_ours(const char *name, const char *s, size_t len, size_t step)
{
  struct lstr cs = { name, strlen(name) };
  struct charset c;
  size_t i, n;

  ours.len = 0;
  if (!charset_begin(&c, cs)) CHECK(0, "%s is not known", name);
  for (i = 0; i < len; i += n) {
    n = len - i < step ? len - i : step;
    charset_feed(&c, s + i, n, &ours);
  }
  charset_end(&c, &ours);
}

static int same(void)
{
  return ours.len == theirs.len
    && (!ours.len || !memcmp(ours.s, theirs.s, ours.len));
}

static void tell(const char *name, const char *why, const char *s, size_t len)
{
  size_t i;

  CHECK(0, "%s: %s", name, why);
  for (i = 0; i < len; i++) printf(" %02X", (unsigned char)s[i]);
  putchar('\n');
}

/*
 * 1 where glibc reads past the end of its input: for two octets of UHC, and in
 * ISO-2022-CN-EXT for SO in a line that has not said which set that is; and
 * where it has rules of its own: eight bits in ISO-2022-JP-2, a set that is
 * named while it is in use, or is still there on the next line
 */
static int stumbles(const char *name, const char *s, size_t len)
{
  size_t i;
  int said = 0, so = 0, line = 0;

  if (!strcmp(name, "UHC")) return memmem(s, len, "\xA2\xE8", 2) != 0;
  for (i = 0; i + 2 < len && !strcmp(name, "ISO-2022-JP-2"); i++)
    if (s[i] == 0x1B && s[i + 1] == 'N' && s[i + 2] & 0x80) return 1;
  for (i = 0; i < len && !strncmp(name, "ISO-2022-CN", 11); i++) {
    if (s[i] == 0x1B && (so || line)) return 1;
    if (i && s[i] == 0x1B && (s[i - 1] == 'N' || s[i - 1] == 'O')) return 1;
    if (i > 1 && s[i] == 0x1B && (s[i - 2] == 'N' || s[i - 2] == 'O'))
      return 1;
    if (s[i] == '\n') line = 1;
    if (len - i > 3 && !memcmp(s + i, "\x1b$)", 3) && strchr("AGE", s[i + 3]))
      said = 1;
    if (s[i] == 0x0E) so = 1;
    if (so && (!said || line) && name[11]) return 1;
  }
  return 0;
}

/* 0 if it has been told that they differ */
static int compare(size_t how, const char *name, const char *s, size_t len,
                   size_t step)
{
  struct lstr cs = { name, strlen(name) };
  size_t wrong;
  int strict;

  if (stumbles(name, s, len)) return 1;
  wrong = judge(s, len);
  read_ours(name, s, len, step);
  if ((!wrong || !differs(how, name)) && !same()) {
    tell(name, "not what iconv has", s, len);
    return 0;
  }
  ours.len = 0;
  strict = charset_convert(cs, s, len, &ours);
  if (strict == 1 ? wrong && !lenient(how) : !wrong) {
    tell(name, wrong ? "taken, not by iconv" : "not taken", s, len);
    return 0;
  }
  if (strict == 1 && !wrong && !same()) {
    tell(name, "strict: not what iconv has", s, len);
    return 0;
  }
  return 1;
}

static int all_short(size_t how, const char *name)
{
  char s[2];
  unsigned int i, step;

  for (i = 0; i < 256; i++) {
    s[0] = (char)i;
    if (!compare(how, name, s, 1, 1)) return 0;
  }
  /* narrow rows have single octets only: some pairs will do */
  step = charset_hows[how].kind == CHARSET_TABLE
    && !charset_rows[charset_hows[how].row].wide ? 37 : sticky ? 7 : 1;
  for (i = 0; i < 65536; i += step) {
    s[0] = (char)(i >> 8);
    s[1] = (char)i;
    if (!compare(how, name, s, 2, 1 + i % 2)) return 0;
  }
  return 1;
}

/* a random text of a kind that has a chance to be right */
static size_t random_text(char *s, size_t room)
{
  static const char *const bits[] = {
    "\x1b$B", "\x1b(B", "\x1b$A", "\x1b$(C", "\x1b(J", "\x1b(I", "\x1b.A",
    "\x1bN", "\x1bO", "\x1b$)A", "\x1b$)G", "\x1b$)E", "\x1b$*H", "\x1b$+I",
    "\x1b$+K", "\x0e", "\x0f", "\n", "\x1b$)C", "\x1b$(D", "\x1b$(P",
    "\x1b$(O", "\x1b$@", "+", "-", "+AGE", "+2D3eAQ", "&AGE-", "A", "\xe0",
    "\xd8\x3d\xde\x01", "\x81\x30\x81\x30", "\x8f\xa2\xaf", "\x8e\xa2\xc4\xe3",
    "\x88\x66", "\xcc"
  };
  size_t n = 0, want = test_random() % (room - 8), len;
  unsigned int kind = test_random() % 5;
  const char *t;

  while (n < want)
    if (kind == 0) s[n++] = (char)test_random();
    else if (kind == 1) s[n++] = (char)(test_random() | 0x80);
    else if (test_random() % 8 < 3) {
      t = bits[test_random() % (sizeof bits / sizeof *bits)];
      len = strlen(t);
      memcpy(s + n, t, len);
      n += len;
    }
    else if (kind == 2) s[n++] = (char)(test_random() & 0x7F);
    else {
      s[n++] = (char)((kind == 3 ? 0x21 : 0xA1) + test_random() % 94);
      s[n++] = (char)((kind == 3 ? 0x21 : 0xA1) + test_random() % 94);
    }
  return n;
}

/* texts end at a whole character far more often if they are cut to what
   iconv takes: its right part is compared as well */
static int one_random(size_t how, const char *name)
{
  char s[64];
  size_t n = random_text(s, sizeof s), i;
  int kind = charset_hows[how].kind;

  if (kind == CHARSET_UCS4BE || kind == CHARSET_UCS4LE)
    for (i = kind == CHARSET_UCS4BE ? 0 : 3; i < n; i += 4) {
      s[i] = 0;                 /* glibc writes UTF-8 above U+10FFFF */
      s[kind == CHARSET_UCS4BE ? i + (i + 1 < n) : i - 1] &= 0x0F;
    }
  if (!compare(how, name, s, n, 1 + test_random() % 5)) return 0;
  while (n && !stumbles(name, s, n) && judge(s, n)) n--;
  return compare(how, name, s, n, 1 + test_random() % 5);
}

int main(int argc, char **argv)
{
  unsigned long rounds = argc > 1 ? strtoul(argv[1], 0, 10) : 200, i;
  size_t how, known = 0;

  for (how = 0; how < charset_nhows; how++) {
    const char *name = charset_text + charset_hows[how].text;

    if (charset_hows[how].kind < CHARSET_TABLE) continue;
    cd = iconv_open("UTF-8", name);
    if (cd == (iconv_t)-1) continue;
    sticky = strcmp(name, "UNICODE") && strcmp(name, "UTF-16")
      && strcmp(name, "UTF-32") ? 0 : name;
    known++;
    test_passed++;
    if (all_short(how, name))
      for (i = 0; i < rounds && one_random(how, name); i++) test_passed++;
    iconv_close(cd);
  }
  CHECK(known > 30, "only %zu charsets", known);
  return test_end("charset_iconv");
}
