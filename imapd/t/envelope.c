/* ISC licence; see LICENSE. */
#include "imapd/envelope.h"

#include "base/alloc.h"
#include "expect.h"

const char *PROG = "envelope";

static const struct { const char *what, *header, *want; } cases[] = {
  { "no header at all", "",
    "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)" },
  { "present but empty fields are empty strings",
    "Date:\nSubject: \nMessage-ID:\nIn-Reply-To:\n\n",
    "(\"\" \"\" NIL NIL NIL NIL NIL NIL \"\" \"\")" },
  { "all fields",
    "Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)\n"
    "From: Fred Foobar <foobar@Blurdybloop.COM>\n"
    "Sender: s@x.org\n"
    "Reply-To: \"R, \\\"T\\\"\" <r@x.org>\n"
    "Subject: afternoon\n meeting\n"
    "To: mooch@owatagu.siam.edu\n"
    "Cc: a@b, C <c@d>\n"
    "Bcc: e@f\n"
    "In-Reply-To: <1@a>\n"
    "Message-ID: <B27397-0100000@Blurdybloop.COM>\n\n",
    "(\"Mon, 7 Feb 1994 21:52:25 -0800 (PST)\" \"afternoon meeting\" "
    "((\"Fred Foobar\" NIL \"foobar\" \"Blurdybloop.COM\")) "
    "((NIL NIL \"s\" \"x.org\")) "
    "((\"R, \\\"T\\\"\" NIL \"r\" \"x.org\")) "
    "((NIL NIL \"mooch\" \"owatagu.siam.edu\")) "
    "((NIL NIL \"a\" \"b\")(\"C\" NIL \"c\" \"d\")) "
    "((NIL NIL \"e\" \"f\")) "
    "\"<1@a>\" \"<B27397-0100000@Blurdybloop.COM>\")" },
  { "Sender and Reply-To default to From, also when they are empty",
    "From: a@b\nSender:\nReply-To: ,\n\n",
    "(NIL NIL ((NIL NIL \"a\" \"b\")) ((NIL NIL \"a\" \"b\")) "
    "((NIL NIL \"a\" \"b\")) NIL NIL NIL NIL NIL)" },
  { "a group has a start and an end",
    "To: team: x@y, Z <z@y>;, last@y\nCc: undisclosed-recipients:;\n\n",
    "(NIL NIL NIL NIL NIL "
    "((NIL NIL \"team\" NIL)(NIL NIL \"x\" \"y\")(\"Z\" NIL \"z\" \"y\")"
    "(NIL NIL NIL NIL)(NIL NIL \"last\" \"y\")) "
    "((NIL NIL \"undisclosed-recipients\" NIL)(NIL NIL NIL NIL)) "
    "NIL NIL NIL)" },
  { "encoded words stay; 8-bit goes as a literal",
    "Subject: =?UTF-8?Q?a?= \xc3\xa9\nFrom: \xe9 <a@b>\n\n",
    "(NIL {16}\r\n=?UTF-8?Q?a?= \xc3\xa9 (({1}\r\n\xe9 NIL \"a\" \"b\")) "
    "(({1}\r\n\xe9 NIL \"a\" \"b\")) (({1}\r\n\xe9 NIL \"a\" \"b\")) "
    "NIL NIL NIL NIL NIL)" },
  { "quotes and backslashes are escaped",
    "Subject: say \"hi\" \\o/\n\n",
    "(NIL \"say \\\"hi\\\" \\\\o/\" NIL NIL NIL NIL NIL NIL NIL NIL)" },
  { "the same whether lines end with LF or CR LF",
    "Subject: a\r\n b\r\nTo: x@y\r\n\r\n",
    "(NIL \"a b\" NIL NIL NIL ((NIL NIL \"x\" \"y\")) NIL NIL NIL NIL)" },
  { "several To fields are one list (RFC 5322 section 4.5.3)",
    "To: a@b\nTo: c@d\n\n",
    "(NIL NIL NIL NIL NIL ((NIL NIL \"a\" \"b\")(NIL NIL \"c\" \"d\")) "
    "NIL NIL NIL NIL)" },
  { "a route", "To: <@r1,@r2:a@b>\n\n",
    "(NIL NIL NIL NIL NIL ((NIL \"@r1,@r2\" \"a\" \"b\")) NIL NIL NIL NIL)" },
  { "an address without a domain is no group", "To: joe\n\n",
    "(NIL NIL NIL NIL NIL ((NIL NIL \"joe\" \"\")) NIL NIL NIL NIL)" },
};

static void one(size_t i)
{
  struct mime_message m = MIME_MESSAGE_ZERO;
  stralloc out = STRALLOC_ZERO;

  mime_parse_mem(&m, cases[i].header, strlen(cases[i].header));
  envelope_cat(&out, m.root->envelope);
  expect_text(out.s, out.len, cases[i].want, strlen(cases[i].want),
              cases[i].what);
  stralloc_free(&out);
  mime_free(&m);
}

/* a NUL must never go out: RFC 3501 section 9, CHAR8 */
static void nul(void)
{
  static const char text[] = "Subject: a\0b\nFrom: x\0y <a@b>\n\n";
  struct mime_message m = MIME_MESSAGE_ZERO;
  stralloc out = STRALLOC_ZERO;

  mime_parse_mem(&m, text, sizeof text - 1);
  envelope_cat(&out, m.root->envelope);
  expect(!memchr(out.s, 0, out.len), "no NUL in an envelope");
  expect(!!memmem(out.s, out.len, "{3}\r\na\x80" "b", 8), "NUL is 0x80");
  stralloc_free(&out);
  mime_free(&m);
}

/* a long string goes as a literal, and a megabyte is no trouble */
static void long_subject(void)
{
  stralloc text = STRALLOC_ZERO, out = STRALLOC_ZERO;
  struct mime_message m = MIME_MESSAGE_ZERO;
  size_t i;

  stralloc_cats(&text, "Subject: ");
  for (i = 0; i < 1 << 20; i++) stralloc_append(&text, 'x');
  stralloc_cats(&text, "\nTo: a@b\n\n");
  mime_parse_mem(&m, text.s, text.len);
  envelope_cat(&out, m.root->envelope);
  expect(out.len > 1000 && !memcmp(out.s, "(NIL {", 6),
         "a long subject is a literal");
  expect(!!memmem(out.s, out.len, "((NIL NIL \"a\" \"b\"))", 19),
         "what comes behind a long subject is there");
  stralloc_free(&out);
  stralloc_free(&text);
  mime_free(&m);
}

int main(void)
{
  size_t i;

  for (i = 0; i < sizeof cases / sizeof *cases; i++) one(i);
  nul();
  long_subject();
  return expect_done("envelope");
}
