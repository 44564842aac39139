/* ISC licence; see LICENSE. */
#include "message/msgid.h"

#include "base/alloc.h"
#include "message/t/test.h"

char const *PROG = "msgid";

/* ids are joined by "|" */
static const struct { const char *in, *out; } cases[] = {
  { "", "" },
  { "<a@b>", "a@b" },
  { "<a@b><c@d>", "a@b|c@d" },
  { " <a@b>\r\n\t<c@d> ", "a@b|c@d" },
  { "<a@b>, <c@d> (x)", "a@b|c@d" },
  /* RFC 5256 section 3: both are one id */
  { "<\"01KF8JCEOCBS0045PS\"@xxx.yyy.com>", "01KF8JCEOCBS0045PS@xxx.yyy.com" },
  { "<01KF8JCEOCBS0045PS@xxx.yyy.com>", "01KF8JCEOCBS0045PS@xxx.yyy.com" },
  { "<\"a b\"@c>", "a b@c" },
  { "<\"a\\\"b>\"@c>", "a\"b>@c" },
  { "<a@b\r\n c>", "a@bc" },
  { "<a>", "" },
  { "<@b>", "" },
  { "<a@>", "" },
  { "a@b", "" },
  { "<a@b", "" },
  { "<x <a@b>", "a@b" },
  { "Your message <a@b> of today", "a@b" },
  { "<A@B> <a@b>", "A@B|a@b" },
  { "<a@b@c>", "a@b@c" },
  { "<\"a@b>", "" },
};

int main(void)
{
  stralloc id = STRALLOC_ZERO, all = STRALLOC_ZERO;
  size_t i, pos;

  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    all.len = 0;
    pos = 0;
    while (msgid_next(cases[i].in, strlen(cases[i].in), &pos, &id)) {
      if (all.len) stralloc_cats(&all, "|");
      stralloc_catb(&all, id.s, id.len);
    }
    test_eq(__FILE__, __LINE__, cases[i].in, all.s, all.len, cases[i].out,
            strlen(cases[i].out));
  }
  CHECK(msgid_hash("a", 1) != msgid_hash("b", 1), "hash");
  CHECK(msgid_hash("", 0) != 0, "hash of nothing");
  stralloc_free(&id);
  stralloc_free(&all);
  return test_end("msgid");
}
