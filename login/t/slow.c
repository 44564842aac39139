/* ISC licence; see LICENSE. */
/* How guessing is slowed: pauses, queues, forgiveness, decay, and a file that
 * is full, cut or damaged. The clock is the test's own. */
#include "login/slow.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

static char dir[] = "/tmp/roost-slow.XXXXXX";
static char path[64];
static struct slow s;
static unsigned int failures;
static const int64_t t0 = 1000000000;

static void fresh(const char *address)
{
  slow_close(&s);
  unlink(path);
  CHECK(slow_open(&s, dir, address, 1000, 15000) == 0);
}

static int64_t turn(const char *address, const char *user, int64_t now)
{
  slow_close(&s);
  CHECK(slow_open(&s, dir, address, 1000, 15000) == 0);
  return slow_turn(&s, user, now, &failures);
}

static void fail(const char *user, int n, int64_t now)
{
  while (n--) slow_failed(&s, user, now);
}

static void test_pause(void)
{
  int i;

  for (i = 0; i <= SLOW_FREE; i++) CHECK(!slow_pause(&s, (unsigned)i));
  CHECK(slow_pause(&s, 4) == 1000 && slow_pause(&s, 5) == 2000);
  CHECK(slow_pause(&s, 7) == 8000 && slow_pause(&s, 8) == 15000);
  CHECK(slow_pause(&s, 4000000000u) == 15000);
}

static void test_queue(void)
{
  int i;

  fresh("192.0.2.1");
  CHECK(!turn("192.0.2.1", "joe", t0));
  fail("joe", 3, t0);
  CHECK(!turn("192.0.2.1", "joe", t0) && failures == 3);
  fail("joe", 1, t0);
  /* one after the other, in whatever connection and for whatever name */
  CHECK(turn("192.0.2.1", "ann", t0) == 1000 && failures == 4);
  CHECK(turn("192.0.2.1", "", t0) == 2000);
  CHECK(turn("192.0.2.1", "bob", t0 + 500) == 2500);
  CHECK(turn("192.0.2.1", "bob", t0 + 60000) == 1000);
  /* but never for longer than the bound */
  for (i = 0; i < 100; i++) turn("192.0.2.1", "bob", t0 + 70000);
  CHECK(turn("192.0.2.1", "bob", t0 + 70000) == 15000);
  CHECK(!turn("192.0.2.2", "joe", t0 + 70000));
  CHECK(!turn("unknown", "joe", t0) && s.fd == -1);
}

static void test_networks(void)
{
  fresh("2001:db8:1:2::3");
  fail("joe", 8, t0);
  CHECK(turn("2001:db8:1:2:ffff::1", "joe", t0) == 15000);
  CHECK(!turn("2001:db8:1:3::3", "joe", t0));
  fresh("::ffff:192.0.2.1");
  fail("joe", 8, t0);
  CHECK(turn("192.0.2.1", "joe", t0) == 15000);
  fresh("192.0.2.1");
  CHECK(slow_open(&s, dir, "127.0.0.5", 1000, 15000) == 0 && s.fd == -1);
  CHECK(slow_open(&s, dir, "::1", 1000, 15000) == 0 && s.fd == -1);
  CHECK(slow_open(&s, dir, "192.0.2.1", 0, 15000) == 0 && s.fd == -1);
  CHECK(slow_open(&s, dir, "192.0.2.1", 1000, 0) == 0 && s.fd == -1);
  CHECK(slow_open(&s, 0, "192.0.2.1", 1000, 15000) == 0 && s.fd == -1);
}

/* a family behind one address with somebody who guesses */
static void test_family(void)
{
  fresh("192.0.2.1");
  slow_good(&s, "mother", t0);
  fail("admin", 20, t0);
  CHECK(!turn("192.0.2.1", "mother", t0) && !failures);
  CHECK(turn("192.0.2.1", "child", t0) == 15000);
  /* the account is not open to guessing because of that */
  fail("mother", 8, t0);
  CHECK(turn("192.0.2.1", "mother", t0) == 15000 && failures == 8);
  /* its own failures are forgiven, those of others are not */
  slow_good(&s, "mother", t0);
  CHECK(!turn("192.0.2.1", "mother", t0));
  CHECK(turn("192.0.2.1", "child", t0 + 60000) == 15000 && failures == 20);
  /* who mistyped all of them is through */
  fresh("192.0.2.9");
  fail("joe", 5, t0);
  CHECK(turn("192.0.2.9", "joe", t0) == 2000);
  slow_good(&s, "joe", t0);
  CHECK(!turn("192.0.2.9", "other", t0) && !failures);
}

static void test_decay(void)
{
  fresh("192.0.2.1");
  fail("joe", 16, t0);
  turn("192.0.2.1", "joe", t0 + SLOW_HALF_MS - 1);
  CHECK(failures == 16);
  turn("192.0.2.1", "joe", t0 + SLOW_HALF_MS);
  CHECK(failures == 8);
  CHECK(!turn("192.0.2.1", "joe", t0 + 100 * SLOW_HALF_MS) && !failures);
  /* a file from before a boot */
  fail("joe", 16, t0 + 100 * SLOW_HALF_MS);
  CHECK(!turn("192.0.2.1", "joe", 5000) && !failures);
}

/* many addresses: the file stays small, who guesses most stays in it */
static void test_bounds(void)
{
  char address[32];
  struct stat st;
  unsigned int i, there = 0;

  fresh("198.51.100.1");
  fail("joe", 50, t0);
  for (i = 0; i < 20000; i++) {
    snprintf(address, sizeof address, "10.%u.%u.%u", i >> 16, i >> 8 & 255,
      i & 255);
    slow_close(&s);
    slow_open(&s, dir, address, 1000, 15000);
    slow_failed(&s, "joe", t0 + i);
  }
  CHECK(stat(path, &st) == 0
    && st.st_size <= 64 + SLOW_SETS * SLOW_WAYS * 32);
  CHECK((st.st_mode & 0777) == 0600);
  turn("198.51.100.1", "joe", t0);
  CHECK(failures == 50);
  for (i = 19000; i < 20000; i++) {
    snprintf(address, sizeof address, "10.%u.%u.%u", i >> 16, i >> 8 & 255,
      i & 255);
    turn(address, "joe", t0 + 30000);
    there += failures == 1;
  }
  CHECK(there > 700);           /* of the last thousand */
}

static void test_damage(void)
{
  int fd;

  fresh("192.0.2.1");
  fail("joe", 8, t0);
  CHECK(truncate(path, 100) == 0);
  CHECK(!turn("192.0.2.1", "joe", t0));
  fail("joe", 8, t0);
  CHECK(turn("192.0.2.1", "joe", t0) == 15000);
  CHECK(truncate(path, 10) == 0);
  CHECK(!turn("192.0.2.1", "joe", t0));
  fail("joe", 8, t0);
  CHECK(turn("192.0.2.1", "joe", t0) == 15000);
  fd = open(path, O_WRONLY | O_TRUNC);
  for (failures = 0; failures < 5000; failures++)
    if (write(fd, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 33) != 33) break;
  close(fd);
  CHECK(!turn("192.0.2.1", "joe", t0));
  fail("joe", 8, t0);
  CHECK(turn("192.0.2.1", "joe", t0) == 15000);
  slow_close(&s);
  unlink(path);
  CHECK(symlink("/etc/passwd", path) == 0);
  CHECK(slow_open(&s, dir, "192.0.2.1", 1000, 15000) == -1 && s.fd == -1);
  CHECK(!slow_turn(&s, "joe", t0, &failures));
  slow_failed(&s, "joe", t0);
  slow_good(&s, "joe", t0);
}

int main(void)
{
  if (!mkdtemp(dir)) return 1;
  snprintf(path, sizeof path, "%s/%s", dir, SLOW_FILE);
  s.fd = -1;
  s.unit = 1000;
  s.max = 15000;
  test_pause();
  test_queue();
  test_networks();
  test_family();
  test_decay();
  test_bounds();
  test_damage();
  unlink(path);
  rmdir(dir);
  return test_end("slow");
}
