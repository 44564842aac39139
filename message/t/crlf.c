/* ISC licence; see LICENSE. */
#include "message/crlf.h"

#include <errno.h>

#include "message/t/test.h"

/* the plain rule, to compare with */
static void slow(const char *s, size_t n, stralloc *out)
{
  size_t i;

  out->len = 0;
  for (i = 0; i < n; i++) {
    if (s[i] == '\n' && (!i || s[i - 1] != '\r'))
      if (!stralloc_append(out, '\r')) abort();
    if (!stralloc_append(out, s[i] ? s[i] : (char)0x80)) abort();
  }
}

static void test_cat(void)
{
  stralloc out = STRALLOC_ZERO;

  crlf_cat(&out, "a\nb\r\nc\rd\r\r\n\n", 12, 0);
  EQ_STR(out, "a\r\nb\r\nc\rd\r\r\n\r\n");
  EQ_NUM(crlf_size("a\nb\r\nc\rd\r\r\n\n", 12), out.len);
  out.len = 0;
  crlf_cat(&out, "", 0, 1);
  EQ_STR(out, "");
  crlf_cat(&out, "a\0b\0\n", 5, 1);
  EQ_STR(out, "a\x80" "b\x80\r\n");
  out.len = 0;
  crlf_cat(&out, "a\0b\0\n", 5, 0);
  EQ_STR(out, "a\0b\0\r\n");
  stralloc_free(&out);
}

/* every partial range of random stretches */
static void test_ranges(void)
{
  static const char octets[] = "ab\r\n\n\0";
  stralloc want = STRALLOC_ZERO;
  char in[60], got[200];
  struct crlf_reader kept, r;
  int round;

  for (round = 0; round < 120; round++) {
    size_t n = test_random() % sizeof in, i, at, k, from, count;
    int fd, bad = 0;

    for (i = 0; i < n; i++) in[i] = octets[test_random() % 6];
    at = n ? test_random() % n : 0;
    fd = test_file(in, n);
    slow(in + at, n - at, &want);
    crlf_open(&kept, fd, at, n - at, want.len, 1);
    EQ_NUM(crlf_size(in + at, n - at), want.len);
    for (from = 0; from <= want.len + 2; from++)
      for (count = 0; count <= want.len + 2 - (from > 2 ? 2 : 0); count++) {
        size_t have = from < want.len ? want.len - from : 0;

        k = count < have ? count : have;
        crlf_open(&r, fd, at, n - at, want.len, 1);
        if (crlf_seek(&r, from) == -1
            || crlf_read(&r, got, count) != (ssize_t)k
            || (k && memcmp(got, want.s + from, k))) bad++;
        if (crlf_seek(&kept, from) == -1
            || crlf_read(&kept, got, count) != (ssize_t)k
            || (k && memcmp(got, want.s + from, k))) bad++;
      }
    CHECK(!bad, "round %d: %d ranges differ", round, bad);
    close(fd);
  }
  stralloc_free(&want);
}

static void test_large(void)
{
  stralloc in = STRALLOC_ZERO, want = STRALLOC_ZERO, got = STRALLOC_ZERO;
  struct crlf_reader r;
  char buf[5000];
  ssize_t n;
  int fd;

  while (in.len < 300000) {
    const char *end = test_random() % 3 ? "\n" : "\r\n";

    if (!stralloc_catb(&in, "some text of a line here", test_random() % 25)
        || !stralloc_cats(&in, end)) abort();
  }
  slow(in.s, in.len, &want);
  fd = test_file(in.s, in.len);
  crlf_open(&r, fd, 0, in.len, want.len, 0);
  while ((n = crlf_read(&r, buf, sizeof buf)) > 0)
    if (!stralloc_catb(&got, buf, (size_t)n)) abort();
  EQ_NUM(n, 0);
  EQ_NUM(got.len, want.len);
  CHECK(!memcmp(got.s, want.s, want.len), "text differs");
  EQ_NUM(crlf_seek(&r, 250001), 0);
  EQ_NUM(crlf_read(&r, buf, 10), 10);
  CHECK(!memcmp(buf, want.s + 250001, 10), "text differs");
  EQ_NUM(crlf_plain(&r), 0);

  /* the file lost its end while we read: no end of stretch, but an error */
  if (ftruncate(fd, 1000) == -1) abort();
  crlf_open(&r, fd, 0, in.len, want.len, 0);
  errno = 0;
  while ((n = crlf_read(&r, buf, sizeof buf)) > 0)
    ;
  EQ_NUM(n, -1);
  EQ_NUM(errno, EIO);
  close(fd);
  stralloc_free(&in);
  stralloc_free(&want);
  stralloc_free(&got);
}

static size_t strip(const char *in, size_t n, size_t step, char *out)
{
  struct crlf_strip s = CRLF_STRIP_ZERO;
  size_t i, k, len = 0;

  for (i = 0; i < n; i += k) {
    k = n - i < step ? n - i : step;
    len += crlf_strip(&s, in + i, k, out + len);
  }
  return len + crlf_strip_end(&s, out + len);
}

static void test_strip(void)
{
  static const char octets[] = "ab\r\n\r";
  stralloc back = STRALLOC_ZERO, sent = STRALLOC_ZERO;
  char in[40], out[80], cut[80];
  int round, bad = 0;
  size_t n;

  n = strip("a\r\nb\nc\r", 7, 99, out);
  test_eq(__FILE__, __LINE__, "strip", out, n, "a\nb\nc\r", 6);
  n = strip("a\r\r\nb\rc\r\r\r\n", 11, 99, out);
  test_eq(__FILE__, __LINE__, "strip", out, n, "a\r\r\nb\rc\r\r\r\n", 11);
  for (round = 0; round < 20000; round++) {
    size_t len = test_random() % sizeof in, i, k;

    for (i = 0; i < len; i++) in[i] = octets[test_random() % 5];
    n = strip(in, len, 99, out);
    k = strip(in, len, 1 + test_random() % 3, cut);
    if (n != k || memcmp(out, cut, n)) bad++;
    /* what is sent again is what came, bare LF made CR LF */
    back.len = 0;
    crlf_cat(&back, out, n, 0);
    slow(in, len, &sent);
    if (back.len != sent.len || memcmp(back.s, sent.s, sent.len)) bad++;
  }
  EQ_NUM(bad, 0);
  stralloc_free(&back);
  stralloc_free(&sent);
}

int main(void)
{
  test_cat();
  test_ranges();
  test_large();
  test_strip();
  return test_end("crlf");
}
