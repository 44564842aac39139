/* ISC licence; see LICENSE. */
#include "maildir/folder.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "check.h"
#include "scratch.h"

const char *PROG = "concurrent";

/*
 * Several processes at work on two folders at once, some of them killed at a
 * random moment (PROMISE P4, P7). Each keeps the picture that a client would
 * have, from folder_changes alone, and holds it against the rules: UIDs only
 * grow, what is gone stays gone. In the end the index, an index built anew
 * and the files must agree, and each message that went in is there exactly
 * once, or was removed by someone.
 */
#define WORKERS_MAX 100
static int workers = 4, steps = 120, rounds = 3;  /* or as arguments */

static char path[300];

struct picture {
  struct folder *f;
  struct uidset uids, gone;
  uint64_t since;
  uint32_t highest;
};

static void bad(const char *what)
{
  printf("concurrent: %s (pid %d, errno %d)\n", what, (int)getpid(), errno);
  fflush(stdout);
  _exit(7);
}

static void look(struct picture *p)
{
  struct uidset changed = UIDSET_ZERO, gone = UIDSET_ZERO, now = UIDSET_ZERO;
  struct uidset expect = UIDSET_ZERO;
  uint32_t uid;
  uint64_t next, later;
  int known;

  if (folder_sync(p->f) == -1) bad("sync failed");
  known = folder_changes(p->f, p->since, &changed, &gone, 1, &next);
  folder_uids(p->f, &now);
  if (next < p->since) bad("modseq went backwards");
  uidset_copy(&expect, &now);
  uidset_subtract(&expect, &p->uids);
  for (uid = 0; (uid = uidset_next(&expect, uid + 1)); ) {
    if (uid <= p->highest) bad("a UID appeared below the highest");
    if (uidset_has(&p->gone, uid)) bad("a UID came back");
    if (known && !uidset_has(&changed, uid) && folder_changes(
          p->f, p->since, &changed, &gone, 0, &next) == 1
        && !uidset_has(&changed, uid)) bad("new UID without a change");
  }
  uidset_copy(&expect, &p->uids);
  uidset_subtract(&expect, &now);
  if (known) {
    uidset_subtract(&expect, &gone);
    /* between the two questions above another may have removed it */
    if (expect.n
        && folder_changes(p->f, p->since, &changed, &gone, 0, &later) == 1)
      uidset_subtract(&expect, &gone);
    if (expect.n) bad("a UID went without being told gone");
  }
  uidset_union(&p->gone, &gone);
  uidset_copy(&p->uids, &now);
  if (uidset_max(&now) > p->highest) p->highest = uidset_max(&now);
  p->since = next;
  uidset_free(&changed);
  uidset_free(&gone);
  uidset_free(&now);
  uidset_free(&expect);
}

static uint32_t some_uid(const struct picture *p)
{
  uint32_t uid = p->highest ? 1 + (uint32_t)rand() % p->highest : 0;

  return uid ? uidset_next(&p->uids, uid) : 0;
}

static void deliver(int root, const char *folder, int worker, int step)
{
  char tmp[300], new[300];

  snprintf(tmp, sizeof tmp, "%s/tmp/%d.w%d.%d", folder, step, worker,
           (int)getpid());
  snprintf(new, sizeof new, "%s/new/%d.w%d.%d", folder, step, worker,
           (int)getpid());
  scratch_puts(root, tmp, "Subject: x\n\nx\n");
  if (renameat(root, tmp, root, new) == -1) bad("deliver");
}

static void append(struct folder *f)
{
  struct append *a = append_begin(f);
  struct uidset uids = UIDSET_ZERO;
  int i;

  for (i = 0; i < 2; i++)
    if (append_start(a) == -1 || append_data(a, "A: b\r\n\r\nc\r\n", 11) == -1
        || append_finish(a, i ? MF_SEEN : 0, 0, INT64_MIN) == -1)
      bad("append");
  if (append_commit(a, &uids) == -1) bad("commit");
  if (uidset_count(&uids) != 2) bad("append without UIDs");
  append_free(a);
  uidset_free(&uids);
}

static void act(struct account *acc, struct picture *p, struct picture *q,
                int worker, int step)
{
  struct uidset one = UIDSET_ZERO, from = UIDSET_ZERO, to = UIDSET_ZERO;
  uint32_t uid = some_uid(p);
  int what = rand() % 10, r = 0;

  if (uid) uidset_add(&one, uid, uid);
  if (what < 2) deliver(acc->rootfd, rand() % 2 ? "." : ".Old", worker, step);
  else if (what < 3) append(p->f);
  else if (what < 6)
    r = folder_store(p->f, &one, rand() % 3, 1u << rand() % 6, 0, UINT64_MAX,
                     0);
  else if (what < 7) r = folder_copy(p->f, &one, q->f, 0, &from, &to);
  else if (what < 9) r = folder_copy(p->f, &one, q->f, 1, &from, &to);
  else r = folder_remove(p->f, &one, 0, 0);
  if (r == -1) bad("an operation failed");
  uidset_free(&one);
  uidset_free(&from);
  uidset_free(&to);
}

static void worker(int n, int round)
{
  struct account acc;
  struct picture p[2];
  int step;

  memset(p, 0, sizeof p);
  srand((unsigned int)(n * 1000 + round));
  if (account_open(&acc, path) == -1
      || folder_open(&p[0].f, &acc, "", 0, n % 2) == -1
      || folder_open(&p[1].f, &acc, "Old", 3, n % 2) == -1) bad("open");
  for (step = 0; step < steps; step++) {
    look(&p[step % 2]);
    act(&acc, &p[step % 2], &p[1 - step % 2], n, step);
  }
  folder_close(p[0].f);
  folder_close(p[1].f);
  account_close(&acc);
  _exit(0);
}

static void listing(stralloc *out)
{
  static const char *const folder[] = { "", "Old" };
  struct account acc;
  struct folder *f;
  struct message m;
  uint32_t uid;
  int i;

  out->len = 0;
  if (account_open(&acc, path) == -1) bad("open");
  for (i = 0; i < 2; i++) {
    if (folder_open(&f, &acc, folder[i], strlen(folder[i]), 1) == -1
        || folder_sync(f) == -1) bad("open folder");
    uid = 0;
    folder_begin(f);
    while (folder_next(f, uid + 1, &m) == 1) {
      uid = m.uid;
      stralloc_catu(out, uid);
      stralloc_cats(out, " ");
      stralloc_catb(out, m.name, m.namelen);
      stralloc_cats(out, "\n");
    }
    folder_end(f);
    folder_close(f);
    stralloc_cats(out, "--\n");
  }
  account_close(&acc);
}

static size_t files(int root)
{
  static const char *const dir[] = { "cur", "new", ".Old/cur", ".Old/new" };
  size_t n = 0, i;
  int fd;

  for (i = 0; i < 4; i++) {
    fd = openat(root, dir[i], O_RDONLY | O_DIRECTORY);
    n += scratch_count(fd);
    close(fd);
  }
  return n;
}

static void round_of(int root, int round, int kill_some)
{
  pid_t pid[WORKERS_MAX];
  stralloc a = STRALLOC_ZERO, b = STRALLOC_ZERO;
  struct timespec t = { 0, 30000000 };
  size_t lines = 0, i;
  int status, n;

  for (n = 0; n < workers; n++)
    if (!(pid[n] = fork())) worker(n, round);
  if (kill_some)
    for (n = 0; n < workers / 2; n++) {
      t.tv_nsec = 1000000 * (10 + rand() % 60);
      nanosleep(&t, 0);
      kill(pid[n], SIGKILL);
    }
  for (n = 0; n < workers; n++) {
    waitpid(pid[n], &status, 0);
    CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0)
          || (kill_some && WIFSIGNALED(status)));
  }
  nanosleep(&t, 0);
  listing(&a);
  for (i = 0; i < a.len; i++) lines += a.s[i] == '\n';
  CHECK(lines - 2 == files(root));
  if (system("rm -rf \"$ROOST_T\"/roost.index")) bad("rm");
  listing(&b);
  CHECK(a.len == b.len && !memcmp(a.s, b.s, a.len));
  if (a.len != b.len || memcmp(a.s, b.s, a.len))
    printf("kept:\n%.*sanew:\n%.*s", (int)a.len, a.s, (int)b.len, b.s);
  stralloc_free(&a);
  stralloc_free(&b);
}

int main(int argc, char **argv)
{
  struct account acc;
  int base = scratch_dir(), root, i;

  if (argc > 1) workers = atoi(argv[1]);
  if (argc > 2) steps = atoi(argv[2]);
  if (argc > 3) rounds = atoi(argv[3]);
  if (workers < 1 || workers > WORKERS_MAX) return 100;
  scratch_mkdir(base, "Maildir");
  close(base);
  snprintf(path, sizeof path, "%s/Maildir", scratch_path);
  setenv("ROOST_T", path, 1);
  if (account_open(&acc, path) == -1
      || account_create(&acc, "Old", 3) == -1) bad("create");
  account_close(&acc);
  root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (i = 0; i < rounds; i++) round_of(root, i, 0);
  for (i = 0; i < rounds; i++) round_of(root, 100 + i, 1);
  close(root);
  scratch_remove();
  return check_done("concurrent");
}
