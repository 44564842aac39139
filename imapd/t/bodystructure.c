/* ISC licence; see LICENSE. */
#include "imapd/bodystructure.h"

#include "base/alloc.h"
#include "expect.h"

const char *PROG = "bodystructure";

#define EMPTY_ENVELOPE "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"

/* body: the answer to BODY, 0: not looked at */
static const struct { const char *what, *text, *structure, *body; } cases[] = {
  { "no MIME: text/plain, us-ascii, 7bit", "Subject: x\n\none\ntwo\n",
    "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 10 2 "
    "NIL NIL NIL NIL)",
    "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 10 2)" },
  { "an empty message", "",
    "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 0 0 "
    "NIL NIL NIL NIL)", 0 },
  { "sizes count CR LF, also where the file has it", "\r\na\r\nb\n",
    "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 6 2 "
    "NIL NIL NIL NIL)", 0 },
  { "all of a part's fields",
    "Content-Type: APPLICATION/Pdf; name=\"a \\\"b\\\"\"; x=1\n"
    "Content-ID: <i@d>\nContent-Description: d e\n"
    "Content-Transfer-Encoding: BASE64\nContent-MD5: Q2hlY2s=\n"
    "Content-Disposition: attachment; filename=\"r.pdf\"\n"
    "Content-Language: en, de\nContent-Location: http://a/\n b\n\nAAAA\n",
    "(\"APPLICATION\" \"Pdf\" (\"name\" \"a \\\"b\\\"\" \"x\" \"1\") "
    "\"<i@d>\" \"d e\" \"BASE64\" 6 \"Q2hlY2s=\" "
    "(\"attachment\" (\"filename\" \"r.pdf\")) (\"en\" \"de\") "
    "\"http://a/b\")",
    "(\"APPLICATION\" \"Pdf\" (\"name\" \"a \\\"b\\\"\" \"x\" \"1\") "
    "\"<i@d>\" \"d e\" \"BASE64\" 6)" },
  { "one language is a list too; disposition without parameters",
    "Content-Language: en\nContent-Disposition: inline\n\n",
    "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 0 0 "
    "NIL (\"inline\" NIL) (\"en\") NIL)", 0 },
  { "multipart: parts without a space between them",
    "Content-Type: multipart/mixed; boundary=b\nContent-Language: fr\n\n"
    "preamble\n--b\n\none\n--b\nContent-Type: image/png\n\nxx\n--b--\n",
    "((\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 3 0 "
    "NIL NIL NIL NIL)(\"image\" \"png\" NIL NIL NIL \"7bit\" 2 "
    "NIL NIL NIL NIL) \"mixed\" (\"boundary\" \"b\") NIL (\"fr\") NIL)",
    "((\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 3 0)"
    "(\"image\" \"png\" NIL NIL NIL \"7bit\" 2) \"mixed\")" },
  { "message/rfc822: envelope, body, lines",
    "Content-Type: message/rfc822\n\nSubject: in\n\nx\ny\n",
    "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 21 "
    "(NIL \"in\" NIL NIL NIL NIL NIL NIL NIL NIL) "
    "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 6 2 "
    "NIL NIL NIL NIL) 4 NIL NIL NIL NIL)",
    "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 21 "
    "(NIL \"in\" NIL NIL NIL NIL NIL NIL NIL NIL) "
    "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 6 2) "
    "4)" },
  { "digest: the default type of a part is message/rfc822",
    "Content-Type: multipart/digest; boundary=b\n\n--b\n\n\nx\n--b--\n",
    "((\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 3 " EMPTY_ENVELOPE
    " (\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 1 0 "
    "NIL NIL NIL NIL) 1 NIL NIL NIL NIL) \"digest\" (\"boundary\" \"b\") "
    "NIL NIL NIL)", 0 },
  { "a multipart in a message in a multipart",
    "Content-Type: multipart/mixed; boundary=o\n\n--o\n"
    "Content-Type: message/rfc822\n\n"
    "Content-Type: multipart/alternative; boundary=i\n\n"
    "--i\n\na\n--i\n\nb\n--i--\n--o--\n",
    "((\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 76 " EMPTY_ENVELOPE
    " ((\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 1 0 "
    "NIL NIL NIL NIL)(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL "
    "\"7bit\" 1 0 NIL NIL NIL NIL) \"alternative\" (\"boundary\" \"i\") "
    "NIL NIL NIL) 8 NIL NIL NIL NIL) \"mixed\" (\"boundary\" \"o\") "
    "NIL NIL NIL)", 0 },
  { "8-bit parameters go as literals",
    "Content-Type: text/plain; charset=utf-8; name=\xc3\xa9\n\n",
    "(\"text\" \"plain\" (\"charset\" \"utf-8\" \"name\" {2}\r\n\xc3\xa9) "
    "NIL NIL \"7bit\" 0 0 NIL NIL NIL NIL)", 0 },
};

static void one(size_t i)
{
  struct mime_message m = MIME_MESSAGE_ZERO;
  stralloc out = STRALLOC_ZERO;

  mime_parse_mem(&m, cases[i].text, strlen(cases[i].text));
  bodystructure_cat(&out, m.root, 1);
  expect_text(out.s, out.len, cases[i].structure, strlen(cases[i].structure),
              cases[i].what);
  out.len = 0;
  bodystructure_cat(&out, m.root, 0);
  if (cases[i].body)
    expect_text(out.s, out.len, cases[i].body, strlen(cases[i].body),
                cases[i].what);
  stralloc_free(&out);
  mime_free(&m);
}

/* every "(" has its ")", counted outside of strings */
static int balanced(const char *s, size_t len)
{
  size_t i;
  long depth = 0;
  int quoted = 0;

  for (i = 0; i < len; i++) {
    if (quoted && s[i] == '\\') i++;
    else if (s[i] == '"') quoted = !quoted;
    else if (!quoted && s[i] == '(') depth++;
    else if (!quoted && s[i] == ')' && --depth < 0) return 0;
  }
  return !depth && !quoted;
}

/* multiparts and messages inside each other, more than the parser follows */
static void deep(const char *type)
{
  struct mime_message m = MIME_MESSAGE_ZERO;
  stralloc text = STRALLOC_ZERO, out = STRALLOC_ZERO;
  int i;

  for (i = 0; i < 3000; i++) {
    stralloc_cats(&text, "Content-Type: ");
    stralloc_cats(&text, type);
    stralloc_catu(&text, (uint64_t)i);
    stralloc_cats(&text, "\n\n");
    if (strchr(type, '=')) {
      stralloc_cats(&text, "--b");
      stralloc_catu(&text, (uint64_t)i);
      stralloc_append(&text, '\n');
    }
  }
  mime_parse_mem(&m, text.s, text.len);
  bodystructure_cat(&out, m.root, 1);
  expect(balanced(out.s, out.len), type);
  stralloc_free(&out);
  stralloc_free(&text);
  mime_free(&m);
}

int main(void)
{
  size_t i;

  for (i = 0; i < sizeof cases / sizeof *cases; i++) one(i);
  deep("multipart/mixed; boundary=b");
  deep("message/rfc822; x");
  return expect_done("bodystructure");
}
