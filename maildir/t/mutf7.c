/* ISC licence; see LICENSE. */
#include "maildir/mutf7.h"

#include <errno.h>
#include <string.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "check.h"

const char *PROG = "mutf7";

static int both(const char *m, const char *u)
{
  stralloc sa = STRALLOC_ZERO;
  int ok;

  ok = mutf7_to_utf8(&sa, m, strlen(m)) == 0 && stralloc_eqs(&sa, u);
  sa.len = 0;
  ok = utf8_to_mutf7(&sa, u, strlen(u)) == 0 && stralloc_eqs(&sa, m) && ok;
  if (!ok) printf("%s: got %.*s\n", m, (int)sa.len, sa.s);
  stralloc_free(&sa);
  return ok && mutf7_valid(m, strlen(m)) && utf8_valid(u, strlen(u));
}

static int bad_len(const char *m, size_t len)
{
  stralloc sa = STRALLOC_ZERO;
  int ok;

  stralloc_copys(&sa, "kept");
  ok = mutf7_to_utf8(&sa, m, len) == -1 && errno == EILSEQ
    && stralloc_eqs(&sa, "kept") && !mutf7_valid(m, len);
  stralloc_free(&sa);
  return ok;
}

static int bad(const char *m)
{
  return bad_len(m, strlen(m));
}

static int bad_utf8(const char *u)
{
  stralloc sa = STRALLOC_ZERO;
  int ok;

  stralloc_copys(&sa, "kept");
  ok = utf8_to_mutf7(&sa, u, strlen(u)) == -1 && errno == EILSEQ
    && stralloc_eqs(&sa, "kept");
  stralloc_free(&sa);
  return ok;
}

static void good(void)
{
  CHECK(both("", ""));
  CHECK(both("a.b c~", "a.b c~"));
  CHECK(both("&-", "&"));
  CHECK(both("a&-b&-&-", "a&b&&"));
  /* RFC 3501 section 5.1.3 */
  CHECK(both("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"));
  CHECK(both("&Jjo-!", "☺!"));
  CHECK(both("Entw&APw-rfe", "Entwürfe"));
  CHECK(both("&2D3eAA-", "😀"));
  CHECK(both("&2D3eANg93gE-x&AOk-&-", "😀😁xé&"));
  CHECK(both("&AIA-", "\xc2\x80"));
  CHECK(both("&2,,f,w-", "\xf4\x8f\xbf\xbf"));
}

static void invalid(void)
{
  CHECK(bad("&"));
  CHECK(bad("a&"));
  CHECK(bad("&AOk"));
  CHECK(bad("&A-"));
  CHECK(bad("&AO-"));
  CHECK(bad("&AOl-"));                  /* padding bits not 0 */
  CHECK(bad("&AOkA-"));                 /* a digit too many */
  CHECK(bad("&AGE-"));                  /* encoded 'a' */
  CHECK(bad("&ACY-"));                  /* encoded '&' */
  CHECK(bad("&AAo-"));                  /* encoded LF */
  CHECK(bad("&AH8-"));                  /* encoded DEL */
  CHECK(bad("&AAA-"));                  /* encoded NUL */
  CHECK(bad("&2D0-"));                  /* half a pair */
  CHECK(bad("&3gA-"));
  CHECK(bad("&2D0AYQ-"));
  CHECK(bad("&AOk-&AOk-"));             /* a superfluous shift */
  CHECK(bad("&U,BTFw-&ZeVnLIqe-"));
  CHECK(bad("&AO/-"));
  CHECK(bad("&AOk=-"));
  CHECK(bad("a\n"));
  CHECK(bad("\xc3\xa9"));
  CHECK(bad_len("a\0b", 3));
  CHECK(bad_len("&\0-", 3));
  CHECK(bad_utf8("\xc3"));
  CHECK(bad_utf8("a\nb"));
  CHECK(bad_utf8("\xed\xa0\x80"));
}

static void validity(void)
{
  CHECK(!utf8_valid("a\0b", 3));
  CHECK(!utf8_valid("\xc0\xaf", 2));
  CHECK(!utf8_valid("\xe0\x80\xaf", 3));
  CHECK(!utf8_valid("\xf0\x8f\xbf\xbf", 4));
  CHECK(!utf8_valid("\xf4\x90\x80\x80", 4));
  CHECK(!utf8_valid("\xf5\x80\x80\x80", 4));
  CHECK(!utf8_valid("\x80", 1));
  CHECK(!utf8_valid("\xc3(", 2));
  CHECK(!utf8_valid("\xed\xb0\x80", 3));
  CHECK(utf8_valid("\xef\xbf\xbf", 3));
  CHECK(utf8_valid("a\nb", 3));
}

/* every character comes back as itself, alone and in company */
static void all_characters(void)
{
  stralloc u = STRALLOC_ZERO, m = STRALLOC_ZERO, back = STRALLOC_ZERO;
  unsigned long c, wrong = 0;

  for (c = 0x80; c <= 0x10ffff; c += c < 0x3000 ? 1 : 61) {
    if (c >= 0xd800 && c <= 0xdfff) continue;
    u.len = m.len = back.len = 0;
    stralloc_cats(&u, c % 3 ? "x" : "é");
    if (c < 0x800) stralloc_append(&u, (char)(0xc0 | c >> 6));
    else if (c < 0x10000) stralloc_append(&u, (char)(0xe0 | c >> 12));
    else {
      stralloc_append(&u, (char)(0xf0 | c >> 18));
      stralloc_append(&u, (char)(0x80 | (c >> 12 & 63)));
    }
    if (c >= 0x800) stralloc_append(&u, (char)(0x80 | (c >> 6 & 63)));
    stralloc_append(&u, (char)(0x80 | (c & 63)));
    if (utf8_to_mutf7(&m, u.s, u.len) == -1
        || mutf7_to_utf8(&back, m.s, m.len) == -1 || back.len != u.len
        || memcmp(back.s, u.s, u.len)) wrong++;
  }
  CHECK(!wrong);
  stralloc_free(&u);
  stralloc_free(&m);
  stralloc_free(&back);
}

int main(void)
{
  good();
  invalid();
  validity();
  all_characters();
  return check_done(PROG);
}
