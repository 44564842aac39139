/* ISC licence; see LICENSE. */
#include "maildir/maildirsize.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "check.h"
#include "maildir/filename.h"
#include "scratch.h"

const char *PROG = "maildirsize";

#define NAME "maildirsize"

static int dir;

/* what a count finds in the Maildir that setup makes */
#define BYTES 1234
#define COUNT 4
#define ANEW "1234 4       \n"

static void setup(void)
{
  static const char *const dirs[] = {
    "tmp", "new", "cur", ".a.b", ".a.b/new", ".a.b/cur", ".Trash",
    ".Trash/new", ".Trash/cur", ".nofolder", ".nofolder/new"
  };
  size_t i;

  dir = scratch_dir();
  for (i = 0; i < sizeof dirs / sizeof *dirs; i++) scratch_mkdir(dir, dirs[i]);
  scratch_puts(dir, "new/1.a,S=1000", "x");
  scratch_puts(dir, "cur/2.a,S=200:2,S", "x");
  scratch_puts(dir, "cur/3.a,S=77:2,ST", "deleted: does not count");
  scratch_puts(dir, "cur/.hidden,S=55", "x");
  scratch_puts(dir, ".a.b/new/4", "four");
  scratch_puts(dir, ".a.b/cur/5,S=30:2,", "x");
  scratch_puts(dir, ".Trash/cur/6,S=900:2,", "x");
  scratch_puts(dir, ".nofolder/new/7,S=900", "x");
}

static void put_old(const char *text)
{
  struct timespec t[2];

  scratch_puts(dir, NAME, text);
  clock_gettime(CLOCK_REALTIME, &t[0]);
  t[0].tv_sec -= 1000;
  t[1] = t[0];
  utimensat(dir, NAME, t, 0);
}

/* read text: the sums as wanted, and the file afterwards */
static int opens(const char *text, int64_t bytes, int64_t count,
                 const char *after)
{
  struct maildirsize q;
  int ok;

  scratch_puts(dir, NAME, text);
  ok = maildirsize_open(&q, dir) == 1 && q.bytes == bytes && q.count == count;
  if (!ok) printf("%s: got %lld %lld\n", text, (long long)q.bytes,
                  (long long)q.count);
  maildirsize_close(&q);
  return ok && scratch_is(dir, NAME, after ? after : text);
}

static void reading(void)
{
  struct maildirsize q;

  CHECK(maildirsize_open(&q, dir) == 0 && q.fd == -1);
  CHECK(maildirsize_note(dir, 5, 1) == 0 && !scratch_has(dir, NAME));
  scratch_puts(dir, NAME, "");
  CHECK(maildirsize_open(&q, dir) == 0);
  CHECK(opens("5000S\n10 1\n", 10, 1, 0));
  CHECK(opens("5000S,9C\n10 2\n  -4 -1      \n+1 0\n", 7, 1, 0));
  CHECK(opens("5000S\n10 1\n7 1", 10, 1, 0));   /* torn */
  CHECK(opens("\n10 1\n", 10, 1, 0));
  scratch_puts(dir, NAME, "5000S,9C\n10 1\n");
  CHECK(maildirsize_open(&q, dir) == 1);
  CHECK(q.max_bytes == 5000 && q.max_count == 9);
  maildirsize_close(&q);
  scratch_puts(dir, NAME, "99999999999999999999999S,C,7X,,0C\n10 1\n");
  CHECK(maildirsize_open(&q, dir) == 1);
  CHECK(q.max_bytes == UINT64_MAX && q.max_count == 0);
  CHECK(maildirsize_room(&q, INT64_MAX - 100, 1));
  maildirsize_close(&q);
}

static void counting_anew(void)
{
  CHECK(opens("0S\n", BYTES, COUNT, "0S\n" ANEW));
  CHECK(opens("9S9C x\nfoo\n", BYTES, COUNT, "9S9C x\n" ANEW));
  CHECK(opens("9000S\n1 1\n-2 0\n", BYTES, COUNT, "9000S\n" ANEW));
  CHECK(opens("9000S\n1 -1\n", BYTES, COUNT, "9000S\n" ANEW));
  CHECK(opens("9000S\n1\n", BYTES, COUNT, "9000S\n" ANEW));
  CHECK(opens("9000S\n1 1 1\n", BYTES, COUNT, "9000S\n" ANEW));
  CHECK(opens("9000S\n1 134 1\n", BYTES, COUNT, "9000S\n" ANEW));
  CHECK(opens("9000S\n\n", BYTES, COUNT, "9000S\n" ANEW));
  CHECK(opens("9000S\n- 1\n", BYTES, COUNT, "9000S\n" ANEW));
  CHECK(opens("0S\n9223372036854775808 1\n", BYTES, COUNT, "0S\n" ANEW));
  CHECK(opens("0S\n9223372036854775807 1\n1 1\n", BYTES, COUNT, "0S\n" ANEW));
  /* over quota: several lines, or one that is old */
  CHECK(opens("9S\n10 1\n", 10, 1, 0));
  CHECK(opens("9S\n10 1\n1 1\n", BYTES, COUNT, "9S\n" ANEW));
  CHECK(opens("5C\n10 6\n1 1\n", BYTES, COUNT, "5C\n" ANEW));
  CHECK(scratch_has(dir, "tmp") && scratch_count(dir) == 7);
}

static void large(void)
{
  stralloc sa = STRALLOC_ZERO;
  struct maildirsize q;

  stralloc_copys(&sa, "0S\n1 1\n");
  while (sa.len < 5119) stralloc_cats(&sa, " ");
  sa.s[sa.len - 1] = '\n';
  stralloc_0(&sa);
  sa.s[7] = '1';
  sa.s[8] = ' ';
  sa.s[9] = '1';
  CHECK(opens(sa.s, 2, 2, 0));
  sa.len--;
  stralloc_cats(&sa, "1");
  stralloc_0(&sa);
  CHECK(opens(sa.s, BYTES, COUNT, "0S\n" ANEW));
  scratch_put(dir, NAME, sa.s, sa.len);
  memset(sa.s, 'x', sa.len);
  scratch_put(dir, NAME, sa.s, sa.len); /* no first line: nothing to keep */
  CHECK(maildirsize_open(&q, dir) == 0);
  stralloc_free(&sa);
}

static void room(void)
{
  struct maildirsize q;

  scratch_puts(dir, NAME, "2000S,6C\n1900 4\n");
  CHECK(maildirsize_open(&q, dir) == 1 && maildirsize_room(&q, 100, 1));
  CHECK(!maildirsize_room(&q, 101, 1) && !maildirsize_room(&q, 1, 3));
  CHECK(maildirsize_room(&q, 1, 2) && maildirsize_room(&q, -1, -1));
  CHECK(!maildirsize_room(&q, INT64_MAX, 1));
  maildirsize_close(&q);
  /* one line, but old: it may be wrong, and it is */
  put_old("2000S\n1900 4\n");
  CHECK(maildirsize_open(&q, dir) == 1 && maildirsize_room(&q, 101, 1));
  CHECK(q.bytes == BYTES && scratch_is(dir, NAME, "2000S\n" ANEW));
  CHECK(!maildirsize_room(&q, 1000, 1));
  CHECK(maildirsize_update(&q, 66, 1) == 0);
  CHECK(scratch_is(dir, NAME, "2000S\n" ANEW "66 1         \n"));
  CHECK(q.bytes == 1300 && !maildirsize_room(&q, 1000, 1));
  maildirsize_close(&q);
  put_old("9S\n10 1\n");
  CHECK(maildirsize_open(&q, dir) == 1 && q.bytes == BYTES);
  CHECK(!maildirsize_room(&q, 1, 1) && maildirsize_room(&q, -5, -1));
  maildirsize_close(&q);
}

static void updating(void)
{
  struct maildirsize q;

  scratch_puts(dir, NAME, "2000S\n10 1\n");
  CHECK(maildirsize_open(&q, dir) == 1);
  CHECK(maildirsize_update(&q, -10, -1) == 0);
  CHECK(maildirsize_update(&q, 0, 0) == 0);
  CHECK(scratch_is(dir, NAME, "2000S\n10 1\n-10 -1       \n"));
  /* someone counted anew: our line must not reach the new file */
  renameat(dir, NAME, dir, "gone");
  scratch_puts(dir, NAME, "2000S\n" ANEW);
  CHECK(maildirsize_update(&q, 5, 1) == 0);
  CHECK(scratch_is(dir, NAME, "2000S\n" ANEW));
  maildirsize_close(&q);
  unlinkat(dir, "gone", 0);
  CHECK(maildirsize_note(dir, -1234567890123, -4) == 0);
  CHECK(scratch_is(dir, NAME, "2000S\n" ANEW "-1234567890123 -4\n"));
  CHECK(maildirsize_counts("", 0, 0) && maildirsize_counts("Trashes", 7, 0));
  CHECK(!maildirsize_counts("Trash", 5, 0));
  CHECK(!maildirsize_counts("a", 1, MF_DELETED | MF_SEEN));
}

/* full disk: the sums serve, the file stays */
static void no_room(void)
{
  struct maildirsize q;
  struct rlimit old, low;
  unsigned int before;

  scratch_puts(dir, NAME, "0S\nx\n");
  before = scratch_count(dir);
  getrlimit(RLIMIT_FSIZE, &old);
  low = old;
  low.rlim_cur = 6;
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &low);
  CHECK(maildirsize_open(&q, dir) == 1 && q.bytes == BYTES);
  CHECK(maildirsize_update(&q, 5, 1) == -1);
  setrlimit(RLIMIT_FSIZE, &old);
  maildirsize_close(&q);
  CHECK(scratch_count(dir) == before);
}

int main(void)
{
  setup();
  reading();
  counting_anew();
  large();
  room();
  updating();
  no_room();
  scratch_remove();
  return check_done(PROG);
}
