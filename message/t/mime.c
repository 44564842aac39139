/* ISC licence; see LICENSE. */
#include "message/mime.h"

#include "message/param.h"
#include "message/section.h"
#include "message/t/test.h"

static struct mime_message m = MIME_MESSAGE_ZERO;

/* the shape of a tree: T leaf, O opaque, M(...) multipart, R(...) message */
static void shape(const struct mime_part *p, stralloc *out)
{
  const struct mime_part *c;

  if (p->kind == MIME_LEAF) {
    if (!stralloc_cats(out, p->flags & MIME_OPAQUE ? "O" : "T")) abort();
    return;
  }
  if (!stralloc_cats(out, p->kind == MIME_MULTIPART ? "M(" : "R(")) abort();
  for (c = p->child; c; c = c->next) shape(c, out);
  if (!stralloc_cats(out, ")")) abort();
}

static void parse(const char *s)
{
  mime_parse_mem(&m, s, strlen(s));
}

#define SHAPE(text, want) \
  do { \
    stralloc s_ = STRALLOC_ZERO; \
    parse(text); \
    shape(m.root, &s_); \
    EQ_STR(s_, want); \
    stralloc_free(&s_); \
  } while (0)

static struct lstr text_of(const char *msg, const char *path,
                           enum section_what what)
{
  uint32_t n[20];
  size_t depth = 0;
  struct section_range r;
  struct lstr v = LSTR_ZERO;

  while (*path) {
    n[depth++] = (uint32_t)strtoul(path, (char **)&path, 10);
    if (*path == '.') path++;
  }
  if (section_find(m.root, n, depth, what, &r)) {
    v.s = msg + r.at;
    v.len = r.len;
  }
  return v;
}

/* RFC 2046 section 5.1.1, with LF */
static const char rfc2046[] =
  "From: Nathaniel Borenstein <nsb@bellcore.com>\n"
  "To: Ned Freed <ned@innosoft.com>\n"
  "Date: Sun, 21 Mar 1993 23:56:48 -0800 (PST)\n"
  "Subject: Sample message\n"
  "MIME-Version: 1.0\n"
  "Content-type: multipart/mixed; boundary=\"simple boundary\"\n"
  "\n"
  "This is the preamble.  It is to be ignored, though it\n"
  "is a handy place for composition agents to include an\n"
  "explanatory note to non-MIME conformant readers.\n"
  "\n"
  "--simple boundary\n"
  "\n"
  "This is implicitly typed plain US-ASCII text.\n"
  "It does NOT end with a linebreak.\n"
  "--simple boundary\n"
  "Content-type: text/plain; charset=us-ascii\n"
  "\n"
  "This is explicitly typed plain US-ASCII text.\n"
  "It DOES end with a linebreak.\n"
  "\n"
  "--simple boundary--\n"
  "\n"
  "This is the epilogue.  It is also to be ignored.\n";

static void test_rfc2046(void)
{
  const struct mime_part *p;

  SHAPE(rfc2046, "M(TT)");
  EQ_LSTR(m.root->envelope->subject, "Sample message");
  EQ_LSTR(m.root->envelope->from, "Nathaniel Borenstein <nsb@bellcore.com>");
  EQ_LSTR(m.root->envelope->date, "Sun, 21 Mar 1993 23:56:48 -0800 (PST)");
  EQ_LSTR(m.root->envelope->cc, 0);
  EQ_LSTR(m.root->type, "multipart");
  EQ_LSTR(m.root->params.v[0].value, "simple boundary");
  EQ_NUM(m.root->params.n, 1);
  EQ_NUM(m.size, sizeof rfc2046 - 1);
  EQ_NUM(m.vsize, m.size + 24);
  EQ_NUM(m.root->header_lines, 7);
  EQ_NUM(m.root->body_lines, 17);
  p = m.root->child;
  EQ_LSTR(p->type, "text");
  EQ_LSTR(p->subtype, "plain");
  EQ_LSTR(p->charset, "us-ascii");
  EQ_NUM(p->header_len, 1);
  EQ_NUM(p->header_vlen, 2);
  EQ_NUM(p->body_lines, 1);
  EQ_LSTR(text_of(rfc2046, "1", SECTION_ALL),
          "This is implicitly typed plain US-ASCII text.\n"
          "It does NOT end with a linebreak.");
  EQ_NUM(p->body_vlen, p->body_len + 1);
  EQ_LSTR(text_of(rfc2046, "2", SECTION_ALL),
          "This is explicitly typed plain US-ASCII text.\n"
          "It DOES end with a linebreak.\n");
  EQ_LSTR(text_of(rfc2046, "2", SECTION_MIME),
          "Content-type: text/plain; charset=us-ascii\n\n");
  EQ_LSTR(text_of(rfc2046, "3", SECTION_ALL), 0);
  EQ_LSTR(text_of(rfc2046, "1.1", SECTION_ALL), 0);
  EQ_LSTR(text_of(rfc2046, "1", SECTION_HEADER), 0);
  EQ_LSTR(text_of(rfc2046, "1", SECTION_TEXT), 0);
  EQ_LSTR(text_of(rfc2046, "0", SECTION_ALL), 0);
  EQ_NUM(m.header.len, m.root->header_len);
}

/* RFC 2049 appendix A */
static const char rfc2049[] =
  "MIME-Version: 1.0\n"
  "From: Nathaniel Borenstein <nsb@nsb.fv.com>\n"
  "To: Ned Freed <ned@innosoft.com>\n"
  "Date: Fri, 07 Oct 1994 16:15:05 -0700 (PDT)\n"
  "Subject: A multipart example\n"
  "Content-Type: multipart/mixed;\n"
  "              boundary=unique-boundary-1\n"
  "\n"
  "This is the preamble area of a multipart message.\n"
  "\n"
  "--unique-boundary-1\n"
  "\n"
  "  ... Some text appears here ...\n"
  "\n"
  "--unique-boundary-1\n"
  "Content-type: text/plain; charset=US-ASCII\n"
  "\n"
  "This could have been part of the previous part, but\n"
  "illustrates explicit versus implicit typing of body\n"
  "parts.\n"
  "\n"
  "--unique-boundary-1\n"
  "Content-Type: multipart/parallel; boundary=unique-boundary-2\n"
  "\n"
  "--unique-boundary-2\n"
  "Content-Type: audio/basic\n"
  "Content-Transfer-Encoding: base64\n"
  "\n"
  "  ... base64-encoded 8000 Hz single-channel\n"
  "      mu-law-format audio data goes here ...\n"
  "\n"
  "--unique-boundary-2\n"
  "Content-Type: image/jpeg\n"
  "Content-Transfer-Encoding: base64\n"
  "\n"
  "  ... base64-encoded image data goes here ...\n"
  "\n"
  "--unique-boundary-2--\n"
  "\n"
  "--unique-boundary-1\n"
  "Content-type: text/enriched\n"
  "\n"
  "This is <bold><italic>enriched.</italic></bold>\n"
  "\n"
  "--unique-boundary-1\n"
  "Content-Type: message/rfc822\n"
  "\n"
  "From: (mailbox in US-ASCII)\n"
  "To: (address in US-ASCII)\n"
  "Subject: (subject in US-ASCII)\n"
  "Content-Type: Text/plain; charset=ISO-8859-1\n"
  "Content-Transfer-Encoding: Quoted-printable\n"
  "\n"
  "  ... Additional text in ISO-8859-1 goes here ...\n"
  "\n"
  "--unique-boundary-1--\n";

static void test_rfc2049(void)
{
  const struct mime_part *p;

  SHAPE(rfc2049, "M(TTM(TT)TR(T))");
  EQ_LSTR(text_of(rfc2049, "3.1", SECTION_MIME),
          "Content-Type: audio/basic\nContent-Transfer-Encoding: base64\n\n");
  EQ_LSTR(text_of(rfc2049, "3.2", SECTION_ALL),
          "  ... base64-encoded image data goes here ...\n");
  EQ_LSTR(text_of(rfc2049, "5.1", SECTION_ALL),
          "  ... Additional text in ISO-8859-1 goes here ...\n");
  p = m.root->last->child;
  EQ_NUM(p->encoding, MIME_QP);
  EQ_LSTR(p->charset, "ISO-8859-1");
  EQ_LSTR(p->envelope->subject, "(subject in US-ASCII)");
}

/* the example of RFC 3501 section 6.4.5 */
static const char rfc3501[] =
  "Content-Type: multipart/mixed; boundary=A\n\n"
  "--A\n\nplain 1\n"
  "--A\nContent-Type: application/octet-stream\n\noctets 2\n"
  "--A\nContent-Type: message/rfc822\n\n"
    "Subject: three\nContent-Type: multipart/mixed; boundary=B\n\n"
    "--B\n\nplain 3.1\n"
    "--B\nContent-Type: application/octet-stream\n\noctets 3.2\n"
    "--B--\n"
  "--A\nContent-Type: multipart/mixed; boundary=C\n\n"
    "--C\nContent-Type: image/gif\n\ngif 4.1\n"
    "--C\nContent-Type: message/rfc822\n\n"
      "Subject: four\nContent-Type: multipart/mixed; boundary=D\n\n"
      "--D\n\nplain 4.2.1\n"
      "--D\nContent-Type: multipart/alternative; boundary=E\n\n"
        "--E\n\nplain 4.2.2.1\n"
        "--E\nContent-Type: text/richtext\n\nrich 4.2.2.2\n"
        "--E--\n"
      "--D--\n"
    "--C--\n"
  "--A--\n";

static void test_rfc3501(void)
{
  SHAPE(rfc3501, "M(TTR(M(TT))M(TR(M(TM(TT)))))");
  EQ_LSTR(text_of(rfc3501, "1", SECTION_ALL), "plain 1");
  EQ_LSTR(text_of(rfc3501, "2", SECTION_ALL), "octets 2");
  EQ_LSTR(text_of(rfc3501, "3", SECTION_HEADER),
          "Subject: three\nContent-Type: multipart/mixed; boundary=B\n\n");
  EQ_LSTR(text_of(rfc3501, "3", SECTION_TEXT),
          "--B\n\nplain 3.1\n"
          "--B\nContent-Type: application/octet-stream\n\noctets 3.2\n--B--");
  EQ_LSTR(text_of(rfc3501, "3", SECTION_MIME),
          "Content-Type: message/rfc822\n\n");
  EQ_LSTR(text_of(rfc3501, "3.1", SECTION_ALL), "plain 3.1");
  EQ_LSTR(text_of(rfc3501, "3.2", SECTION_ALL), "octets 3.2");
  EQ_LSTR(text_of(rfc3501, "4.1", SECTION_MIME),
          "Content-Type: image/gif\n\n");
  EQ_LSTR(text_of(rfc3501, "4.1", SECTION_ALL), "gif 4.1");
  EQ_LSTR(text_of(rfc3501, "4", SECTION_HEADER), 0);
  EQ_LSTR(text_of(rfc3501, "4.2.1", SECTION_ALL), "plain 4.2.1");
  EQ_LSTR(text_of(rfc3501, "4.2", SECTION_HEADER),
          "Subject: four\nContent-Type: multipart/mixed; boundary=D\n\n");
  EQ_LSTR(text_of(rfc3501, "4.2.2.1", SECTION_ALL), "plain 4.2.2.1");
  EQ_LSTR(text_of(rfc3501, "4.2.2.2", SECTION_ALL), "rich 4.2.2.2");
  EQ_LSTR(text_of(rfc3501, "4.2.2.3", SECTION_ALL), 0);
  EQ_LSTR(text_of(rfc3501, "4.2.2.2.1", SECTION_ALL), 0);
  EQ_LSTR(text_of(rfc3501, "", SECTION_MIME), 0);
  EQ_LSTR(text_of(rfc3501, "", SECTION_ALL), rfc3501);
}

static void test_simple(void)
{
  static const char msg[] = "Subject: x\n\nbody\n";
  static const char fwd[] =
    "Content-Type: message/rfc822\n\nSubject: in\n\ntext\n";

  SHAPE(msg, "T");
  EQ_LSTR(text_of(msg, "1", SECTION_ALL), "body\n");
  EQ_LSTR(text_of(msg, "1", SECTION_MIME), "Subject: x\n\n");
  EQ_LSTR(text_of(msg, "", SECTION_HEADER), "Subject: x\n\n");
  EQ_LSTR(text_of(msg, "", SECTION_TEXT), "body\n");
  EQ_LSTR(text_of(msg, "1.1", SECTION_ALL), 0);
  EQ_LSTR(text_of(msg, "2", SECTION_ALL), 0);
  EQ_LSTR(text_of(msg, "1", SECTION_HEADER), 0);
  SHAPE(fwd, "R(T)");
  EQ_LSTR(text_of(fwd, "1", SECTION_ALL), "Subject: in\n\ntext\n");
  EQ_LSTR(text_of(fwd, "1", SECTION_HEADER), "Subject: in\n\n");
  EQ_LSTR(text_of(fwd, "1", SECTION_TEXT), "text\n");
  EQ_LSTR(text_of(fwd, "1.1", SECTION_ALL), "text\n");
  EQ_LSTR(text_of(fwd, "1.1", SECTION_MIME), "Subject: in\n\n");
  EQ_LSTR(text_of(fwd, "1.1.1", SECTION_ALL), 0);
  EQ_LSTR(m.root->child->envelope->subject, "in");
  CHECK(m.root->child->flags & MIME_IS_MESSAGE, "flag");
}

static void test_defaults(void)
{
  const struct mime_part *p;

  SHAPE("", "T");
  EQ_NUM(m.size, 0);
  EQ_NUM(m.root->header_len, 0);
  CHECK(!(m.root->flags & MIME_HEADER_END), "flag");
  EQ_LSTR(m.root->type, "text");
  EQ_LSTR(m.root->cte, "7bit");
  EQ_LSTR(m.root->disposition, 0);
  EQ_NUM(m.root->languages, 0);
  SHAPE("\n", "T");
  EQ_NUM(m.root->header_len, 1);
  EQ_NUM(m.vsize, 2);
  SHAPE("\n\nx", "T");
  EQ_NUM(m.root->body_len, 2);
  EQ_NUM(m.root->body_lines, 1);
  SHAPE("no header at all", "T");
  EQ_NUM(m.root->header_len, 16);
  EQ_NUM(m.root->body_len, 0);
  SHAPE("Subject: end", "T");
  EQ_LSTR(m.root->envelope->subject, "end");

  SHAPE("Content-Type: multipart/digest; boundary=x\n\n--x\n\nSubject: a\n\n"
        "A\n--x\nContent-Type: text/plain\n\nB\n--x--", "M(R(T)T)");
  p = m.root->child;
  EQ_LSTR(p->type, "message");
  EQ_LSTR(p->subtype, "rfc822");
  EQ_LSTR(p->child->envelope->subject, "a");
  EQ_LSTR(p->envelope ? p->envelope->subject : p->id, 0);
  SHAPE("Content-Type: text\n\n", "T");
  EQ_LSTR(m.root->subtype, "plain");
  SHAPE("Content-Type: garbage\n\n", "T");
  EQ_LSTR(m.root->type, "text");        /* RFC 2045 section 5.2 */
  EQ_LSTR(m.root->subtype, "plain");
  SHAPE("Content-Type:\n\n", "T");
  EQ_LSTR(m.root->type, "text");
  EQ_LSTR(m.root->charset, "us-ascii");
  SHAPE("Content-Type: /x\n\n", "T");
  EQ_LSTR(m.root->type, "text");
  SHAPE("Content-Type: text/html; x=y\n\n", "T");
  EQ_NUM(m.root->params.n, 2);
  EQ_LSTR(m.root->params.v[1].name, "charset");
  EQ_LSTR(m.root->params.v[1].value, "us-ascii");
}

static void test_fields(void)
{
  const struct mime_part *p;

  parse("Content-Type: Image/JPEG (a comment); name=\"a\\\"b;c.jpg\"\n"
        "Content-Transfer-Encoding: (x) BASE64 (y)\n"
        "content-id: <a@b>\n"
        "Content-Description:  folded\n  description \n"
        "Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\n"
        "Content-Disposition: attachment; filename=x.jpg; size=12\n"
        "Content-Language: en, de (German),, fr-CA\n"
        "Content-Location: http://a/\n b\n"
        "In-Reply-To: <1@x>\nMessage-ID: <2@x>\nReferences: <1@x>\n"
        "To: a@b\nCc: c@d\nTo: e@f\nTo:\nBcc:\nSubject: one\nSubject: two\n"
        "\n");
  p = m.root;
  EQ_LSTR(p->type, "Image");
  EQ_LSTR(p->subtype, "JPEG");
  EQ_NUM(p->params.n, 1);
  EQ_LSTR(p->params.v[0].value, "a\"b;c.jpg");
  EQ_LSTR(p->cte, "BASE64");
  EQ_NUM(p->encoding, MIME_BASE64);
  EQ_LSTR(p->id, "<a@b>");
  EQ_LSTR(p->description, "folded  description");
  EQ_LSTR(p->md5, "Q2hlY2sgSW50ZWdyaXR5IQ==");
  EQ_LSTR(p->disposition, "attachment");
  EQ_NUM(p->disposition_params.n, 2);
  EQ_LSTR(p->disposition_params.v[1].value, "12");
  EQ_NUM(p->languages, 3);
  EQ_LSTR(p->language[1], "de");
  EQ_LSTR(p->language[2], "fr-CA");
  EQ_LSTR(p->location, "http://a/b");
  EQ_LSTR(p->envelope->to, "a@b, e@f");
  EQ_LSTR(p->envelope->cc, "c@d");
  EQ_LSTR(p->envelope->bcc, "");
  EQ_LSTR(p->envelope->sender, 0);
  EQ_LSTR(p->envelope->subject, "one");
  EQ_LSTR(p->envelope->in_reply_to, "<1@x>");
  EQ_LSTR(p->envelope->message_id, "<2@x>");
  EQ_LSTR(p->envelope->references, "<1@x>");
  parse("Content-Transfer-Encoding: x-uuencode\n\n");
  EQ_NUM(m.root->encoding, MIME_UNKNOWN);
  EQ_LSTR(m.root->cte, "x-uuencode");
  parse("Content-Transfer-Encoding: quoted-printable;\n\n");
  EQ_NUM(m.root->encoding, MIME_QP);
  mime_parse_mem(&m, "Subject: a\0b\n\n\0", 15);
  EQ_LSTR(m.root->envelope->subject, "a\x80" "b");
  EQ_NUM(m.root->flags & (MIME_HEADER_NUL | MIME_BODY_NUL),
         MIME_HEADER_NUL | MIME_BODY_NUL);
  parse("Subject : spaced\nSUBJECTX: no\nFrom:a\n\n");
  EQ_LSTR(m.root->envelope->subject, "spaced");
  EQ_LSTR(m.root->envelope->from, "a");
}

/* name=value pairs joined by | */
static void params(const char *field, const char *want)
{
  stralloc in = STRALLOC_ZERO, out = STRALLOC_ZERO;
  size_t i;

  if (!stralloc_cats(&in, "Content-Type: application/x;")
      || !stralloc_cats(&in, field) || !stralloc_cats(&in, "\n\n")) abort();
  mime_parse_mem(&m, in.s, in.len);
  for (i = 0; i < m.root->params.n; i++) {
    const struct mime_param *p = &m.root->params.v[i];

    if ((i && !stralloc_cats(&out, "|"))
        || !stralloc_catb(&out, p->name.s, p->name.len)
        || !stralloc_cats(&out, "=")
        || !stralloc_catb(&out, p->value.s, p->value.len)) abort();
  }
  test_eq(__FILE__, __LINE__, field, out.s, out.len, want, strlen(want));
  stralloc_free(&in);
  stralloc_free(&out);
}

static void test_params(void)
{
  stralloc out = STRALLOC_ZERO;

  params("", "");
  params(" a=b; c=\"d e\" ; f = g", "a=b|c=d e|f=g");
  params(" a=b (comment) ; (x;y=z) c=d", "a=b|c=d");
  params(" a=\"unclosed; b=c", "a=unclosed; b=c");
  params(" name=foo bar.pdf; b=c", "name=foo bar.pdf|b=c");
  params(" charset=utf-8 format=flowed", "charset=utf-8|format=flowed");
  params("; charset=us-ascii(Plain text)", "charset=us-ascii");
  params("; charset=us-ascii(a (b)\\));x=y", "charset=us-ascii|x=y");
  params("; name=report(1).pdf; x=y", "name=report(1).pdf|x=y");
  params("; name=a((b; x=y", "name=a((b; x=y");
  params(" boundary=----=_Part_1", "boundary=----=_Part_1");
  params(" name==?utf-8?Q?x?= =?utf-8?Q?y?=",
         "name==?utf-8?Q?x?= =?utf-8?Q?y?=");
  params(" name=foo(1).pdf", "name=foo(1).pdf");
  params(";;; a=;b", "a=");
  params(" a", "");
  params(" =x; a=b", "a=b");
  params(" a=\"\"; b=\"\\\"\\\\\"", "a=|b=\"\\");
  params(" a=1; A=2", "a=1|A=2");
  params("\n\ta=b;\n c=\"d\n e\"", "a=b|c=d e");
  /* RFC 2231 section 3 */
  params(" access-type=URL;\n URL*0=\"ftp://\";\n"
         " URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"",
         "access-type=URL|"
         "URL=ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar");
  /* section 4 */
  params(" title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A",
         "title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A");
  if (!param_text(m.root->params, "title", &out)) abort();
  EQ_STR(out, "This is ***fun***");
  /* section 4.1 */
  params(" title*0*=us-ascii'en'This%20is%20even%20more%20;\n"
         " title*1*=%2A%2A%2Afun%2A%2A%2A%20;\n title*2=\"isn't it!\"",
         "title*=us-ascii'en'This%20is%20even%20more%20"
         "%2A%2A%2Afun%2A%2A%2A%20isn%27t%20it!");
  out.len = 0;
  if (!param_text(m.root->params, "title", &out)) abort();
  EQ_STR(out, "This is even more ***fun*** isn't it!");
  params(" a*1=y; a*0=x; b=z; a*2=w", "a=xyw|b=z");
  params(" a*0=x; a*2=w", "a=x|a*2=w");
  params(" a*1=x", "a*1=x");
  params(" a*0=x; a*1*=%41", "a*=''x%41");
  params(" *0=x; a*=b; a**=c", "*0=x|a*=b|a**=c");
  out.len = 0;
  EQ_NUM(param_text(m.root->params, "a", &out), 1);
  EQ_STR(out, "b");
  EQ_NUM(param_text(m.root->params, "zz", &out), 0);
  params(" name=\"=?iso-8859-1?Q?J=F6?=\"", "name==?iso-8859-1?Q?J=F6?=");
  out.len = 0;
  EQ_NUM(param_text(m.root->params, "NAME", &out), 1);
  EQ_STR(out, "J\xc3\xb6");
  CHECK(param_find(m.root->params, "NAME") == m.root->params.v, "find");
  stralloc_free(&out);
  SHAPE("Content-Type: multipart/mixed; boundary*0=a; boundary*1=b\n\n"
        "--ab\n\nx\n--ab--\n", "M(T)");
}

/* one part more of depth, 5000 times: the limit holds and all agree */
static void test_deep(int depth, int step)
{
  stralloc msg = STRALLOC_ZERO;
  const struct mime_part *p;
  char line[100];
  int i, deepest = 0;

  for (i = 0; i < depth; i++) {
    if (i % step == step - 1)
      snprintf(line, sizeof line, "Content-Type: message/rfc822\n\n");
    else
      snprintf(line, sizeof line,
               "Content-Type: multipart/mixed; boundary=b%05d\n\n--b%05d\n",
               i, i);
    if (!stralloc_cats(&msg, line)) abort();
  }
  if (!stralloc_cats(&msg, "\ndeep\n")) abort();
  for (i = depth; i-- > 0;) {
    if (i % step == step - 1) continue;
    snprintf(line, sizeof line, "--b%05d--\n", i);
    if (!stralloc_cats(&msg, line)) abort();
  }
  mime_parse_mem(&m, msg.s, msg.len);
  for (p = m.root; p; p = mime_next(p))
    if ((int)p->depth > deepest) deepest = (int)p->depth;
  EQ_NUM(deepest, depth < MIME_DEPTH_MAX ? depth : MIME_DEPTH_MAX);
  EQ_NUM(m.parts, deepest + 1);
  for (p = m.root; p->child; p = p->child)
    ;
  EQ_NUM(!!(p->flags & MIME_OPAQUE), depth > MIME_DEPTH_MAX);
  if (depth > MIME_DEPTH_MAX) EQ_LSTR(p->type, "application");
  stralloc_free(&msg);
}

static void test_many(void)
{
  stralloc msg = STRALLOC_ZERO;
  const struct mime_part *p;
  int i, n = 0;

  if (!stralloc_cats(&msg, "Content-Type: multipart/mixed; boundary=b\n\n"))
    abort();
  for (i = 0; i < 20000; i++)
    if (!stralloc_cats(&msg, "--b\n\nx\n")) abort();
  if (!stralloc_cats(&msg, "--b--\nepilogue\n")) abort();
  mime_parse_mem(&m, msg.s, msg.len);
  EQ_NUM(m.parts, MIME_PARTS_MAX);
  for (p = m.root; p; p = mime_next(p)) n++;
  EQ_NUM(n, MIME_PARTS_MAX);
  EQ_NUM(m.root->children, MIME_PARTS_MAX - 1);
  EQ_NUM(m.root->last->number, MIME_PARTS_MAX - 1);
  stralloc_free(&msg);
}

/* 1 MB header lines, many fields, a header that never ends */
static void test_huge_header(void)
{
  stralloc msg = STRALLOC_ZERO;
  size_t i;

  if (!stralloc_cats(&msg, "To: ")) abort();
  for (i = 0; i < 100000; i++)
    if (!stralloc_cats(&msg, "joe@example, ")) abort();
  if (!stralloc_cats(&msg, "\nSubject: after\nContent-Type: text/html\n\nx"))
    abort();
  mime_parse_mem(&m, msg.s, msg.len);
  EQ_LSTR(m.root->envelope->subject, "after");
  EQ_LSTR(m.root->subtype, "html");
  CHECK(m.root->envelope->to.len <= MIME_FIELD_MAX
        && m.root->envelope->to.len > MIME_FIELD_MAX - 100, "length %zu",
        m.root->envelope->to.len);
  EQ_NUM(m.header_cut, 1);
  EQ_NUM(m.header.len, 0);
  EQ_NUM(m.root->body_len, 1);
  msg.len = 0;
  for (i = 0; i < 300000; i++)
    if (!stralloc_cats(&msg, "To: joe@example\n")) abort();
  mime_parse_mem(&m, msg.s, msg.len);
  CHECK(m.root->envelope->to.len <= MIME_FIELD_MAX, "length");
  EQ_NUM(m.header_cut, 1);
  EQ_NUM(m.header.len, MIME_HEADER_MAX / 16 * 16);
  EQ_NUM(m.root->header_len, 4800000);
  EQ_NUM(m.root->header_lines, 300000);
  stralloc_free(&msg);
}

int main(void)
{
  test_rfc2046();
  test_rfc2049();
  test_rfc3501();
  test_simple();
  test_defaults();
  test_fields();
  test_params();
  test_deep(50, 1000);
  test_deep(50, 2);
  test_deep(99, 3);
  test_deep(100, 2);
  test_deep(101, 2);
  test_deep(5000, 100000);
  test_deep(5000, 2);
  test_deep(5000, 1);
  test_many();
  test_huge_header();
  mime_free(&m);
  return test_end("mime");
}
