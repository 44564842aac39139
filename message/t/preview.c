/* ISC licence; see LICENSE. */
#include "message/preview.h"

#include <time.h>

#include "base/alloc.h"
#include "message/html_text.h"
#include "message/t/test.h"

char const *PROG = "preview";

static const struct { const char *in, *out; } texts[] = {
  { "", "" },
  { "Hello,\n\n  lunch\ton  friday?\r\n", "Hello, lunch on friday?" },
  /* quotations and what introduces them */
  { "I agree.\n\nOn Tue, Ann wrote:\n> lunch?\n> now?\n", "I agree." },
  { "On Tue, Ann\n<ann@example.org> wrote:\n> lunch?\n\nYes.\n", "Yes." },
  { "Yes:\n> lunch?\nNo.\n", "No." },
  { "Bob,\nI read this:\n> lunch?\nNo.\n", "Bob, No." },
  { "a: b\nc\n> q\nd", "a: b c d" },
  /* nothing else is there: the second look shows it */
  { "> lunch?\n> now?\n", "" },
  /* signatures, rules */
  { "Yes.\n-- \nAnn\nExample Inc.\n", "Yes." },
  { "-- \nAnn\n", "Ann" },
  { "Yes.\n-----Original Message-----\nFrom: x\n", "Yes." },
  { "=======\nNews\n* * *\nToday\n_______\n", "News Today" },
  { "3 - 1 = 2\n", "3 - 1 = 2" },
  /* PGP */
  { "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nHello\n"
    "-----BEGIN PGP SIGNATURE-----\nabc\n", "Hello" },
  { "-----BEGIN PGP MESSAGE-----\n\nabc\n", "" },
  { "-----BEGIN PGP SIGNED MESSAGE-----", "" },
  /* what cannot be seen */
  { "a\xe2\x80\x8b" "b\xcd\x8f\xc2\xa0\xe2\x80\x8c\xc2\xa0" "c\x01\xc2\xad",
    "ab c" },
  { "\xe3\x80\x80\xe4\xbd\xa0\xe5\xa5\xbd\n", "\xe4\xbd\xa0\xe5\xa5\xbd" },
};

static const struct { const char *in, *out; } pages[] = {
  { "", "" },
  { "plain", "plain\n" },
  { "<html><head><title>T</title><style>p { a: b }</style></head>"
    "<body><p>One</p><p>Two <b>three</b>four</p></body></html>",
    "One\nTwo threefour\n" },
  { "a<br>b<BR/>c<div>d</div>e", "a\nb\nc\nd\ne\n" },
  { "  a\n\n  b \t c ", "a b c\n" },
  { "<pre>a\n  b</pre>", "a\nb\n" },
  { "<td>a</td><td>b</td>", "a b\n" },
  { "&lt;&amp;&gt; &eacute;&Eacute; &#8364;&#x20AC; &apos;",
    "<&> \xc3\xa9\xc3\x89 \xe2\x82\xac\xe2\x82\xac '\n" },
  { "&bogus; &amp &#xD800; &#99999999; & AT&T &", "&bogus; & &#xD800; "
    "&#99999999; & AT&T &\n" },
  { "a &ndash b&nbsp;c", "a \xe2\x80\x93 b\xc2\xa0" "c\n" },
  { "1 < 2 <3 << a", "1 < 2 <3 << a\n" },
  { "a<!-- x > y -- z -->b<!--[if mso]><p>x</p><![endif]-->c<!-->d", "abcd\n" },
  { "<![CDATA[x]]>a<?xml y?>b<!DOCTYPE html>c", "abc\n" },
  { "<a title=\"x > y\" href='z>w'>a</a>", "a\n" },
  { "<p class=it's>a</p>b", "a\nb\n" },
  { "<script>if (a < b) { x = '</b>' }</script>a<style><p>x</p></style>b",
    "a\nb\n" },
  { "<head><meta x><body>a", "a\n" },
  { "<style>x", "" },
  { "Yes<blockquote>Old<p>text</p></blockquote>No", "Yes\n> Old\n> text\nNo\n" },
  { "<blockquote><blockquote>x</blockquote>y</blockquote></blockquote>z",
    "> x\n> y\nz\n" },
  { "Hi<div class=\"gmail_signature\">Ann</div>", "Hi\n-- \nAnn\n" },
  { "a<svg><text>x</text></svg>b<select><option>x</select>c", "a\nb\nc\n" },
  { "a<p", "a\n" },
  { "a&am", "a&am\n" },
};

/* the same in pieces of each size */
static void page(const char *in, const char *want)
{
  size_t n = strlen(in), step, i;
  stralloc out = STRALLOC_ZERO;
  struct html_text h;

  for (step = 1; step <= n + 1; step++) {
    out.len = 0;
    html_text_begin(&h);
    for (i = 0; i < n; i += step)
      html_text_feed(&h, in + i, n - i < step ? n - i : step, &out);
    html_text_end(&h, &out);
    test_eq(__FILE__, __LINE__, in, out.s, out.len, want, strlen(want));
  }
  stralloc_free(&out);
}

/* whole messages */
static const struct { const char *in, *out; } mails[] = {
  { "Subject: x\n\nHello\n", "Hello" },
  { "Content-Type: text/html\n\n<p>Hello &amp; bye</p>", "Hello & bye" },
  { "Content-Type: text/html; charset=iso-8859-1\n"
    "Content-Transfer-Encoding: quoted-printable\n\n"
    "<p>caf=E9 =\n<b>x</b></p>", "caf\xc3\xa9 x" },
  { "Content-Type: text/plain; charset=utf-8\n"
    "Content-Transfer-Encoding: base64\n\nR3LDvMOfZQ==\n",
    "Gr\xc3\xbc\xc3\x9f" "e" },
  { "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n\n--b\n"
    "Content-Type: text/html\n\n<i>rich</i>\n--b--\n", "rich" },
  { "Content-Type: multipart/alternative; boundary=b\n\n--b\n"
    "Content-Type: text/html\n\n<i>rich</i>\n--b\n\nplain\n--b--\n", "plain" },
  { "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
    "Content-Type: text/html\n\n<i>rich</i>\n--b\n\nfooter\n--b--\n", "rich" },
  { "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
    "Content-Disposition: attachment\n\nfile\n--b\n\ntext\n--b--\n", "text" },
  { "Content-Type: multipart/encrypted; boundary=b\n\n--b\n"
    "Content-Type: application/pgp-encrypted\n\nVersion: 1\n--b\n"
    "Content-Type: application/octet-stream\n\nxxx\n--b--\n", "" },
  { "Content-Type: image/png\n\nxxx\n", "" },
  { "Content-Type: message/rfc822\n\nSubject: y\n\ninner\n", "inner" },
  { "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
    "Content-Type: message/rfc822\n\nSubject: y\n\ninner\n--b\n\nouter\n"
    "--b--\n", "outer" },
  { "\n> quoted\n> only\n", "quoted only" },
  { "Content-Type: text/html\n\n<blockquote>quoted</blockquote>", "quoted" },
  { "Content-Transfer-Encoding: x-unknown\n\nabc\n", "" },
};

static void mail(const char *in, size_t n, const char *want)
{
  struct mime_message m = MIME_MESSAGE_ZERO;
  stralloc out = STRALLOC_ZERO;
  int fd = test_file(in, n);

  mime_parse_mem(&m, in, n);
  EQ_NUM(preview_make(fd, m.root, &out), 0);
  test_eq(__FILE__, __LINE__, in, out.s, out.len, want, strlen(want));
  close(fd);
  mime_free(&m);
  stralloc_free(&out);
}

/* computing without a bound takes more than a second */
static void many_parts(void)
{
  stralloc in = STRALLOC_ZERO;
  clock_t start = clock();
  int i;

  stralloc_cats(&in, "Content-Type: multipart/alternative; boundary=b\n\n");
  for (i = 0; i < 9990; i++)
    stralloc_cats(&in, "--b\nContent-Type: text/html\n\n\n");
  mail(in.s, in.len, "");
  EQ_NUM(clock() - start < CLOCKS_PER_SEC / 2, 1);
  stralloc_free(&in);
}

static size_t characters(const stralloc *s)
{
  size_t i, n = 0;

  for (i = 0; i < s->len; i++) n += (s->s[i] & 0xC0) != 0x80;
  return n;
}

int main(void)
{
  stralloc in = STRALLOC_ZERO, out = STRALLOC_ZERO;
  size_t i;

  for (i = 0; i < sizeof texts / sizeof *texts; i++) {
    out.len = 0;
    preview_text(texts[i].in, strlen(texts[i].in), 0, &out);
    test_eq(__FILE__, __LINE__, texts[i].in, out.s, out.len, texts[i].out,
            strlen(texts[i].out));
  }
  out.len = 0;
  preview_text("> a\n>> b\n-- \nc", 14, 1, &out);
  EQ_STR(out, "a b");
  for (i = 0; i < sizeof pages / sizeof *pages; i++)
    page(pages[i].in, pages[i].out);
  for (i = 0; i < sizeof mails / sizeof *mails; i++)
    mail(mails[i].in, strlen(mails[i].in), mails[i].out);
  many_parts();
  /* 200 characters, however many octets: RFC 8970 section 3.3 */
  for (i = 0; i < 1000; i++) stralloc_cats(&in, "\xc3\xa9\xe2\x82\xac x");
  out.len = 0;
  preview_text(in.s, in.len, 0, &out);
  EQ_NUM(characters(&out), PREVIEW_CHARACTERS);
  EQ_NUM(html_entity("amp", 3), '&');
  EQ_NUM(html_entity("am", 2), 0);
  EQ_NUM(html_entity("ampx", 4), 0);
  EQ_NUM(html_entity("thetasymx", 9), 0);
  EQ_NUM(html_entity("thetasymxxxx", 12), 0);
  EQ_NUM(html_entity("zwnj", 4), 0x200C);
  EQ_NUM(html_entity("AElig", 5), 0xC6);
  stralloc_free(&in);
  stralloc_free(&out);
  return test_end("preview");
}
