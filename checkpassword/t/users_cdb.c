/* ISC licence; see LICENSE. */
#include "checkpassword/users_cdb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "test.h"

char const *PROG = "users_cdb";

#define SHA "$5$8a9rj7Ylfvsu1cfP$G2rQXrbWhrJ50o5bW.AhJbOPMLcthqg/R.FMEdUdAq8"

static char path[] = "/tmp/users_cdb.XXXXXX";
static struct user u = USER_ZERO;
static struct users_error err;

/* Compiles text into path; old may be 0. */
static int make(const char *text, const struct users_cdb *old)
{
  int fd = open(path, O_WRONLY | O_TRUNC);
  int r = users_cdb_write(fd, text, strlen(text), old, &err);

  close(fd);
  return r;
}

static int open_errno(void)
{
  struct users_cdb db = USERS_CDB_ZERO;

  errno = 0;
  if (users_cdb_open(&db, path) == -1) return errno;
  users_cdb_close(&db);
  return 0;
}

static void round_trip(void)
{
  struct users_cdb db = USERS_CDB_ZERO;

  CHECK(make("Joe@X.org:" SHA ":1000:100:/home/joe\n  A=b\n  C=d e\n"
             "ann:*:1:2:/\n", 0) == 0);
  CHECK(users_cdb_open(&db, path) == 0);
  CHECK(users_cdb_find(&db, "jOE@x.oRG", &u) == 1);
  SAME(u.name.s, "joe@x.org");
  SAME(u.hash.s, SHA);
  SAME(u.home.s, "/home/joe");
  SAME(u.shell.s, "/bin/false");
  CHECK(u.uid == 1000 && u.gid == 100 && !u.groups);
  CHECK(u.env.len == 10 && !memcmp(u.env.s, "A=b\0C=d e\0", 10));
  CHECK(users_cdb_find(&db, "ann", &u) == 1);
  SAME(u.hash.s, "*");
  CHECK(!u.env.len);
  CHECK(users_cdb_find(&db, "an", &u) == 0);
  CHECK(users_cdb_find(&db, "", &u) == 0);
  CHECK(users_cdb_find(&db, "dummies", &u) == 0);
  CHECK(users_cdb_find(&db, "roost-users", &u) == 0);
  users_cdb_close(&db);
}

/* A new compilation keeps the key, so that no name's stand-in changes. */
static void key_stays(void)
{
  struct users_cdb a = USERS_CDB_ZERO, b = USERS_CDB_ZERO, c = USERS_CDB_ZERO;
  stralloc s = STRALLOC_ZERO;

  CHECK(make("a:" SHA ":1:1:/\n", 0) == 0);
  CHECK(users_cdb_open(&a, path) == 0);
  CHECK(users_cdb_dummy(&a, "Nobody", &s) == 0);
  SAME(s.s, SHA);
  CHECK(make("a:" SHA ":1:1:/\nb:*:1:1:/\n", &a) == 0);
  CHECK(users_cdb_open(&b, path) == 0);
  CHECK(!memcmp(a.dummies.key, b.dummies.key, DUMMY_KEY));
  CHECK(make("a:" SHA ":1:1:/\n", 0) == 0);
  CHECK(users_cdb_open(&c, path) == 0);
  CHECK(memcmp(a.dummies.key, c.dummies.key, DUMMY_KEY) != 0);
  users_cdb_close(&a);
  users_cdb_close(&b);
  users_cdb_close(&c);
  stralloc_free(&s);
}

static void empty(void)
{
  struct users_cdb db = USERS_CDB_ZERO;
  stralloc s = STRALLOC_ZERO;

  CHECK(make("# nobody yet\n", 0) == 0);
  CHECK(users_cdb_open(&db, path) == 0);
  CHECK(users_cdb_find(&db, "joe", &u) == 0);
  CHECK(users_cdb_dummy(&db, "joe", &s) == 0);
  CHECK(!strncmp(s.s, "$y$", 3));
  users_cdb_close(&db);
  stralloc_free(&s);
}

static void faults(void)
{
  int full = open("/dev/full", O_WRONLY);
  stralloc s = STRALLOC_ZERO;
  int i;

  CHECK(make("a:*:1:1:/\nb:*:0:1:/\n", 0) == -1);
  CHECK(err.reason && err.line == 2);
  CHECK(make("a:*:1:1:/\nb:*:1:1:/\nA:*:1:1:/\nb:*:1:1:/\n", 0) == -1);
  SAME(err.reason, "a user of this name is already there");
  CHECK(err.line == 3);
  for (i = 0; i < 1000; i++) {
    stralloc_cats(&s, "u");
    stralloc_catu(&s, (uint64_t)i);
    stralloc_cats(&s, ":*:1:1:/home/of/that/user\n");
  }
  stralloc_0(&s);
  errno = 0;
  CHECK(users_cdb_write(full, s.s, s.len - 1, 0, &err) == -1);
  CHECK(!err.reason && errno == ENOSPC);
  CHECK(make(s.s, 0) == 0);
  close(full);
  stralloc_free(&s);
}

static void not_ours(void)
{
  char zeros[4096] = { 0 };
  int fd = open(path, O_WRONLY | O_TRUNC);

  CHECK(open_errno() == EPROTO);                /* empty */
  CHECK(write(fd, zeros, 2047) == 2047);
  CHECK(open_errno() == EPROTO);
  CHECK(write(fd, zeros, 1) == 1);
  CHECK(open_errno() == EPROTO);                /* a cdb with no record */
  close(fd);
  CHECK(make("a:*:1:1:/\n", 0) == 0);
  CHECK(open_errno() == 0);
  chmod(path, 0666);
  CHECK(open_errno() == EPERM);
  chmod(path, 0660);
  CHECK(open_errno() == 0);
  chmod(path, 0600);
}

static size_t load(char *buf, size_t size)
{
  int fd = open(path, O_RDONLY);
  ssize_t r = read(fd, buf, size);

  close(fd);
  return r > 0 ? (size_t)r : 0;
}

static void store(const char *buf, size_t len)
{
  int fd = open(path, O_WRONLY | O_TRUNC);

  if (write(fd, buf, len) != (ssize_t)len) test_failed++;
  close(fd);
}

/* Whatever is in the file, a lookup ends, and gives no root. */
static int probe(void)
{
  struct users_cdb db = USERS_CDB_ZERO;
  int r;

  if (users_cdb_open(&db, path) == -1) return -1;
  r = users_cdb_find(&db, "joe", &u);
  if (r == 1 && (!u.uid || !u.gid || *u.home.s != '/')) test_failed++;
  users_cdb_close(&db);
  return r;
}

static void damage(void)
{
  static char good[8192], bad[8192];
  size_t len, i;
  unsigned seed = 1;
  int round, hits = 0;

  CHECK(make("joe:*:1000:100:/home/joe\n A=b\nann:" SHA ":1:2:/\n", 0) == 0);
  len = load(good, sizeof good);
  CHECK(len > 2048 && len < sizeof good);
  CHECK(probe() == 1);
  for (i = 0; i < len; i += i < 2048 ? 97 : 1) {        /* cut anywhere */
    store(good, i);
    CHECK(probe() != 1 || i > 2048);
  }
  for (round = 0; round < 1000; round++) {
    memcpy(bad, good, len);
    for (i = 0; i < 1 + (unsigned)round % 4; i++) {
      seed = seed * 1103515245 + 12345;
      bad[round % 2 ? 2048 + (seed >> 8) % (len - 2048) : (seed >> 8) % len]
        = (char)(seed >> 24);
    }
    store(bad, len);
    if (probe() == 1) hits++;
  }
  CHECK(hits > 0 && hits < 1000);
  for (i = 0; i < 2048; i++) good[i] = (char)0xff;      /* wild pointers */
  store(good, len);
  CHECK(probe() == -1);
}

int main(void)
{
  int fd = mkstemp(path);

  if (fd == -1) return 1;
  close(fd);
  round_trip();
  key_stays();
  empty();
  faults();
  not_ours();
  damage();
  unlink(path);
  user_free(&u);
  return test_end(PROG);
}
