/* ISC licence; see LICENSE. */
#include "pop3d/dotstuff.h"

#include <skalibs/strerr.h>

#include "collect.h"
#include "maildir/t/check.h"

char const *PROG = "dotstuff";

/* what is sent of in, fed in pieces of step octets */
static void sent(stralloc *out, const char *in, size_t len, uint64_t lines,
                 size_t step)
{
  static struct output o;
  struct dotstuff d;
  int fd = memory_file("", 0), more = 1;
  size_t i, n;

  output_init(&o, fd, 1000);
  dotstuff_begin(&d, &o, lines);
  for (i = 0; i < len && more == 1; i += n) {
    n = len - i < step ? len - i : step;
    more = dotstuff_put(&d, in + i, n);
  }
  dotstuff_end(&d);
  output_flush(&o);
  out->len = 0;
  read_all(fd, out);
  close(fd);
}

static void check_one_way(const char *in, size_t len, uint64_t lines,
                          const char *want, size_t wantlen, int line)
{
  stralloc got = STRALLOC_ZERO;
  size_t step;

  for (step = 1; step <= len + 1; step++) {
    sent(&got, in, len, lines, step);
    if (!check_one(same(&got, want, wantlen), __FILE__, line, in)) break;
  }
  stralloc_free(&got);
}

#define LINES(in, lines, want) check_one_way(in, sizeof in - 1, lines, \
  want, sizeof want - 1, __LINE__)
#define ALL(in, want) LINES(in, DOTSTUFF_ALL, want)

/* the obvious way, to compare with */
static void plainly(stralloc *out, const char *s, size_t len)
{
  size_t i;

  out->len = 0;
  for (i = 0; i < len; i++) {
    if (s[i] == '.' && (!i || s[i - 1] == '\n')) stralloc_append(out, '.');
    if (s[i] == '\n' && (!i || s[i - 1] != '\r')) stralloc_append(out, '\r');
    stralloc_append(out, s[i]);
  }
  if (len && s[len - 1] != '\n') stralloc_cats(out, "\r\n");
  stralloc_cats(out, ".\r\n");
}

static void check_random(void)
{
  static const char octets[] = "\n\n\r.. a\0\xff";
  stralloc in = STRALLOC_ZERO, want = STRALLOC_ZERO, got = STRALLOC_ZERO;
  unsigned i, round;

  srand(1);
  for (round = 0; round < 300; round++) {
    in.len = 0;
    for (i = 0; i < round * 10; i++)
      stralloc_append(&in, octets[(size_t)rand() % (sizeof octets - 1)]);
    plainly(&want, in.s, in.len);
    sent(&got, in.s, in.len, DOTSTUFF_ALL, 1 + (size_t)rand() % 40);
    CHECK(same(&got, want.s, want.len));
  }
  stralloc_free(&in);
  stralloc_free(&want);
  stralloc_free(&got);
}

/* more than the output's buffer, with a dot at every place of a boundary */
static void check_large(void)
{
  stralloc in = STRALLOC_ZERO, want = STRALLOC_ZERO, got = STRALLOC_ZERO;
  size_t i;

  for (i = 0; i < 50000; i++)
    stralloc_cats(&in, i % 7 ? ".\n" : "long line\n");
  plainly(&want, in.s, in.len);
  for (i = 32760; i < 32776; i++) {
    sent(&got, in.s, in.len, DOTSTUFF_ALL, i);
    CHECK(same(&got, want.s, want.len));
  }
  stralloc_free(&in);
  stralloc_free(&want);
  stralloc_free(&got);
}

int main(void)
{
  ALL("", ".\r\n");
  ALL("a\n", "a\r\n.\r\n");
  ALL("a\r\n", "a\r\n.\r\n");
  ALL("a", "a\r\n.\r\n");
  ALL(".\n", "..\r\n.\r\n");
  ALL("..\n.a\n a.\n", "...\r\n..a\r\n a.\r\n.\r\n");
  ALL("\n.\n", "\r\n..\r\n.\r\n");
  ALL("a\rb\r\r\n", "a\rb\r\r\n.\r\n");
  ALL("a\r.\n", "a\r.\r\n.\r\n");               /* CR alone starts no line */
  ALL("a\r", "a\r\r\n.\r\n");
  ALL("\r", "\r\r\n.\r\n");
  ALL("a\0b\n\0", "a\0b\r\n\0\r\n.\r\n");
  ALL(".", "..\r\n.\r\n");

  LINES("H: 1\n\nb1\nb2\n", 0, "H: 1\r\n\r\n.\r\n");
  LINES("H: 1\n\nb1\nb2\n", 1, "H: 1\r\n\r\nb1\r\n.\r\n");
  LINES("H: 1\n\nb1\nb2\n", 2, "H: 1\r\n\r\nb1\r\nb2\r\n.\r\n");
  LINES("H: 1\n\nb1\nb2", 3, "H: 1\r\n\r\nb1\r\nb2\r\n.\r\n");
  LINES("H: 1\r\n\r\nb1\r\n", 0, "H: 1\r\n\r\n.\r\n");
  LINES("H: 1\n", 0, "H: 1\r\n.\r\n");
  LINES("H: 1", 0, "H: 1\r\n.\r\n");
  LINES("\nb\n", 0, "\r\n.\r\n");
  LINES("\r\r\n\nb\n", 0, "\r\r\n\r\n.\r\n");   /* not an empty line */
  LINES(".H: 1\n\n.\n.\n", 1, "..H: 1\r\n\r\n..\r\n.\r\n");
  LINES("H\n\nb\n", DOTSTUFF_ALL - 1, "H\r\n\r\nb\r\n.\r\n");
  check_random();
  check_large();
  return check_done("dotstuff");
}
