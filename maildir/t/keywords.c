/* ISC licence; see LICENSE. */
#include "maildir/keywords.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "check.h"
#include "scratch.h"

const char *PROG = "keywords";

static int dir;

static int find(const struct keywords *k, const char *name)
{
  return keywords_find(k, name, strlen(name));
}

static int add(struct keywords *k, const char *name, uint32_t in_use)
{
  return keywords_add(k, dir, name, strlen(name), in_use);
}

static void reading(void)
{
  struct keywords k = KEYWORDS_ZERO;

  CHECK(keywords_read(&k, dir) == 0 && !keywords_known(&k));
  scratch_puts(dir, KEYWORDS_NAME, "0 $Forwarded\n2 Work\nx y\n3\n4 \n26 z\n"
    "5 a b\n025 q\n25 Last\n1 torn");
  CHECK(keywords_read(&k, dir) == 1);
  CHECK(keywords_known(&k) == (1u | 4u | 1u << 25));
  CHECK(find(&k, "$forwarded") == 0 && find(&k, "WORK") == 2);
  CHECK(find(&k, "Last") == 25 && find(&k, "torn") == -1);
  CHECK(find(&k, "Wor") == -1 && find(&k, "") == -1);
  CHECK(keywords_read(&k, dir) == 0);
  scratch_puts(dir, KEYWORDS_NAME, "0 a\n0 bb\n");
  CHECK(keywords_read(&k, dir) == 1 && find(&k, "bb") == 0);
  unlinkat(dir, KEYWORDS_NAME, 0);
  CHECK(keywords_read(&k, dir) == 1 && !keywords_known(&k));
  CHECK(keywords_read(&k, dir) == 0);
  scratch_mkdir(dir, KEYWORDS_NAME);
  CHECK(keywords_read(&k, dir) == -1);
  unlinkat(dir, KEYWORDS_NAME, AT_REMOVEDIR);
  keywords_free(&k);
}

static void adding(void)
{
  struct keywords k = KEYWORDS_ZERO, other = KEYWORDS_ZERO;
  struct stat a, b;
  char name[] = "kw?", big[KEYWORD_LIMIT + 2];
  int i;

  CHECK(add(&k, "one", 1u | 2u) == 2);
  CHECK(scratch_is(dir, KEYWORDS_NAME, "2 one\n"));
  fstatat(dir, KEYWORDS_NAME, &a, 0);
  CHECK(add(&other, "ONE", 0) == 2);
  scratch_puts(dir, KEYWORDS_TMP, "left by a killed one");
  CHECK(add(&other, "two", 0) == 0);
  CHECK(scratch_is(dir, KEYWORDS_NAME, "0 two\n2 one\n"));
  CHECK(!scratch_has(dir, KEYWORDS_TMP));
  fstatat(dir, KEYWORDS_NAME, &b, 0);
  CHECK(b.st_mtime > a.st_mtime);
  CHECK(add(&k, "two", 0) == 0);        /* given by another in between */
  CHECK(keywords_read(&k, dir) == 0);
  CHECK(add(&k, "", 0) == -1 && errno == EINVAL);
  CHECK(add(&k, "a b", 0) == -1 && errno == EINVAL);
  CHECK(add(&k, "a\nb", 0) == -1 && errno == EINVAL);
  memset(big, 'x', sizeof big);
  CHECK(keywords_add(&k, dir, big, sizeof big - 1, 0) == -1);
  for (i = 0; i < 24; i++) {
    name[2] = (char)('a' + i);
    CHECK(add(&k, name, 0) >= 0);
  }
  CHECK(add(&k, "full", 0) == -1 && errno == EMFILE);
  CHECK(keywords_known(&k) == (1u << 26) - 1);
  keywords_free(&k);
  keywords_free(&other);
}

static void no_room(void)
{
  struct keywords k = KEYWORDS_ZERO;
  struct rlimit old, low;

  scratch_puts(dir, KEYWORDS_NAME, "0 a\n");
  getrlimit(RLIMIT_FSIZE, &old);
  low = old;
  low.rlim_cur = 6;
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &low);
  CHECK(add(&k, "abcdef", 0) == -1 && errno == EFBIG);
  CHECK(scratch_is(dir, KEYWORDS_NAME, "0 a\n"));
  CHECK(keywords_known(&k) == 1 && !scratch_has(dir, KEYWORDS_TMP));
  setrlimit(RLIMIT_FSIZE, &old);
  keywords_free(&k);
}

int main(void)
{
  dir = scratch_dir();
  reading();
  adding();
  no_room();
  scratch_remove();
  return check_done(PROG);
}
