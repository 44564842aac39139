/* ISC licence; see LICENSE. */
#include "imapd/view.h"

#include <stdlib.h>
#include <string.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "maildir/t/check.h"

char const *PROG = "view";

static struct view v;

static void holds(const struct uidrange *r, size_t n)
{
  size_t i;

  view_free(&v);
  for (i = 0; i < n; i++) uidset_add(&v.uids, r[i].lo, r[i].hi);
  uidrank_build(&v.rank, &v.uids);
  v.exists = (uint32_t)uidset_count(&v.uids);
}

/* the UIDs that a set names are those of want; want 0: it is refused */
static int names(const char *set, int by_uid, const char *want)
{
  struct seqset s = SEQSET_ZERO;
  struct uidset uids = UIDSET_ZERO;
  stralloc got = STRALLOC_ZERO;
  struct parse p;
  char *copy = xstrdup(set);
  int ok = 0, r;

  parse_init(&p, copy, strlen(copy));
  if (parse_sequence_set(&p, &s) && parse_end(&p)) {
    r = view_resolve(&v, &s, by_uid, &uids);
    uidset_fmt(&got, &uids);
    ok = want ? r == 0 && stralloc_eqs(&got, want) : r == -1;
  }
  if (!ok) printf("%s: %.*s\n", set, (int)got.len, got.s ? got.s : "");
  free(copy);
  seqset_free(&s);
  uidset_free(&uids);
  stralloc_free(&got);
  return ok;
}

/* UIDs 2 3 4 10 11 20 have the numbers 1 to 6: RFC 3501 section 6.4.8 */
static void test_some(void)
{
  static const struct uidrange r[] = { { 2, 4 }, { 10, 11 }, { 20, 20 } };

  holds(r, 3);
  CHECK(view_uid(&v, 4) == 10 && view_uid(&v, 7) == 0 && view_uid(&v, 0) == 0);
  CHECK(view_msn(&v, 20) == 6 && view_msn(&v, 5) == 0);
  CHECK(names("1", 0, "2"));
  CHECK(names("1:6", 0, "2:4,10:11,20"));
  CHECK(names("6:1", 0, "2:4,10:11,20"));
  CHECK(names("*", 0, "20"));
  CHECK(names("*:*", 0, "20"));
  CHECK(names("3:4,1,4", 0, "2,4,10"));
  CHECK(names("5:*", 0, "11,20"));
  CHECK(names("*:5", 0, "11,20"));
  CHECK(names("7", 0, 0));
  CHECK(names("1:7", 0, 0));
  CHECK(names("7:*", 0, 0));
  CHECK(names("4294967295", 0, 0));
  CHECK(names("1,9", 0, 0));
  CHECK(names("1", 1, ""));
  CHECK(names("1:4294967295", 1, "2:4,10:11,20"));
  CHECK(names("5:9", 1, ""));
  CHECK(names("4:10", 1, "4,10"));
  CHECK(names("*", 1, "20"));
  CHECK(names("21:*", 1, "20"));
  CHECK(names("*:4294967295", 1, "20"));
  CHECK(names("11,3,3:2", 1, "2:3,11"));
}

static void test_empty(void)
{
  holds(0, 0);
  CHECK(names("1", 0, 0));
  CHECK(names("*", 0, 0));
  CHECK(names("1:*", 0, 0));
  CHECK(names("*", 1, ""));
  CHECK(names("1:*", 1, ""));
  CHECK(names("5", 1, ""));
}

static void test_ends(void)
{
  static const struct uidrange r[] =
    { { 1, 1 }, { 4294967294u, 4294967294u } };

  holds(r, 2);
  CHECK(names("1:2", 0, "1,4294967294"));
  CHECK(names("*", 1, "4294967294"));
  CHECK(names("4294967295:*", 1, "4294967294"));
  CHECK(names("2:4294967293", 1, ""));
}

int main(void)
{
  test_some();
  test_empty();
  test_ends();
  view_free(&v);
  return check_done("view");
}
