/* ISC licence; see LICENSE. */
#include "maildir/tree.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "check.h"
#include "maildir/uidlist.h"
#include "scratch.h"

const char *PROG = "tree";

static int dir;
static struct tree t;

static int create(const char *name)
{
  return tree_create(&t, name, strlen(name));
}

static int exists(const char *name)
{
  return tree_exists(&t, name, strlen(name));
}

/* the folders, with a space behind each */
static int folders(const char *wanted)
{
  stralloc names = STRALLOC_ZERO;
  size_t i;
  int ok;

  ok = tree_list(&t, &names) == 0;
  for (i = 0; i < names.len; i++)
    if (!names.s[i]) names.s[i] = ' ';
  ok = ok && stralloc_eqs(&names, wanted);
  if (!ok) printf("got [%.*s], wanted [%s]\n", (int)names.len, names.s,
                  wanted);
  stralloc_free(&names);
  return ok;
}

static stralloc moved = STRALLOC_ZERO;

static void on_move(void *arg, const char *old, const char *new)
{
  (void)arg;
  stralloc_cats(&moved, old);
  stralloc_cats(&moved, ">");
  stralloc_cats(&moved, new);
  stralloc_cats(&moved, " ");
}

static int rename_to(const char *from, const char *to)
{
  moved.len = 0;
  return tree_rename(&t, from, strlen(from), to, strlen(to), on_move, 0);
}

static void setup(void)
{
  dir = scratch_dir();
  memset(&t, 0, sizeof t);
  tree_init(&t, dir);
}

static void teardown(void)
{
  tree_free(&t);
  close(dir);
  scratch_remove();
}

static void creating(void)
{
  struct uidlist u = { 0 }, v = { 0 };
  struct stat st;
  int fd;

  CHECK(tree_exists(&t, "", 0) == 0);
  CHECK(tree_make_inbox(&t) == 0 && tree_make_inbox(&t) == 0);
  CHECK(tree_exists(&t, "", 0) == 1);
  CHECK(folders(""));
  CHECK(create("") == -1 && errno == EEXIST);
  CHECK(create("a.b") == 0 && exists("a.b") == 1 && exists("a") == 0);
  CHECK(create("a.b") == -1 && errno == EEXIST);
  CHECK(create("a") == 0);
  CHECK(folders("a a.b "));
  CHECK(scratch_has(dir, ".a/maildirfolder") && scratch_has(dir, ".a/new"));
  CHECK(scratch_has(dir, ".a/tmp") && scratch_has(dir, ".a/cur"));
  fd = openat(dir, ".a", O_RDONLY);
  CHECK(uidlist_read(&u, fd, 0, 0) == 0 && u.version == 3 && u.uidvalidity);
  close(fd);
  fd = openat(dir, ".a.b", O_RDONLY);
  CHECK(uidlist_read(&v, fd, 0, 0) == 0 && v.uidvalidity != u.uidvalidity);
  CHECK(strcmp(u.guid, v.guid));
  close(fd);
  umask(0777);                          /* the mode is the root's */
  fchmod(dir, 0750);
  CHECK(create("mode") == 0);
  CHECK(fstatat(dir, ".mode/cur", &st, 0) == 0 && (st.st_mode & 0777) == 0750);
  CHECK(fstatat(dir, ".mode/maildirfolder", &st, 0) == 0
        && (st.st_mode & 0777) == 0640);
  umask(022);
  uidlist_free(&u);
  uidlist_free(&v);
}

/* what lies about in a Maildir and is no folder */
static void not_folders(void)
{
  scratch_puts(dir, ".file", "");
  scratch_mkdir(dir, ".nocur");
  scratch_mkdir(dir, "..x");
  scratch_mkdir(dir, "..x/cur");
  scratch_mkdir(dir, "roost.create.x");
  scratch_mkdir(dir, "roost.create.x/cur");
  scratch_mkdir(dir, ".curfile");
  scratch_puts(dir, ".curfile/cur", "");
  if (symlinkat("nowhere", dir, ".dangling")) scratch_die("symlink");
  if (symlinkat(".loop", dir, ".loop")) scratch_die("symlink");
  if (symlinkat(".a", dir, ".link")) scratch_die("symlink");
  CHECK(folders("a a.b link mode "));
  CHECK(exists("file") == 0 && exists("nocur") == 0 && exists("loop") == 0);
  CHECK(create("file") == -1 && errno == EEXIST);
  CHECK(create("dangling") == -1 && errno == EEXIST);
  CHECK(create("curfile") == -1 && errno == EEXIST);
  CHECK(create("nocur") == 0 && exists("nocur") == 1);
  CHECK(scratch_has(dir, ".nocur/dovecot-uidlist"));
}

static void deleting(void)
{
  unsigned int before = scratch_count(dir);

  CHECK(tree_delete(&t, "", 0) == -1 && errno == EINVAL);
  CHECK(tree_delete(&t, "none", 4) == -1 && errno == ENOENT);
  CHECK(tree_delete(&t, "file", 4) == -1 && errno == ENOENT);
  scratch_puts(dir, ".a/cur/1:2,S", "mail");
  CHECK(tree_delete(&t, "link", 4) == 0);       /* the link, not its mail */
  CHECK(scratch_has(dir, ".a/cur/1:2,S") && !scratch_has(dir, ".link"));
  scratch_mkdir(dir, "outside");
  scratch_puts(dir, "outside/precious", "x");
  if (symlinkat("../outside", dir, ".a/sub")) scratch_die("symlink");
  if (symlinkat("../../outside", dir, ".a/cur/sub")) scratch_die("symlink");
  scratch_mkdir(dir, ".a/cache");
  scratch_puts(dir, ".a/cache/x", "x");
  CHECK(tree_delete(&t, "a", 1) == 0);
  CHECK(scratch_has(dir, "outside/precious"));
  CHECK(folders("a.b mode nocur "));
  CHECK(scratch_count(dir) == before - 2 + 1);
  CHECK(create("a") == 0);              /* the name is free again */
}

static void sweeping(void)
{
  char young[64];

  snprintf(young, sizeof young, "roost.delete.%ld.x", (long)time(0) - 9999);
  scratch_mkdir(dir, young);
  scratch_mkdir(dir, "roost.delete.1600000000.M1P2.host");
  scratch_mkdir(dir, "roost.delete.1600000000.M1P2.host/cur");
  scratch_puts(dir, "roost.delete.1600000000.M1P2.host/cur/x", "x");
  scratch_mkdir(dir, "roost.create.1600000000.M1P2.host");
  tree_sweep(&t);
  CHECK(scratch_has(dir, "roost.create.x") && scratch_has(dir, young));
  CHECK(!scratch_has(dir, "roost.delete.1600000000.M1P2.host"));
  CHECK(!scratch_has(dir, "roost.create.1600000000.M1P2.host"));
  CHECK(folders("a a.b mode nocur "));
}

static void renaming(void)
{
  teardown();
  setup();
  tree_make_inbox(&t);
  create("a");
  create("a.b");
  create("a.b.c");
  create("a-x");
  create("ab");
  scratch_puts(dir, ".a/cur/1:2,S", "mail");
  CHECK(rename_to("a", "z") == 0 && folders("a-x ab z z.b z.b.c "));
  CHECK(stralloc_eqs(&moved, "a.b.c>z.b.c a.b>z.b a>z "));
  CHECK(scratch_has(dir, ".z/cur/1:2,S"));
  CHECK(rename_to("z", "z") == -1 && errno == EEXIST);
  CHECK(rename_to("z", "ab") == -1 && errno == EEXIST);
  CHECK(rename_to("z", "") == -1 && errno == EEXIST);
  CHECK(rename_to("", "z") == -1 && errno == EINVAL);
  CHECK(rename_to("z", "z.y") == -1 && errno == EINVAL);
  CHECK(rename_to("z", "z.b.y") == -1 && errno == EINVAL);
  CHECK(rename_to("no", "yes") == -1 && errno == ENOENT);
  CHECK(folders("a-x ab z z.b z.b.c "));
  CHECK(rename_to("z", "zz") == 0 && rename_to("zz", "z") == 0);
  create("w.b");                        /* in the way of z.b */
  CHECK(rename_to("z", "w") == -1 && errno == EEXIST && !moved.len);
  CHECK(folders("a-x ab w.b z z.b z.b.c "));
  tree_delete(&t, "w.b", 3);
  CHECK(rename_to("z.b", "z") == -1 && errno == EEXIST);
  tree_delete(&t, "z", 1);
  CHECK(rename_to("z", "y") == 0 && folders("a-x ab y.b y.b.c "));
}

/* to the name of an ancestor: each takes the place that another leaves */
static void upwards(void)
{
  rename_to("y.b", "q.x");
  create("q.x.x");
  create("q.x.x.z");
  create("q.x.z");
  CHECK(folders("a-x ab q.x q.x.c q.x.x q.x.x.z q.x.z "));
  CHECK(rename_to("q.x", "q") == 0);
  CHECK(folders("a-x ab q q.c q.x q.x.z q.z "));
  CHECK(stralloc_eqs(&moved,
    "q.x>q q.x.c>q.c q.x.x>q.x q.x.z>q.z q.x.x.z>q.x.z "));
}

static void long_names(void)
{
  char n[300];

  memset(n, 'n', sizeof n);
  CHECK(tree_create(&t, n, 255) == -1 && errno == ENAMETOOLONG);
  CHECK(tree_exists(&t, n, 255) == 0 && tree_exists(&t, n, 254) == 0);
  CHECK(tree_create(&t, n, 254) == 0 && tree_exists(&t, n, 254) == 1);
  CHECK(tree_delete(&t, n, 254) == 0);
  CHECK(tree_rename(&t, "q", 1, n, 254, 0, 0) == -1 && errno == ENAMETOOLONG);
  CHECK(folders("a-x ab q q.c q.x q.x.z q.z "));
}

/* something that is no folder stands in the way of a child: all goes back */
static void blocked(void)
{
  scratch_puts(dir, ".r.c", "");
  CHECK(rename_to("q", "r") == -1 && errno == EEXIST);
  CHECK(folders("a-x ab q q.c q.x q.x.z q.z "));
  unlinkat(dir, ".r.c", 0);
  CHECK(rename_to("q", "r") == 0);
}

static void no_room(void)
{
  struct rlimit old, low;
  unsigned int before = scratch_count(dir);

  getrlimit(RLIMIT_FSIZE, &old);
  low = old;
  low.rlim_cur = 10;                    /* no uidlist fits */
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &low);
  CHECK(create("new") == -1 && errno == EFBIG);
  setrlimit(RLIMIT_FSIZE, &old);
  CHECK(exists("new") == 0 && scratch_count(dir) == before);
}

/* Kill one that makes, renames and deletes, again and again: whatever is
 * listed must be whole, and all can go on. */
static void killed(void)
{
  struct timespec ms = { 0, 0 };
  struct uidlist u = { 0 };
  stralloc names = STRALLOC_ZERO;
  const char *s;
  int i, fd, n = 0, st, p[2];
  char path[300], c;
  pid_t pid;

  teardown();
  setup();
  tree_make_inbox(&t);
  for (i = 0; i < 60; i++) {
    if (pipe(p) == -1) scratch_die("pipe");
    pid = fork();
    if (!pid)
      for (;;) {
        create("k");
        create("k.c");
        if (write(p[1], "", 1) != 1) _exit(1);
        rename_to("k", "l");
        tree_delete(&t, "l", 1);
        tree_delete(&t, "l.c", 3);
      }
    close(p[1]);
    /* half of them have to get going first, however slow the machine */
    if (i % 2 && read(p[0], &c, 1) != 1) scratch_die("read");
    ms.tv_nsec = 200000 + i * 37 % 11 * 300000;
    nanosleep(&ms, 0);
    kill(pid, SIGKILL);
    waitpid(pid, &st, 0);
    close(p[0]);
    names.len = 0;
    CHECK(tree_list(&t, &names) == 0);
    for (s = names.s; s && s < names.s + names.len; s += strlen(s) + 1) {
      snprintf(path, sizeof path, ".%s", s);
      fd = openat(dir, path, O_RDONLY);
      CHECK(uidlist_read(&u, fd, 0, 0) == 0 && u.version == 3);
      CHECK(scratch_has(fd, "new") && scratch_has(fd, "tmp"));
      close(fd);
      n++;
    }
    tree_delete(&t, "k", 1);
    tree_delete(&t, "k.c", 3);
    tree_delete(&t, "l", 1);
    tree_delete(&t, "l.c", 3);
    CHECK(folders(""));
  }
  CHECK(n > 0);
  stralloc_free(&names);
  uidlist_free(&u);
}

int main(void)
{
  if (!freopen("/dev/null", "w", stderr)) return 1;
  setup();
  creating();
  not_folders();
  deleting();
  sweeping();
  renaming();
  upwards();
  long_names();
  blocked();
  no_room();
  killed();
  teardown();
  stralloc_free(&moved);
  return check_done(PROG);
}
