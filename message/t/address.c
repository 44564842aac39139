/* ISC licence; see LICENSE. */
#include "message/address.h"

#include "message/t/test.h"

/* an address list as ENVELOPE would show it, with ~ for NIL */
static void show(const struct address_list *l, stralloc *out)
{
  const struct lstr *f[4];
  size_t i;
  int k;

  out->len = 0;
  for (i = 0; i < l->n; i++) {
    f[0] = &l->v[i].name;
    f[1] = &l->v[i].adl;
    f[2] = &l->v[i].mailbox;
    f[3] = &l->v[i].host;
    if (!stralloc_cats(out, "(")) abort();
    for (k = 0; k < 4; k++) {
      if (k && !stralloc_cats(out, "|")) abort();
      if (f[k]->s ? !stralloc_catb(out, f[k]->s, f[k]->len)
          : !stralloc_cats(out, "~")) abort();
    }
    if (!stralloc_cats(out, ")")) abort();
  }
}

static const struct { const char *in, *out; } cases[] = {
  { "", "" },
  { " \r\n ", "" },
  { ",, ,", "" },
  { "joe@example.org", "(~|~|joe|example.org)" },
  { "<joe@example.org>", "(~|~|joe|example.org)" },
  { "Joe <joe@example.org>", "(Joe|~|joe|example.org)" },
  /* RFC 5322 appendix A.1 */
  { "John Doe <jdoe@machine.example>", "(John Doe|~|jdoe|machine.example)" },
  { "\"Joe Q. Public\" <john.q.public@example.com>",
    "(Joe Q. Public|~|john.q.public|example.com)" },
  { "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
    "(Mary Smith|~|mary|x.test)(~|~|jdoe|example.org)(Who?|~|one|y.test)" },
  { "<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
    "(~|~|boss|nil.test)(Giant; \"Big\" Box|~|sysservices|example.net)" },
  { "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
    "(~|~|A Group|~)(Ed Jones|~|c|a.test)(~|~|joe|where.test)"
    "(John|~|jdoe|one.test)(~|~|~|~)" },
  { "Undisclosed recipients:;", "(~|~|Undisclosed recipients|~)(~|~|~|~)" },
  { "undisclosed-recipients:", "(~|~|undisclosed-recipients|~)(~|~|~|~)" },
  /* appendix A.5: comments and white space everywhere */
  { "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
    "(Pete|~|pete|silly.test)" },
  { "A Group(Some people)\r\n     :Chris Jones <c@(Chris's host.)public."
    "example>,\r\n         joe@example.org,\r\n  John <jdoe@one.test> (my "
    "dear friend); (the end of the group)",
    "(~|~|A Group|~)(Chris Jones|~|c|public.example)(~|~|joe|example.org)"
    "(John|~|jdoe|one.test)(~|~|~|~)" },
  { "(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;",
    "(~|~|Hidden recipients|~)(~|~|~|~)" },
  /* appendix A.6: obsolete */
  { "Joe Q. Public <john.q.public@example.com>",
    "(Joe Q. Public|~|john.q.public|example.com)" },
  { "Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
    "(Mary Smith|@node.test|mary|example.net)(~|~|jdoe|test.example)" },
  { "<@a.test,@b.test , @c.test:joe@d.test>",
    "(~|@a.test,@b.test,@c.test|joe|d.test)" },
  { "joe . q @ example . org", "(~|~|joe.q|example.org)" },
  { "joe@example.org (Joe Public)", "(Joe Public|~|joe|example.org)" },
  { "<joe@example.org> (Joe)", "(Joe|~|joe|example.org)" },
  { "(Joe) joe@example.org", "(Joe|~|joe|example.org)" },
  { "joe@[10.0.0.1], a@[IPv6:2001:db8::1]",
    "(~|~|joe|[10.0.0.1])(~|~|a|[IPv6:2001:db8::1])" },
  { "\"joe smith\"@example.org", "(~|~|joe smith|example.org)" },
  { "\"a\\\"b\"@example.org", "(~|~|a\"b|example.org)" },
  { "\"joe\".smith@example.org", "(~|~|joe.smith|example.org)" },
  { "\"\"@example.org", "(~|~||example.org)" },
  /* RFC 2047 words are left alone, with what they should not have in them */
  { "=?utf-8?Q?J=C3=B6?= <j@x>", "(=?utf-8?Q?J=C3=B6?=|~|j|x)" },
  { "=?utf-8?Q?Doe,_J.?= =?utf-8?B?YQ==?= <j@x>",
    "(=?utf-8?Q?Doe,_J.?= =?utf-8?B?YQ==?=|~|j|x)" },
  { "\"=?utf-8?Q?J?=\" <j@x>", "(=?utf-8?Q?J?=|~|j|x)" },
  /* raw 8-bit */
  { "J\xf6rg <j@x>", "(J\xf6rg|~|j|x)" },
  { "\xe4\xbd\xa0@\xe4\xbe\x8b", "(~|~|\xe4\xbd\xa0|\xe4\xbe\x8b)" },
  /* broken */
  { "joe", "(~|~|joe|)" },
  { "Joe Public", "(~|~|Joe Public|)" },
  { "undisclosed-recipients", "(~|~|undisclosed-recipients|)" },
  { "<joe>", "(~|~|joe|)" },
  { "Joe <>", "(Joe|~||)" },
  { "<>", "(~|~||)" },
  { "joe@", "(~|~|joe|)" },
  { "@example.org", "(~|~||example.org)" },
  { "<@example.org>", "(~|~||example.org)" },
  { "Joe <joe@example.org", "(Joe|~|joe|example.org)" },
  { "Joe <joe@example.org, b@c", "(Joe|~|joe|example.org)(~|~|b|c)" },
  { "\"Joe <joe@example.org>", "(~|~|Joe <joe@example.org>|)" },
  { "Joe (a <joe@example.org>", "(a <joe@example.org>|~|Joe|)" },
  { "a@b@c", "(~|~|a@b|c)" },
  { "<a@b@c>", "(~|~|a@b|c)" },
  { "a@b; c@d", "(~|~|a|b)(~|~|c|d)" },
  { "a@b c@d", "(~|~|a|b)(~|~|c|d)" },
  { "A <a@b> C <c@d>", "(A|~|a|b)(C|~|c|d)" },
  { "A <a@b> garbage, c@d", "(A|~|a|b)(~|~|c|d)" },
  { "<<a@b>>", "(~|~|a|b)" },
  { "Joe joe@example.org", "(Joe|~|joe|example.org)" },
  { "a..b@c.", "(~|~|a..b|c.)" },
  { ".a@b", "(~|~|.a|b)" },
  { "g: a@b, h: c@d;", "(~|~|g|~)(~|~|a|b)(h|~|c|d)(~|~|~|~)" },
  { "g:;, a@b", "(~|~|g|~)(~|~|~|~)(~|~|a|b)" },
  { ":;", "" },
  { ")>]", "(~|~|]|)" },
  { "a\\b@c", "(~|~|a\\b|c)" },
  { "\"a\\", "(~|~|a\\|)" },
  { "Joe\r\n Public <joe@example.org>", "(Joe Public|~|joe|example.org)" },
  { "\"Joe\r\n Public\" <joe@x>", "(Joe Public|~|joe|x)" }
};

int main(void)
{
  struct address_list l = ADDRESS_LIST_ZERO;
  stralloc out = STRALLOC_ZERO, big = STRALLOC_ZERO;
  size_t i;

  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    address_parse(&l, cases[i].in, strlen(cases[i].in));
    show(&l, &out);
    test_eq(__FILE__, __LINE__, cases[i].in, out.s, out.len, cases[i].out,
            strlen(cases[i].out));
  }
  address_parse(&l, "a\0b@c", 5);
  show(&l, &out);
  EQ_STR(out, "(~|~|a\x80" "b|c)");

  /* large and nasty, in linear time */
  for (i = 0; i < 200000; i++)
    if (!stralloc_cats(&big, "(")) abort();
  address_parse(&l, big.s, big.len);
  EQ_NUM(l.n, 0);
  big.len = 0;
  for (i = 0; i < 200000; i++)
    if (!stralloc_cats(&big, "a@b,")) abort();
  address_parse(&l, big.s, big.len);
  EQ_NUM(l.n, ADDRESS_MAX);
  EQ_LSTR(l.v[ADDRESS_MAX - 1].host, "b");
  big.len = 0;
  for (i = 0; i < 200000; i++)
    if (!stralloc_cats(&big, "a ")) abort();
  address_parse(&l, big.s, big.len);
  EQ_NUM(l.n, 1);
  EQ_NUM(l.v[0].mailbox.len, 399999);
  address_free(&l);
  stralloc_free(&out);
  stralloc_free(&big);
  return test_end("address");
}
