/* ISC licence; see LICENSE. */
#include "maildir/uidlist.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "check.h"
#include "scratch.h"

const char *PROG = "uidlist";

#define GUID "0123456789abcdef0123456789abcdef"
#define HEAD "3 V1700000000 N5 G" GUID

static int dir;
static stralloc got = STRALLOC_ZERO;    /* records as "uid|fields|name " */

static int collect(void *arg, const struct uidlist_record *rec)
{
  (void)arg;
  stralloc_catu(&got, rec->uid);
  stralloc_append(&got, '|');
  stralloc_catb(&got, rec->fields, rec->fieldslen);
  stralloc_append(&got, '|');
  stralloc_catb(&got, rec->name, rec->namelen);
  stralloc_append(&got, ' ');
  return 0;
}

static int got_is(const char *s)
{
  int ok = stralloc_eqs(&got, s);

  if (!ok) printf("got [%.*s], wanted [%s]\n", (int)got.len, got.s, s);
  return ok;
}

static int keep(void *lines, const struct uidlist_record *r)
{
  uidlist_line(lines, r->uid, r->fields, r->fieldslen, r->name, r->namelen);
  return 0;
}

/* read text as a file: 0 and records as wanted, or the errno */
static int reads(struct uidlist *u, const char *text, const char *records)
{
  scratch_puts(dir, UIDLIST_NAME, text);
  got.len = 0;
  return uidlist_read(u, dir, collect, 0) == 0 && got_is(records);
}

static int broken(const char *text)
{
  struct uidlist u = { 0 };
  int ret;

  scratch_puts(dir, UIDLIST_NAME, text);
  ret = uidlist_read(&u, dir, 0, 0);
  uidlist_free(&u);
  return ret == -1 && errno == EBADMSG;
}

static void reading(void)
{
  struct uidlist u = { 0 };

  CHECK(uidlist_read(&u, dir, collect, 0) == 0 && u.version == 0);
  CHECK(reads(&u, HEAD "\n", ""));
  CHECK(u.version == 3 && u.uidvalidity == 1700000000 && u.uidnext == 5);
  CHECK(!strcmp(u.guid, GUID) && !u.words.len && !u.last);
  CHECK(reads(&u, HEAD " P%08Xu Zfoo=bar\n1 :a\n3 W12 Gxyz P :b c,S=1\n",
              "1||a 3|W12 Gxyz P|b c,S=1 "));
  CHECK(stralloc_eqs(&u.words, " P%08Xu Zfoo=bar"));
  CHECK(u.uidnext == 5 && u.last == 3);
  /* N lags behind what was appended */
  CHECK(reads(&u, HEAD "\n5 :a\n7 :b\n", "5||a 7||b ") && u.uidnext == 8);
  CHECK(reads(&u, HEAD "\n4294967294 :a\n", "4294967294||a "));
  CHECK(u.uidnext == 4294967295u);
  /* a torn tail, and the two records that one appended behind it glues */
  CHECK(reads(&u, HEAD "\n1 :a\n2 :b", "1||a ") && u.last == 1);
  CHECK(u.end == strlen(HEAD "\n1 :a\n"));
  CHECK(reads(&u, HEAD "\n1 :a\n2 :b.c3 :d.e\n4 :f\n", "1||a 2||b.c3  4||f "));
  /* a base name has no info part */
  CHECK(reads(&u, HEAD "\n1 :a:2,S\n", "1||a "));
  CHECK(reads(&u, "3 V1 N1 Gshort\n", "") && !*u.guid);
  CHECK(reads(&u, "3 V1 N1\n", "") && !*u.guid);
  CHECK(reads(&u, "1 1700000000 9\n1 a\n3 b c\n", "1||a 3||b c "));
  CHECK(u.version == 1 && u.uidnext == 9 && u.uidvalidity == 1700000000);
  uidlist_free(&u);
}

static void breaking(void)
{
  struct uidlist u = { 0 };

  CHECK(broken(""));
  CHECK(broken("3 V1 N1"));
  CHECK(broken("\n"));
  CHECK(broken("2 V1 N1\n"));
  CHECK(broken("30 V1 N1\n"));
  CHECK(broken("3 V0 N1\n"));
  CHECK(broken("3 V1 N0\n"));
  CHECK(broken("3 V1\n"));
  CHECK(broken("3 N1\n"));
  CHECK(broken("3 V1x N1\n"));
  CHECK(broken("3 V N1\n"));
  CHECK(broken("3 V4294967296 N1\n"));
  CHECK(broken("3 V1 N99999999999999999999\n"));
  CHECK(broken("1 5\n"));
  CHECK(broken("1 5 \n"));
  CHECK(broken("1 5 5x\n"));
  CHECK(broken("1 5 3\n3 a\n"));
  CHECK(broken(HEAD "\n0 :a\n"));
  CHECK(broken(HEAD "\n2 :a\n2 :b\n"));
  CHECK(broken(HEAD "\n2 :a\n1 :b\n"));
  CHECK(broken(HEAD "\n4294967295 :a\n"));
  CHECK(broken(HEAD "\n4294967297 :a\n"));
  CHECK(broken(HEAD "\n1\n"));
  CHECK(broken(HEAD "\n1 \n"));
  CHECK(broken(HEAD "\n1 a\n"));
  CHECK(broken(HEAD "\n1 :\n"));
  CHECK(broken(HEAD "\n1 ::2,S\n"));
  CHECK(broken(HEAD "\n1 W5\n"));
  CHECK(broken(HEAD "\n1 w5 :a\n"));
  CHECK(broken(HEAD "\n1 :a/b\n"));
  CHECK(broken(HEAD "\n\n"));
  CHECK(broken(HEAD "\n-1 :a\n"));
  scratch_put(dir, UIDLIST_NAME, HEAD "\n1 :a\0b\n", strlen(HEAD) + 8);
  CHECK(uidlist_read(&u, dir, 0, 0) == -1 && errno == EBADMSG);
  CHECK(u.uidvalidity == 1700000000);   /* the next one must be above it */
  unlinkat(dir, UIDLIST_NAME, 0);
  scratch_mkdir(dir, UIDLIST_NAME);
  CHECK(uidlist_read(&u, dir, 0, 0) == -1 && errno == EINVAL);
  unlinkat(dir, UIDLIST_NAME, AT_REMOVEDIR);
  uidlist_free(&u);
}

/* lines around the limit and around the reader's pieces; a tail of NULs */
static void long_lines(void)
{
  struct uidlist u = { 0 };
  stralloc sa = STRALLOC_ZERO;
  size_t i;

  for (i = UIDLIST_LINE_LIMIT - 1; i <= UIDLIST_LINE_LIMIT + 1; i++) {
    stralloc_copys(&sa, HEAD "\n1 :");
    while (sa.len < strlen(HEAD) + 1 + i) stralloc_append(&sa, 'a');
    stralloc_cats(&sa, "\n2 :b\n");
    scratch_put(dir, UIDLIST_NAME, sa.s, sa.len);
    CHECK(uidlist_read(&u, dir, 0, 0) == (i <= UIDLIST_LINE_LIMIT ? 0 : -1));
    CHECK(i > UIDLIST_LINE_LIMIT || u.last == 2);
  }
  stralloc_copys(&sa, HEAD "\n1 :a\n");
  while (sa.len < 1000000) stralloc_0(&sa);
  scratch_put(dir, UIDLIST_NAME, sa.s, sa.len);
  CHECK(uidlist_read(&u, dir, 0, 0) == 0 && u.last == 1);
  CHECK(u.end == strlen(HEAD "\n1 :a\n"));
  stralloc_cats(&sa, "\n");
  scratch_put(dir, UIDLIST_NAME, sa.s, sa.len);
  CHECK(uidlist_read(&u, dir, 0, 0) == -1 && errno == EBADMSG);
  stralloc_free(&sa);
  uidlist_free(&u);
}

static void fields(void)
{
  const char f[] = "W12 S Gx:y Zz";
  size_t n = strlen(f), v;
  const char *p;

  p = uidlist_field(f, n, 'W', &v);
  CHECK(p && v == 2 && !memcmp(p, "12", 2));
  p = uidlist_field(f, n, 'S', &v);
  CHECK(p && !v);
  p = uidlist_field(f, n, 'Z', &v);
  CHECK(p && v == 1 && *p == 'z');
  CHECK(!uidlist_field(f, n, 'Q', &v));
  CHECK(!uidlist_field("", 0, 'W', &v));
}

static void tail(void)
{
  struct uidlist u = { 0 };
  int fd;

  CHECK(reads(&u, HEAD " Pq\n1 :a\n2 :b", "1||a "));
  fd = openat(dir, UIDLIST_NAME, O_WRONLY | O_APPEND);
  if (write(fd, "c\n3 :d\n4 :", 10) != 10) scratch_die("write");
  got.len = 0;
  CHECK(uidlist_read_tail(&u, dir, collect, 0) == 0 && got_is("2||bc 3||d "));
  CHECK(u.last == 3 && u.uidnext == 5);
  got.len = 0;
  CHECK(uidlist_read_tail(&u, dir, collect, 0) == 0 && got_is(""));
  if (write(fd, "e\n4 :f\n", 7) != 7) scratch_die("write");
  CHECK(uidlist_read_tail(&u, dir, collect, 0) == -1 && errno == EBADMSG);
  CHECK(uidlist_read(&u, dir, 0, 0) == -1 && errno == EBADMSG);
  CHECK(reads(&u, HEAD "\n1 :a\n2 :b\n", "1||a 2||b "));
  if (ftruncate(fd, (off_t)u.end - 5) == -1) scratch_die("ftruncate");
  CHECK(uidlist_read_tail(&u, dir, 0, 0) == -1 && errno == ESTALE);
  CHECK(reads(&u, HEAD "\n1 :a\n", "1||a "));
  close(fd);
  fd = openat(dir, UIDLIST_NAME, O_WRONLY);
  if (pwrite(fd, "2", 1, 3) != 1) scratch_die("write");
  CHECK(uidlist_read_tail(&u, dir, 0, 0) == -1 && errno == ESTALE);
  close(fd);
  CHECK(reads(&u, HEAD "\n1 :a\n", "1||a "));
  renameat(dir, UIDLIST_NAME, dir, "other");
  CHECK(uidlist_read_tail(&u, dir, 0, 0) == -1 && errno == ESTALE);
  scratch_puts(dir, UIDLIST_NAME, HEAD "\n1 :a\n2 :b\n");
  CHECK(uidlist_read_tail(&u, dir, 0, 0) == -1 && errno == ESTALE);
  unlinkat(dir, "other", 0);
  uidlist_free(&u);
}

static int append(struct uidlist *u, const char *lines, uint32_t next)
{
  stralloc sa = STRALLOC_ZERO;
  int ret;

  stralloc_copys(&sa, lines);
  ret = uidlist_append(u, dir, &sa, next);
  stralloc_free(&sa);
  return ret;
}

static void creating(void)
{
  struct uidlist u = { 0 }, v = { 0 };
  stralloc sa = STRALLOC_ZERO;
  struct stat a, b;

  unlinkat(dir, UIDLIST_NAME, 0);
  CHECK(uidlist_create(&u, dir, &sa) == -1 && errno == EINVAL);
  u.uidvalidity = 9;
  uidlist_line(&sa, 2, "", 0, "x", 1);
  uidlist_line(&sa, 5, "W1 Q", 4, "y z", 3);
  strcpy(u.guid, GUID);
  stralloc_copys(&u.words, " Pfoo Xb");
  scratch_puts(dir, UIDLIST_TMP, "left by a killed one");
  CHECK(uidlist_create(&u, dir, &sa) == 0);
  CHECK(scratch_is(dir, UIDLIST_NAME,
    "3 V9 N6 G" GUID " Pfoo Xb\n2 :x\n5 W1 Q :y z\n"));
  CHECK(!scratch_has(dir, UIDLIST_TMP));
  CHECK(u.version == 3 && u.uidnext == 6 && u.last == 5);
  CHECK(uidlist_read(&v, dir, 0, 0) == 0 && stamp_eq(&u.stamp, &v.stamp));
  CHECK(v.end == u.end && v.uidnext == u.uidnext && v.last == u.last);
  /* rewritten within the same second */
  fstatat(dir, UIDLIST_NAME, &a, 0);
  u.uidnext = 100;
  sa.len = 0;
  CHECK(uidlist_create(&u, dir, &sa) == 0);
  fstatat(dir, UIDLIST_NAME, &b, 0);
  CHECK(b.st_mtime > a.st_mtime);
  CHECK(scratch_is(dir, UIDLIST_NAME, "3 V9 N100 G" GUID " Pfoo Xb\n"));
  CHECK((b.st_mode & 0777) == 0600);
  stralloc_copys(&sa, "1 a\n");
  CHECK(uidlist_create(&u, dir, &sa) == -1 && errno == EINVAL);
  stralloc_copys(&sa, "1 :a:2,S\n");
  CHECK(uidlist_create(&u, dir, &sa) == -1 && errno == EINVAL);
  stralloc_copys(&sa, "1 :a");
  CHECK(uidlist_create(&u, dir, &sa) == -1 && errno == EINVAL);
  sa.len = 0;
  *u.guid = 0;
  CHECK(uidlist_create(&u, dir, &sa) == 0 && strlen(u.guid) == 32);
  uidlist_free(&u);
  uidlist_free(&v);
  stralloc_free(&sa);
}

static void appending(void)
{
  struct uidlist u = { 0 }, v = { 0 };

  CHECK(reads(&u, HEAD "\n1 :a\n2 :b", "1||a "));
  CHECK(append(&u, "4 :c\n", 0) == -1 && errno == EINVAL);      /* below N */
  CHECK(append(&u, "5 :c\n5 :d\n", 0) == -1 && errno == EINVAL);
  CHECK(append(&u, "5 :c\n6 :d", 0) == -1 && errno == EINVAL);
  CHECK(append(&u, "5 :c\n6 :d\n", 0) == 0);
  CHECK(scratch_is(dir, UIDLIST_NAME, HEAD "\n1 :a\n5 :c\n6 :d\n"));
  CHECK(u.uidnext == 7 && u.last == 6);
  CHECK(append(&u, "9 W3 :e\n", 20) == 0 && u.uidnext == 20);
  CHECK(append(&u, "", 30) == 0 && u.uidnext == 30);
  CHECK(uidlist_read(&v, dir, 0, 0) == 0 && v.uidnext == 10 && v.last == 9);
  CHECK(stamp_eq(&u.stamp, &v.stamp) && u.end == v.end);
  CHECK(append(&v, "10 :f\n", 0) == 0);
  CHECK(append(&u, "30 :g\n", 0) == -1 && errno == ESTALE);
  got.len = 0;
  CHECK(uidlist_read_tail(&u, dir, collect, 0) == 0 && got_is("10||f "));
  CHECK(append(&u, "30 :g\n", 0) == 0 && u.uidnext == 31);
  CHECK(reads(&u, "1 5 9\n1 a\n", "1||a "));
  CHECK(append(&u, "30 :g\n", 0) == -1 && errno == EINVAL);
  unlinkat(dir, UIDLIST_NAME, 0);
  CHECK(append(&v, "30 :g\n", 0) == -1 && errno == ESTALE);
  uidlist_free(&u);
  uidlist_free(&v);
}

/* A file size limit gives short writes, as a full disk does. */
static void no_room(void)
{
  struct uidlist u = { 0 };
  struct rlimit old, low;
  stralloc sa = STRALLOC_ZERO;
  char *before;

  CHECK(reads(&u, HEAD "\n1 :a\n2 :b", "1||a "));
  getrlimit(RLIMIT_FSIZE, &old);
  low = old;
  low.rlim_cur = u.end + 7;
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &low);
  CHECK(append(&u, "5 :c\n6 :d\n", 0) == -1 && errno == ENOSPC);
  CHECK(scratch_is(dir, UIDLIST_NAME, HEAD "\n1 :a\n"));
  CHECK(u.uidnext == 5 && u.last == 1);
  CHECK(append(&u, "5 :c\n", 0) == 0);  /* no new read is needed */
  before = scratch_get(dir, UIDLIST_NAME);
  u.uidnext = 10;
  stralloc_copys(&sa, "1 :aaaaaaaaaaaaaaaaaa\n");
  CHECK(uidlist_create(&u, dir, &sa) == -1 && errno == EFBIG);
  CHECK(scratch_is(dir, UIDLIST_NAME, before));
  CHECK(!scratch_has(dir, UIDLIST_TMP));
  setrlimit(RLIMIT_FSIZE, &old);
  free(before);
  stralloc_free(&sa);
  uidlist_free(&u);
}

/* append under the lock until killed */
static void writer(int n)
{
  struct uidlist u = { 0 };
  struct dotlock l = DOTLOCK_ZERO;
  stralloc sa = STRALLOC_ZERO;
  char name[32];
  uint32_t i;

  while (n--) {
    if (uidlist_lock(&l, dir) == -1 || uidlist_read(&u, dir, 0, 0) == -1)
      _exit(1);
    sa.len = 0;
    for (i = 0; i < 3; i++) {
      snprintf(name, sizeof name, "%ld.%d.%u", (long)getpid(), n, i);
      uidlist_line(&sa, u.uidnext + i, "", 0, name, strlen(name));
    }
    if (uidlist_append(&u, dir, &sa, 0) == -1) _exit(1);
    dotlock_release(&l);
  }
  _exit(0);
}

static void several(void)
{
  struct uidlist u = { 0 };
  pid_t pid[3];
  int i, st;

  scratch_puts(dir, UIDLIST_NAME, HEAD "\n");
  for (i = 0; i < 3; i++) {
    pid[i] = fork();
    if (!pid[i]) writer(40);
  }
  for (i = 0; i < 3; i++) {
    waitpid(pid[i], &st, 0);
    CHECK(WIFEXITED(st) && !WEXITSTATUS(st));
  }
  CHECK(uidlist_read(&u, dir, 0, 0) == 0);
  CHECK(u.last == 4 + 3 * 40 * 3 && u.uidnext == u.last + 1);
  CHECK(!scratch_has(dir, UIDLIST_LOCK));
  uidlist_free(&u);
}

/* Append and rewrite by turns; tell the last uid that is surely there. */
static void busy(int out)
{
  struct uidlist u = { 0 };
  struct dotlock l = DOTLOCK_ZERO;
  stralloc sa = STRALLOC_ZERO;
  uint32_t i;

  for (i = 0;; i++) {
    sa.len = got.len = 0;
    if (uidlist_lock(&l, dir) == -1 || uidlist_read(&u, dir, keep, &sa) == -1)
      _exit(1);
    if (i % 3) sa.len = 0;
    uidlist_line(&sa, u.uidnext, "", 0, "some.name", 9);
    if ((i % 3 ? uidlist_append(&u, dir, &sa, 0)
         : uidlist_create(&u, dir, &sa)) == -1) _exit(1);
    dotlock_release(&l);
    if (write(out, &u.last, sizeof u.last) != sizeof u.last) _exit(1);
  }
}

/* whatever the instant of the kill: no UID that was told is lost */
static void killed(void)
{
  struct timespec t = { 0, 0 };
  struct uidlist u = { 0 };
  uint32_t told = 0;
  int i, p[2], rounds = 0;
  pid_t pid;

  scratch_puts(dir, UIDLIST_NAME, HEAD "\n");
  for (i = 0; i < 50; i++) {
    if (pipe(p) == -1) scratch_die("pipe");
    pid = fork();
    if (!pid) busy(p[1]);
    close(p[1]);
    /* half of them have to get going first, however slow the machine */
    if (i % 2 && read(p[0], &told, sizeof told) == sizeof told) rounds++;
    t.tv_nsec = 300000 + i * 37 % 13 * 400000;
    nanosleep(&t, 0);
    kill(pid, SIGKILL);
    waitpid(pid, 0, 0);
    while (read(p[0], &told, sizeof told) == sizeof told) rounds++;
    close(p[0]);
    CHECK(uidlist_read(&u, dir, 0, 0) == 0 && u.version == 3);
    CHECK(u.last >= told && u.uidnext == (u.last ? u.last + 1 : 5));
    unlinkat(dir, UIDLIST_LOCK, 0);     /* else the next waits for 2 s */
  }
  CHECK(rounds >= 25);
  uidlist_free(&u);
}

int main(void)
{
  dir = scratch_dir();
  reading();
  breaking();
  long_lines();
  fields();
  tail();
  creating();
  appending();
  no_room();
  several();
  killed();
  scratch_remove();
  stralloc_free(&got);
  return check_done(PROG);
}
