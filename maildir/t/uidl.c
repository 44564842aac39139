/* ISC licence; see LICENSE. */
#include "maildir/uidl.h"

#include <string.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "maildir/t/check.h"
#include "maildir/md5.h"

char const *PROG = "uidl";

static const struct uidl_facts facts = {
  27, 1700000000, "1700000027.M1P7.Host,S=10", 25, "abcdef", 6
};

static int makes(const char *format, const struct uidl_facts *x,
                 const char *want)
{
  struct uidl_format f;
  stralloc out = STRALLOC_ZERO;
  int ok;

  if (!uidl_format_name(&f, format)) return 0;
  uidl_make(&out, &f, x);
  ok = stralloc_eqs(&out, want);
  if (!ok) printf("got %.*s\n", (int)out.len, out.s);
  stralloc_free(&out);
  return ok;
}

static int is_bad(const char *format)
{
  struct uidl_format f;

  return !uidl_format_name(&f, format);
}

static void check_formats(void)
{
  CHECK(makes("dovecot", &facts, "0000001b6553f100"));
  CHECK(makes("%08Xu%08Xv", &facts, "0000001b6553f100"));
  CHECK(makes("cyrus", &facts, "1700000000.27"));
  CHECK(makes("cyrus-old", &facts, "27"));
  CHECK(makes("uw", &facts, "6553f1000000001b"));
  CHECK(makes("basename", &facts, "1700000027.M1P7.Host,S=10"));
  CHECK(makes("tpop3d", &facts, "471ca788a220ce70d16feafc7aeb7d60"));
  CHECK(makes("%g", &facts, "abcdef"));
  CHECK(makes("UID%u-%v", &facts, "UID27-1700000000"));
  CHECK(makes("%05u", &facts, "00027"));
  CHECK(makes("%Uf", &facts, "1700000027.M1P7.HOST,S=10"));
  CHECK(makes("%Lf", &facts, "1700000027.m1p7.host,s=10"));
  CHECK(makes("%u%%%%", &facts, "27%%"));
  CHECK(makes("%02u", &facts, "27"));
  CHECK(makes("%{uid | hex(8)}%{uidvalidity | hex(8)}", &facts,
              "0000001b6553f100"));
  CHECK(makes("%{uidvalidity}.%{ uid}", &facts, "1700000000.27"));
  CHECK(makes("%{uid|hex}", &facts, "1b"));
  CHECK(makes("%{guid | upper}", &facts, "ABCDEF"));
  CHECK(makes("%{filename | lower }", &facts, "1700000027.m1p7.host,s=10"));
  CHECK(makes("%{guid | md5 | hexlify}", &facts,
              "e80b5017098950fc58aad83c8c14978e"));
}

static void check_bad_formats(void)
{
  CHECK(is_bad(""));
  CHECK(is_bad("qmail"));
  CHECK(is_bad("Dovecot"));
  CHECK(is_bad("%"));
  CHECK(is_bad("%u%"));
  CHECK(is_bad("%v"));          /* the same for every message */
  CHECK(is_bad("%u%u"));        /* 1 11 and 11 1 */
  CHECK(is_bad("%m"));
  CHECK(is_bad("%{uid"));
  CHECK(is_bad("%{uid |}"));
  CHECK(is_bad("%{uid | hex("));
  CHECK(is_bad("%{uid | hex(8}"));
  CHECK(is_bad("%{uid | hex(0)}"));
  CHECK(is_bad("%{uid | hex(71)}"));
  CHECK(is_bad("%{uid | md5}"));
  CHECK(is_bad("%{guid | hexlify}"));
  CHECK(is_bad("%{uidvalidity}"));
  CHECK(is_bad("%{md5}"));
  CHECK(is_bad("%{}"));
  CHECK(is_bad("%8u"));
  CHECK(is_bad("%0u"));
  CHECK(is_bad("%071u"));
  CHECK(is_bad("%099999999999999999999u"));
  CHECK(is_bad("%Xf"));
  CHECK(is_bad("%Mu"));
  CHECK(is_bad("%+u"));
  CHECK(is_bad("%u b"));
  CHECK(is_bad("%u\x7f"));
  CHECK(is_bad("%u\xe4"));
  CHECK(is_bad("%ua%va%va%va%va%va%va%va%va"));
  CHECK(is_bad("%uxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
               "xxxxxxxxxxxxxxxxxxx"));
}

/* of n times an a */
static int md5_is(size_t n, const char *want)
{
  static char text[1000];
  unsigned char d[16];
  char hex[33];
  int i;

  memset(text, 'a', sizeof text);
  md5(d, text, n);
  for (i = 0; i < 16; i++) snprintf(hex + 2 * i, 3, "%02x", d[i]);
  return !strcmp(hex, want);
}

static void check_md5(void)
{
  CHECK(md5_is(0, "d41d8cd98f00b204e9800998ecf8427e"));
  CHECK(md5_is(1, "0cc175b9c0f1b6a831c399e269772661"));
  CHECK(md5_is(55, "ef1772b6dff9a122358552954ad0df65"));
  CHECK(md5_is(56, "3b0c8ac703f828b04c6c197006d17218"));
  CHECK(md5_is(63, "b06521f39153d618550606be297466d5"));
  CHECK(md5_is(64, "014842d480b571495a4a0363793f7367"));
  CHECK(md5_is(65, "c743a45e0d2e6a95cb859adae0248435"));
  CHECK(md5_is(119, "8a7bd0732ed6a28ce75f6dabc90e1613"));
  CHECK(md5_is(120, "5f61c0ccad4cac44c75ff505e1f1e537"));
  CHECK(md5_is(128, "e510683b3f5ffe4093d021808bc6ff70"));
  CHECK(md5_is(1000, "cabe45dcc9ae5b66ba86600cca6b8ba8"));
}

static void check_courier(void)
{
  struct uidl_facts x = facts;

  x.name = "1.a b'\"+\xe4";
  x.namelen = strlen(x.name);
  CHECK(makes("courier", &x, "1.a+20b+27+22+2B+E4"));
}

/* what cannot stand as a unique-id is hashed, always to the same */
static void check_fix(void)
{
  char long_one[72];
  stralloc a = STRALLOC_ZERO, b = STRALLOC_ZERO;

  memset(long_one, 'x', sizeof long_one);
  CHECK(uidl_valid(long_one, 70));
  CHECK(!uidl_valid(long_one, 71));
  CHECK(!uidl_valid("", 0));
  CHECK(!uidl_valid("a b", 3));
  CHECK(!uidl_valid("a\0b", 3));
  CHECK(!uidl_valid("\x80", 1));
  uidl_fix(&a, long_one, 70);
  CHECK(a.len == 70);
  a.len = 0;
  uidl_fix(&a, "abc d", 5);
  CHECK(a.len == 64 && uidl_valid(a.s, a.len));
  uidl_fix(&b, "abc d", 5);
  CHECK(a.len == b.len && !memcmp(a.s, b.s, a.len));
  a.len = 0;
  uidl_fix(&a, "", 0);          /* SHA-256 of nothing */
  CHECK(stralloc_eqs(&a, "e3b0c44298fc1c149afbf4c8996fb924"
                         "27ae41e4649b934ca495991b7852b855"));
  a.len = b.len = 0;
  uidl_other(&a, "same", 4, 7);
  uidl_other(&b, "same", 4, 8);
  CHECK(uidl_valid(a.s, a.len) && a.len == b.len);
  CHECK(memcmp(a.s, b.s, a.len));
  stralloc_free(&a);
  stralloc_free(&b);
}

static void check_names(void)
{
  struct uidl_format f;

  CHECK(uidl_format_name(&f, "dovecot") && !uidl_format_needs_name(&f));
  CHECK(uidl_format_name(&f, "basename") && uidl_format_needs_name(&f));
  CHECK(uidl_format_name(&f, "courier") && uidl_format_needs_name(&f));
  CHECK(uidl_format_name(&f, "%g") && uidl_format_needs_name(&f));
}

int main(void)
{
  check_formats();
  check_bad_formats();
  check_md5();
  check_courier();
  check_fix();
  check_names();
  return check_done("uidl");
}
