/* ISC licence; see LICENSE. */
#include "maildir/extra.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "check.h"
#include "scratch.h"

const char *PROG = "extra";

#define V 1700000000u

static int dir;

/* does a message bear that keyword? */
static int bears(const struct extra *e, const char *name, uint32_t uid)
{
  long id = extra_find(e, name, strlen(name));

  return id != -1 && uidset_has(&e->word[id].uids, uid);
}

static int put(struct extra *e, uint32_t lo, uint32_t hi, char op,
               const char *name)
{
  stralloc lines = STRALLOC_ZERO;
  struct uidset s = UIDSET_ZERO;
  int r;

  uidset_add(&s, lo, hi);
  extra_line(&lines, &s, op, name);
  r = extra_append(e, dir, V, &lines, 0, 0);
  uidset_free(&s);
  stralloc_free(&lines);
  return r;
}

static void reading(void)
{
  struct extra e = { 0 };

  CHECK(extra_read(&e, dir, V) == 0 && !e.uidvalidity);
  scratch_puts(dir, EXTRA_NAME, "1 V1700000000 S0\n1:3,9 +a +$B\n2 -A\n"
    "5 D1600000000\n4 D1500000000\n5 D1600000001\n"
    "0 +zero\n3:1 +back\n4294967296 +big\n1,,2 +list\n7  +two\n 8 +lead\n"
    "6:7 D1\nx +y\n9\n9 \n\n9 +\n9 ?future +after\n8 +to\xc3\xa4n\n9 +torn");
  CHECK(extra_read(&e, dir, V) == 1 && e.uidvalidity == V);
  CHECK(bears(&e, "a", 1) && !bears(&e, "a", 2) && bears(&e, "A", 3));
  CHECK(bears(&e, "$b", 9) && bears(&e, "after", 9));
  CHECK(extra_find(&e, "zero", 4) == -1 && extra_find(&e, "back", 4) == -1);
  CHECK(extra_find(&e, "big", 3) == -1 && extra_find(&e, "list", 4) == -1);
  CHECK(extra_find(&e, "torn", 4) == -1 && extra_find(&e, "aft", 3) == -1);
  CHECK(bears(&e, "two", 7) && bears(&e, "to\xc3\xa4n", 8));
  CHECK(extra_saved(&e, 5) == 1600000001 && extra_saved(&e, 4) == 1500000000);
  CHECK(extra_saved(&e, 6) == INT64_MIN && extra_saved(&e, 1) == INT64_MIN);
  CHECK(extra_read(&e, dir, V) == 0);
  /* the tail alone, the torn line overwritten */
  CHECK(put(&e, 1, 1, '-', "a") == 0 && put(&e, 20, 30, '+', "more") == 0);
  CHECK(!bears(&e, "a", 1) && bears(&e, "more", 25));
  CHECK(extra_read(&e, dir, V) == 0);
  extra_free(&e);
  CHECK(extra_read(&e, dir, V) == 1);
  CHECK(!bears(&e, "a", 1) && bears(&e, "more", 30) && bears(&e, "a", 3));
  /* of another UIDVALIDITY: nothing, and replaced by the next line */
  CHECK(extra_read(&e, dir, V + 1) == 1 && !bears(&e, "a", 3));
  CHECK(extra_read(&e, dir, V) == 1 && bears(&e, "a", 3));
  scratch_puts(dir, EXTRA_NAME, "2 V1700000000 S0\n1 +a\n");
  CHECK(extra_read(&e, dir, V) == 1 && !bears(&e, "a", 1));
  CHECK(put(&e, 7, 7, '+', "b") == 0);
  CHECK(scratch_is(dir, EXTRA_NAME, "1 V1700000000 S5\n7 +b\n"));
  unlinkat(dir, EXTRA_NAME, 0);
  CHECK(extra_read(&e, dir, V) == 1 && !bears(&e, "b", 7));
  extra_free(&e);
}

static void compacting(void)
{
  struct extra e = { 0 }, f = { 0 };
  stralloc lines = STRALLOC_ZERO;
  struct uidset there = UIDSET_ZERO, s = UIDSET_ZERO, touched = UIDSET_ZERO;
  struct stamp was;
  uint64_t end;
  int i, full = 0;

  uidset_add(&there, 1, 50);
  uidset_add(&s, 40, 60);
  CHECK(extra_read(&e, dir, V) == 0);
  CHECK(put(&e, 3, 3, '+', "kept") == 0 && put(&e, 55, 55, '+', "dead") == 0);
  CHECK(extra_read(&f, dir, V) == 1);
  was = e.stamp;
  end = e.end;
  for (i = 0; i < 3000 && !full; i++) {
    lines.len = 0;
    extra_line(&lines, &s, i & 1 ? '-' : '+', "flip");
    full = extra_full(&e, lines.len);
    CHECK(extra_append(&e, dir, V, &lines, full ? &there : 0, i == 7) == 0);
    if (i == 10) {
      CHECK(extra_touched(dir, &was, end, &touched) == 1);
      CHECK(uidset_count(&touched) == 21 && uidset_has(&touched, 60));
    }
  }
  CHECK(full && i > 1000 && e.end < 100);
  CHECK(bears(&e, "kept", 3) && extra_read(&f, dir, V) == 1);
  CHECK(bears(&f, "kept", 3) && !bears(&f, "dead", 55));
  CHECK(bears(&f, "flip", 50) == bears(&e, "flip", 50));
  CHECK(extra_touched(dir, &was, end, &touched) == 0);
  uidset_free(&there);
  uidset_free(&s);
  uidset_free(&touched);
  stralloc_free(&lines);
  extra_free(&e);
  extra_free(&f);
  unlinkat(dir, EXTRA_NAME, 0);
}

/* keywords of a message that has no UID yet */
static void arriving(void)
{
  struct extra e = { 0 }, f = { 0 };
  stralloc lines = STRALLOC_ZERO, names = STRALLOC_ZERO;
  char base[80], old[] = "1000000000.M1P1.host";
  size_t n = (size_t)snprintf(base, sizeof base, "%ld.M1P1.host",
                              (long)time(0));

  stralloc_catb(&names, "one\0two", 8);
  extra_line_await(&lines, base, n, &names);
  extra_line_await(&lines, old, strlen(old), &names);
  CHECK(extra_append(&e, dir, V, &lines, 0, 1) == 0);
  CHECK(extra_read(&f, dir, V) == 1);
  CHECK(extra_awaited(&f, base, n) && !strcmp(extra_awaited(&f, base, n),
                                              "+one +two"));
  CHECK(!extra_awaited(&f, base, n - 1));
  CHECK(!extra_awaited(&f, old, strlen(old)));  /* long ago: it never came */
  CHECK(!bears(&f, "one", 8));
  lines.len = 0;
  extra_line_is(&lines, 8, base, n);
  CHECK(extra_append(&f, dir, V, &lines, 0, 1) == 0);
  CHECK(bears(&f, "one", 8) && bears(&f, "two", 8));
  CHECK(!extra_awaited(&f, base, n));
  CHECK(extra_read(&e, dir, V) == 1 && bears(&e, "two", 8));
  stralloc_free(&lines);
  stralloc_free(&names);
  extra_free(&e);
  extra_free(&f);
  unlinkat(dir, EXTRA_NAME, 0);
}

/* a full disk: the file and what is known of it stay as they were */
static void no_room(void)
{
  struct extra e = { 0 };
  struct rlimit was, little = { 60, RLIM_INFINITY };
  char *before, *after;

  CHECK(put(&e, 1, 1, '+', "a") == 0);
  signal(SIGXFSZ, SIG_IGN);
  getrlimit(RLIMIT_FSIZE, &was);
  little.rlim_max = was.rlim_max;
  setrlimit(RLIMIT_FSIZE, &little);
  before = scratch_get(dir, EXTRA_NAME);
  CHECK(put(&e, 2, 2, '+', "a-name-that-does-not-fit-into-the-room-left") == -1);
  CHECK(errno == ENOSPC || errno == EFBIG);
  setrlimit(RLIMIT_FSIZE, &was);
  after = scratch_get(dir, EXTRA_NAME);
  CHECK(!strcmp(before, after));
  free(before);
  free(after);
  CHECK(extra_read(&e, dir, V) == 0 && put(&e, 3, 3, '+', "b") == 0);
  CHECK(bears(&e, "a", 1) && bears(&e, "b", 3));
  extra_free(&e);
  unlinkat(dir, EXTRA_NAME, 0);
}

static void names(void)
{
  struct extra e = { 0 };
  char name[300];
  int i;

  for (i = 0; i < EXTRA_NAMES_MAX; i++) {
    snprintf(name, sizeof name, "k%d", i * 7919 % EXTRA_NAMES_MAX);
    CHECK(extra_name(&e, name, strlen(name)) == i);
  }
  CHECK(extra_name(&e, "one-more", 8) == -1 && errno == EMFILE);
  CHECK(extra_find(&e, "K7919", 5) == -1 && extra_find(&e, "K1", 2) >= 0);
  extra_free(&e);
  memset(name, 'x', sizeof name);
  CHECK(extra_name(&e, name, 256) == -1 && errno == EINVAL);
  CHECK(extra_name(&e, "a b", 3) == -1 && extra_name(&e, "", 0) == -1);
  extra_free(&e);
}

int main(void)
{
  dir = scratch_dir();
  reading();
  compacting();
  arriving();
  no_room();
  names();
  scratch_remove();
  return check_done("extra");
}
