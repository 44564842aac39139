/* ISC licence; see LICENSE. */
#include "sslserver/board.h"

#include <string.h>

#include "login/t/test.h"

char const *PROG = "board";

static struct board *b;

static struct slot *come(const char *ip)
{
  struct address a;
  struct slot *s = board_slot(b);

  if (!s || address_scan(&a, ip) == -1) return 0;
  s->half = s->starter = 1000;
  board_arrive(b, s, &a);
  return s;
}

static void test_order(void)
{
  struct slot *one, *two, *three;

  one = come("192.0.2.1");
  two = come("192.0.2.1");
  three = come("192.0.2.2");
  CHECK(one && two && three);
  CHECK(board_count(b, one) == 1);      /* those who came later do not count */
  CHECK(board_count(b, two) == 2);
  CHECK(board_count(b, three) == 1);
  one->half = one->starter = 0;
  CHECK(board_count(b, two) == 1);      /* nor those who have gone */
  two->half = 0;
  CHECK(come("192.0.2.1") == one && board_count(b, one) == 2);
}

static void test_places(void)
{
  static const struct { const char *ip; unsigned int n; } t[] = {
    { "2001:db8:0:1::1", 1 }, { "2001:db8:0:1:ffff::2", 2 },
    { "2001:db8:0:2::1", 1 }, { "fe80::1", 1 }, { "fe80::2", 1 },
    { "fe80::1", 2 }, { "::1", 1 }, { "0.0.0.1", 1 }, { "::2", 1 },
    { "10.0.0.1", 1 }, { "::ffff:10.0.0.1", 2 }, { "10.0.0.2", 1 },
  };
  struct slot *s;
  size_t i;

  for (i = 0; i < sizeof t / sizeof *t; i++) {
    s = come(t[i].ip);
    CHECK(s && board_count(b, s) == t[i].n);
  }
}

static void test_full(void)
{
  unsigned int i;

  for (i = 0; i < b->size; i++) come("192.0.2.9");
  CHECK(!board_slot(b));
  b->slot[3].half = 4711;
  CHECK(board_of(b, 4711) == &b->slot[3] && !board_of(b, 4712));
  b->slot[3].half = b->slot[3].starter = 0;
  CHECK(board_slot(b) == &b->slot[3] && !b->slot[3].arrival);
}

int main(void)
{
  b = board_new(20);
  test_order();
  test_places();
  test_full();
  board_free(b);
  return test_end("board");
}
