/* ISC licence; see LICENSE. */
#include "message/mime.h"

#include "message/crlf.h"
#include "message/section.h"
#include "message/t/mime_check.h"
#include "message/t/test.h"

/* broken mail: what becomes of it, and that all answers agree */

static struct mime_message m = MIME_MESSAGE_ZERO;

#define H(b) "Content-Type: multipart/mixed; boundary=\"" b "\"\n\n"

static const struct { const char *msg; const char *parts; } cases[] = {
  /* kind and text of each leaf or opaque part in order, by | */
  { H("b") "--b\n\nx\n--b--\n", "x" },
  { H("b") "--b\n\nx\n--b--", "x" },
  { H("b") "--b\n\nx\n--b", "x|" },
  { H("b") "--b\n\nx\n", "x\n" },                /* never closed */
  { H("b") "--b\n\nx", "x" },
  { H("b") "--b\n\n", "" },
  { H("b") "--b\n", "" },
  { H("b") "--b", "" },
  { H("b") "--b--\n", "--b--\n" },               /* closed before any part */
  { H("b") "--b--\n--b\n\nx\n", "--b--\n--b\n\nx\n" },
  { H("b") "no part\n", "no part\n" },
  { H("b"), "" },
  { "Content-Type: multipart/mixed; boundary=b", "" },
  { H("") "--\n\nx\n----\n", "--\n\nx\n----\n" },
  { "Content-Type: multipart/mixed\n\n--\n\nx\n", "--\n\nx\n" },
  { H("b") "pre\n--b  \t\n\nx\n--b-- \t\nepi\n", "x" },  /* padding */
  { H("b") "--b\r\n\r\nx\r\n--b--\r\n", "x" },
  { H("b") "--b\n\nx\r\n--b--\n", "x" },
  { H("b") "--b\n\nx\r\r\n--b--\n", "x\r" },
  { H("b") "--b\n\nx\r--b\n--b--\n", "x\r--b" }, /* not at a line start */
  { H("b") "--b\n\nx\n\n--b--\n", "x\n" },
  { H("b") "--b\n\n\n--b--\n", "" },
  { H("b") "--b\n\n--b--\n", "" },               /* empty body */
  { H("b") "--b\n--b--\n", "" },                 /* no blank line, no body */
  { H("b") "--b\nX: y\n--b\n\nz\n--b--\n", "|z" },
  { H("b") "--b\nthis is no header\n\nx\n--b--", "x" },
  { H("b") "--b\n\n- -b\n-b\n --b\n---b\n--b--", "- -b\n-b\n --b\n---b" },
  { H("b") "--b\n\nx\n--b--\n--b\n\ny\n", "x" }, /* after the end */
  /* one boundary is the start of the other */
  { H("b") "--b\n" H("bb") "\n--bb\n\nx\n--bb--\n--b\n\ny\n--b--\n", "x|y" },
  { H("bb") "--bb\n" H("b") "\n--b\n\nx\n--b--\n--bb\n\ny\n--bb--\n", "x|y" },
  { H("b") "--b\n" H("b--") "\n--b--\n\nx\n--b----\n--b\n\ny\n--b--\n",
    "x|y" },
  /* the same boundary twice */
  { H("b") "--b\n" H("b") "\n--b\n\nx\n--b--\n--b\n\ny\n--b--\n", "x|y" },
  /* the inner one is not closed */
  { H("a") "--a\n" H("b") "--b\n\nx\n--a\n\ny\n--a--\n", "x|y" },
  { H("a") "--a\n" H("b") "--b\n\nx\n--a--\n", "x" },
  { H("a") "--a\n" H("b") "--a\n\ny\n--a--\n", "|y" },
  { H("a") "--a\n" H("b") "--b\n--a\n\ny\n--a--\n", "|y" },
  { H("a") "--a\nContent-Type: message/rfc822\n--a--\n", "" },
  { H("a") "--a\nContent-Type: message/rfc822\n\n--a--\n", "" },
  { H("a") "--a\nContent-Type: message/rfc822\n\nX: y\n--a--\n", "" },
  { H("a") "--a\nContent-Type: message/rfc822\n\nX: y\n\nz\n--a--\n", "z" },
  { H("a") "--a\nContent-Type: message/rfc822\n"
    "Content-Transfer-Encoding: base64\n\nWA==\n--a--\n", "WA==" },
  { "Content-Type: message/rfc822\n\n" H("b") "--b\n\nx", "x" },
  { "Content-Type: message/global\n\n\nx", "x" },
  { "Content-Type: message/delivery-status\n\n\nx", "\nx" },
  { H("b\tc ") "--b\tc\n\nx\n--b\tc--", "x" },
  { "Subject: x\n \n\t\nContent-Type: multipart/mixed;\n\n\tboundary=b\n\n",
    "\tboundary=b\n\n" },
  { "\nContent-Type: text/plain\n\nx", "Content-Type: text/plain\n\nx" },
  { "\r\r\n\nx", "x" },
  { "a\rb\n\nx", "x" }
};

static void leaves(const char *msg, stralloc *out)
{
  const struct mime_part *p;
  int first = 1;

  for (p = m.root; p; p = mime_next(p)) {
    if (p->kind != MIME_LEAF) continue;
    if ((!first && !stralloc_cats(out, "|"))
        || !stralloc_catb(out, msg + p->body_at, p->body_len)) abort();
    first = 0;
  }
}

static void test_cases(void)
{
  stralloc got = STRALLOC_ZERO;
  size_t i;

  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *why;

    mime_parse_mem(&m, cases[i].msg, strlen(cases[i].msg));
    got.len = 0;
    leaves(cases[i].msg, &got);
    test_eq(__FILE__, __LINE__, cases[i].msg, got.s, got.len, cases[i].parts,
            strlen(cases[i].parts));
    why = mime_check(&m, cases[i].msg, strlen(cases[i].msg));
    CHECK(!why, "%s in \"%s\"", why, cases[i].msg);
  }
  stralloc_free(&got);
}

/* a boundary longer than the limit, and one that just fits */
static void test_long_boundary(void)
{
  stralloc msg = STRALLOC_ZERO;
  size_t n, i;

  for (n = MIME_BOUNDARY_MAX; n <= MIME_BOUNDARY_MAX + 1; n++) {
    msg.len = 0;
    if (!stralloc_cats(&msg, "Content-Type: multipart/mixed; boundary="))
      abort();
    for (i = 0; i < n; i++) if (!stralloc_cats(&msg, "b")) abort();
    if (!stralloc_cats(&msg, "\n\n--")) abort();
    for (i = 0; i < n; i++) if (!stralloc_cats(&msg, "b")) abort();
    if (!stralloc_cats(&msg, "\n\nx")) abort();
    mime_parse_mem(&m, msg.s, msg.len);
    EQ_NUM(m.root->kind, n > MIME_BOUNDARY_MAX ? MIME_LEAF : MIME_MULTIPART);
    CHECK(!mime_check(&m, msg.s, msg.len), "check");
  }
  stralloc_free(&msg);
}

/* mail put together at random from pieces that hurt */
static void random_mail(stralloc *msg)
{
  static const char *const pieces[] = {
    "\n", "\n", "\n\n", "\r\n", "\r\n\r\n", "\r", "--a", "--b", "--ab",
    "--a--", "--b--\n", "--a\n", "--b\n", "--ab--\n", "x", "text\n",
    " ", "\t", ":",
    "Content-Type: multipart/mixed; boundary=a\n",
    "Content-Type: multipart/digest; boundary=b\n",
    "Content-Type: multipart/alternative;\n boundary=\"ab\"\n\n",
    "Content-Type: message/rfc822\n", "Content-Type: message/rfc822\r\n\r\n",
    "Content-Type: text/html; charset=utf-8\n", "Subject: s\n", "To: a\n b\n",
    "Content-Transfer-Encoding: base64\n", "\x80\xff", "-", "--", "---"
  };
  size_t n = test_random() % 60;
  const char *first = test_random() % 4 ? pieces[19 + test_random() % 4] : "";

  msg->len = 0;
  if (!stralloc_cats(msg, first)) abort();
  while (n--) {
    const char *p = pieces[test_random() % (sizeof pieces / sizeof *pieces)];

    if (test_random() % 200 == 0 ? !stralloc_0(msg) : !stralloc_cats(msg, p))
      abort();
  }
}

static void test_random_mail(void)
{
  stralloc msg = STRALLOC_ZERO;
  const char *why;
  int i;

  for (i = 0; i < 20000; i++) {
    random_mail(&msg);
    mime_parse_mem(&m, msg.s, msg.len);
    why = mime_check(&m, msg.s, msg.len);
    if (!why && i % 4 == 0) why = mime_check_cuts(&m, msg.s, msg.len);
    if (!why) continue;
    CHECK(0, "%s in round %d", why, i);
    test_show(msg.s, msg.len);
    putchar('\n');
    break;
  }
  test_passed++;
  stralloc_free(&msg);
}

/* a file larger than any window, cut anywhere by it */
static void test_file_parse(void)
{
  stralloc msg = STRALLOC_ZERO, a = STRALLOC_ZERO, b = STRALLOC_ZERO;
  int fd;

  if (!stralloc_cats(&msg, H("bound"))) abort();
  while (msg.len < 1000000) {
    if (!stralloc_cats(&msg, "--bound\nContent-Type: text/plain\n\n")) abort();
    while (test_random() % 1000) {
      const char *line = test_random() % 5 ? "a line\n" : "-- \r\n";

      if (!stralloc_cats(&msg, line)) abort();
    }
  }
  mime_parse_mem(&m, msg.s, msg.len);
  mime_pack(&m, &a);
  CHECK(!mime_check(&m, msg.s, msg.len), "check");
  fd = test_file(msg.s, msg.len);
  EQ_NUM(mime_parse_fd(&m, fd), 0);
  mime_pack(&m, &b);
  close(fd);
  CHECK(a.len == b.len && !memcmp(a.s, b.s, a.len), "file and memory differ");
  EQ_NUM(mime_parse_fd(&m, -1), -1);
  CHECK(!m.root, "root after an error");
  stralloc_free(&msg);
  stralloc_free(&a);
  stralloc_free(&b);
}

/* a damaged packed form is refused or is a tree that holds together */
static void test_damaged_pack(void)
{
  static struct mime_message back = MIME_MESSAGE_ZERO;
  stralloc msg = STRALLOC_ZERO, packed = STRALLOC_ZERO;
  int i, good = 0;
  size_t n;

  for (i = 0; i < 20000; i++) {
    random_mail(&msg);
    mime_parse_mem(&m, msg.s, msg.len);
    packed.len = 0;
    mime_pack(&m, &packed);
    for (n = test_random() % 3; n--;)
      packed.s[test_random() % packed.len] = (char)test_random();
    if (test_random() % 5 == 0) packed.len = test_random() % packed.len;
    if (!mime_unpack(&back, packed.s, packed.len)) continue;
    good++;
    if (mime_check_tree(&back)) {
      CHECK(0, "%s", mime_check_tree(&back));
      break;
    }
  }
  CHECK(good > 1000, "only %d good", good);
  EQ_NUM(mime_unpack(&back, "", 0), 0);
  EQ_NUM(mime_unpack(&back, "b", 1), 0);
  mime_free(&back);
  stralloc_free(&msg);
  stralloc_free(&packed);
}

int main(void)
{
  test_cases();
  test_long_boundary();
  test_random_mail();
  test_file_parse();
  test_damaged_pack();
  mime_free(&m);
  return test_end("mime_broken");
}
