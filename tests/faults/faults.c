/* ISC licence; see LICENSE. */
#include "damage.h"
#include "fault.h"
#include "judge.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <skalibs/strerr.h>

const char *PROG = "faults";

/*
 * faults [-s STRIDE] [-d STRIDE] [-o OPERATION] [-v] - every operation of the
 * store with a fault at each of its system calls in turn (every STRIDE-th
 * place only), and what is promised checked after each by sessions of their
 * own; and every page of the index damaged (-d; -o index: only that;
 * -r SEED for what is random). The last line is `faults: N passed, N failed`.
 */
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#else
#define SANITIZED 0
#endif
#define SLOW 3                  /* s; a lock that stays is felt */

struct stage {                  /* shared with the children */
  struct doing d;
  struct picture before, own, after, anew, later;
};

static struct stage *stage;
static struct fault_seen *seen;
static int errfd, verbose;
static unsigned long passed, failed, kills, errors, mallocs, died;

/* ---- children ---- */

/* fn in a child that may take so long; its wait status */
static int in_child(void (*fn)(void))
{
  int status = -1;
  pid_t pid = fork();

  if (pid == 0) {
    dup2(errfd, 2);
    alarm(FAULT_LIMIT_MS / 1000);
    fn();
    _exit(0);
  }
  if (pid != -1) waitpid(pid, &status, 0);
  return status;
}

static void open_or_die(struct doing *d)
{
  if (account_open(&d->a, d->path) == -1) _exit(90);
}

static void take(struct picture *p)
{
  open_or_die(&stage->d);
  picture_take(p, &stage->d.a);
  account_close(&stage->d.a);
}

static void take_before(void)
{
  take(&stage->before);
}

static void take_after(void)
{
  take(&stage->after);
}

/* all goes on: a message more, flags, and one less; then the picture */
static void go_on(void)
{
  struct doing *d = &stage->d;
  struct uidset u = UIDSET_ZERO;

  take(&stage->anew);
  d->n = 0;
  open_or_die(d);
  if (folder_open(&d->in, &d->a, "", 0, 0) == -1) _exit(91);
  if (folder_sync(d->in) == -1) _exit(92);
  if (op_append(d, d->in, 200, MF_SEEN, 0) == -1 || d->n != 1) _exit(93);
  uidset_add(&u, d->uids[0], d->uids[0]);
  if (folder_store(d->in, &u, STORE_ADD, MF_DELETED, 0, UINT64_MAX, 0) == -1)
    _exit(94);
  if (folder_remove(d->in, &u, 1, 0) == -1) _exit(95);
  if (op_append(d, d->in, 201, MF_SEEN, 0) == -1 || d->n != 2) _exit(96);
  if (d->uids[1] <= d->uids[0] || d->uids[0] < stage->before.f[0].uidnext)
    _exit(89);
  folder_close(d->in);
  account_close(&d->a);
}

/* the operation itself; op by way of a static, since fn takes but one */
static const struct op *doing_op;

static void open_folders(struct doing *d)
{
  if (folder_open(&d->in, &d->a, "", 0, 0) == -1) return;
  if (folder_open(&d->other, &d->a, "Other", 5, 0) == -1) return;
  if (folder_sync(d->other) == -1) return;
  /* what came is for the operation to find */
  if (!(doing_op->scene & (SCENE_NEW | SCENE_NO_LIST))
      && folder_sync(d->in) == -1) return;
  d->r = 0;
}

/* what could not be done at once is tried again, a tick later */
static void tick(void)
{
  struct timespec t = { 0, 25000000 };

  nanosleep(&t, 0);
}

static void work(void *arg)
{
  struct doing *d = &stage->d;
  const struct op *op = doing_op;

  (void)arg;
  if (op->cold) fault_arm();
  if (account_open(&d->a, d->path) == -1) {
    d->e = errno;
    _exit(80);
  }
  d->r = -1;
  open_folders(d);
  if (!op->cold) {
    if (d->r == -1) _exit(81);
    fault_arm();
  }
  if (d->r == 0) d->r = op->run(d);
  d->e = errno;
  if (!op->cold) fault_disarm();
  if (!op->cold) {
    if (fault_was_hit()) tick();
    picture_take(&stage->own, &d->a);
  }
  folder_close(d->other);
  folder_close(d->in);
  account_close(&d->a);
  if (op->cold) fault_disarm();
}

/* ---- one attempt ---- */

static const char *kind_name(const struct fault *f)
{
  static const char *const names[] = {
    "nothing", "killed", "torn and killed", "short", "once", "from then on",
    "no memory"
  };

  return names[f->kind];
}

static void complain(const struct op *op, const struct fault *f,
                     const char *why)
{
  static char said[2000];
  const char *call = f->kind == FAULT_MALLOC ? "malloc"
    : f->at && f->at <= FAULT_CALLS ? fault_call(seen->nr[f->at - 1]) : "-";
  ssize_t n = pread(errfd, said, sizeof said - 1, 0);

  failed++;
  said[n > 0 ? n : 0] = 0;
  printf("FAILED %s %s at %ld (%s%s%s): %s [r %d %s, status %x]\n%s", op->name,
         kind_name(f), f->at, call, f->err ? " " : "",
         f->err ? strerror(f->err) : "", why, stage->d.r,
         stage->d.r == -1 ? strerror(stage->d.e) : "", seen->status, said);
  fflush(stdout);
}

static int prepare(const struct op *op)
{
  char *path = stage->d.path;
  int st;

  if (ftruncate(errfd, 0) == -1 || lseek(errfd, 0, SEEK_SET)) return -1;
  scene_make(path, op->scene & ~(SCENE_LIST_1));
  st = in_child(take_before);
  if (st || !stage->before.whole) {
    printf("the scene: %x %s\n", st, stage->before.why);
    return -1;
  }
  if (op->scene & SCENE_LIST_1) scene_make(path, op->scene);
  scene_late(path, op->scene);
  stage->d.r = -1;
  stage->d.e = stage->d.n = 0;
  stage->d.in = stage->d.other = 0;
  stage->own.whole = 0;
  doing_op = op;
  return 0;
}

/* may a failure leave something behind, since undoing it failed too? */
static int lasting(const struct fault *f)
{
  return f->kind == FAULT_ON && f->err != ENOSPC && f->err != EDQUOT;
}

static int check_end(const struct op *op, const struct fault *f, int full,
                     char *why, size_t size)
{
  int st = seen->status, code = WIFEXITED(st) ? WEXITSTATUS(st) : -1;

  if (seen->hung) {
    snprintf(why, size, "it hangs");
    return 0;
  }
  if (WIFSIGNALED(st) && WTERMSIG(st) != SIGKILL) {
    snprintf(why, size, "signal %d", WTERMSIG(st));
    return 0;
  }
  if (WIFSIGNALED(st)) return 1;
  if (code && code != 111 && code != 80) {
    snprintf(why, size, "exit %d", code);
    return 0;
  }
  if (code == 111) died++;
  if (code == 111 && f->kind != FAULT_MALLOC && f->err != ENOMEM) {
    snprintf(why, size, "the session died");
    return 0;
  }
  if (full && op->frees && stage->d.r == -1 && code == 0) {
    snprintf(why, size, "a full disk does not let it");
    return 0;
  }
  return 1;
}

/* no session threw away an index that was good; that LMDB takes another who
 * is just making it for a stranger is no loss */
static int check_log(const struct fault *f, char *why, size_t size)
{
  static char said[4000];
  ssize_t n = pread(errfd, said, sizeof said - 1, 0);

  said[n > 0 ? n : 0] = 0;
  if (f->err == ENOLCK
      || (!strstr(said, "damaged") && !strstr(said, "discarded"))) return 1;
  snprintf(why, size, "the index was thrown away");
  return 0;
}

static int check_after(const struct op *op, const struct fault *f, int room,
                       char *why, size_t size)
{
  const char *path = stage->d.path;
  int alive = seen->status == 0, said, st;

  said = alive ? stage->d.r == 0 : -1;
  if (alive && stage->d.r == -1 && lasting(f)) said = -1;
  if (f->kind == FAULT_ONCE && alive && seen->hit && scene_litter(
        path, why, size) && !strstr(why, "put aside")
      && strncmp(fault_call(seen->nr[f->at - 1]), "unlink", 6)) return 0;
  scene_age_locks(path);
  if (op->cold && alive && seen->hit) tick();
  st = in_child(take_after);
  if (st) {
    snprintf(why, size, "the next session: %x", st);
    return 0;
  }
  if (!judge(op, &stage->before, &stage->after, &stage->d, said, room, why,
             size)) return 0;
  if (!stage->own.whole && op->scene & SCENE_NO_LIST
      && f->kind == FAULT_ON)
    alive = 0;                  /* it may know no UIDs and say so */
  if (alive && !op->cold && !judge_same(&stage->own, &stage->after, why,
                                        size)) {
    memmove(why + 9, why, strlen(why) + 1);
    memcpy(why, "own eyes ", 9);
    return 0;
  }
  return scene_lists_whole(path, !alive || lasting(f)
                           || op->scene & SCENE_BAD_LIST, why, size);
}

static int check_later(char *why, size_t size)
{
  const char *path = stage->d.path;
  int st;

  scene_remove_index(path);
  st = in_child(go_on);
  if (st) {
    snprintf(why, size, "the session after: %x", st);
    return 0;
  }
  if (!judge_same(&stage->after, &stage->anew, why, size)) {
    memmove(why + 14, why, strlen(why) + 1);
    memcpy(why, "without index ", 14);
    return 0;
  }
  return scene_lists_whole(path, 0, why, size);
}

static void attempt(const struct op *op, const struct fault *f)
{
  char why[300] = "";
  time_t began = time(0);
  int room = f->err == ENOSPC || f->err == EDQUOT || f->kind == FAULT_SHORT;
  int full = room && f->kind == FAULT_ON;

  stage->d.calm = f->kind == FAULT_NONE;
  if (prepare(op) == -1 || fault_run(f, work, 0, errfd, seen) == -1) {
    complain(op, f, "cannot be set up");
    return;
  }
  if (f->kind != FAULT_NONE && !seen->hit) return;      /* not reached */
  if (f->kind == FAULT_KILL || f->kind == FAULT_TORN) kills++;
  else if (f->kind == FAULT_MALLOC) mallocs++;
  else if (f->kind != FAULT_NONE) errors++;
  if (verbose)
    fprintf(stderr, "%s %s %ld %d\n", op->name, kind_name(f), f->at, f->err);
  if (!check_end(op, f, full, why, sizeof why - 20)
      || !check_log(f, why, sizeof why - 20)
      || !check_after(op, f, room, why, sizeof why - 20)
      || !check_later(why, sizeof why - 20))
    complain(op, f, why);
  else if (time(0) - began > SLOW)
    complain(op, f, "it takes long");
  else
    passed++;
}

/* ---- all of them ---- */

static void at_call(const struct op *op, long at, int nr, int creat)
{
  static const int lasts[] = { ENOSPC, EIO, EROFS };
  struct fault f = { FAULT_KILL, at, 0, nr };
  const int *e = fault_errors(nr, creat);
  int writes = !strcmp(fault_call(nr), "write")
    || !strcmp(fault_call(nr), "pwrite64");
  size_t i;

  attempt(op, &f);
  for (; *e; e++) {
    f.kind = FAULT_ONCE;
    f.err = *e;
    attempt(op, &f);
  }
  f.err = 0;
  if (writes) {
    f.kind = FAULT_TORN;
    attempt(op, &f);
    f.kind = FAULT_SHORT;
    attempt(op, &f);
  }
  if (!writes && !creat) return;
  for (i = 0; i < sizeof lasts / sizeof *lasts; i++) {
    f.kind = FAULT_ON;
    f.err = lasts[i];
    attempt(op, &f);
  }
}

static void all_of(const struct op *op, long stride, long phase)
{
  static struct fault_seen first;
  struct fault f = { FAULT_NONE, 0, 0, 0 };
  unsigned long before = failed, began = passed;
  long i, n;

  attempt(op, &f);
  first = *seen;
  n = first.calls < FAULT_CALLS ? first.calls : FAULT_CALLS;
  if (stage->d.r) complain(op, &f, "does not work");
  if (failed != before) return;
  for (i = phase % stride; i < n; i += stride)
    at_call(op, i + 1, first.nr[i], first.creat[i]);
  f.kind = FAULT_MALLOC;
  f.err = ENOMEM;
  for (i = phase % stride; i < first.mallocs; i += stride * 2) {
    f.at = i + 1;
    attempt(op, &f);
  }
  printf("%s: %ld calls, %ld of malloc, %lu faults, %lu failed\n", op->name,
         first.calls, first.mallocs, passed - began, failed - before);
  fflush(stdout);
}

static void set_up(void)
{
  const char *tmp = getenv("TMPDIR");
  char *path;

  if (!tmp || !*tmp) tmp = access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm";
  stage = mmap(0, sizeof *stage, PROT_READ | PROT_WRITE,
               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (stage == MAP_FAILED) exit(1);
  seen = calloc(1, sizeof *seen);
  path = stage->d.path;
  snprintf(path, sizeof stage->d.path, "%s/roost-faults-XXXXXX", tmp);
  if (!mkdtemp(path)) {
    perror(path);
    exit(1);
  }
  errfd = memfd_create("stderr", MFD_CLOEXEC);
  dotlock_quiet_ms = 100;       /* a lock without a pid, or of nobody */
  setenv("TMPDIR", tmp, 1);
  unsetenv("INDEXDIR");
}

int main(int argc, char **argv)
{
  const char *only = 0;
  long stride = 1, damages = 1;
  unsigned int seed = 6;
  size_t i;
  int c, apart;

  while ((c = getopt(argc, argv, "s:d:r:o:v")) != -1)
    if (c == 's') stride = atol(optarg);
    else if (c == 'd') damages = atol(optarg);
    else if (c == 'r') seed = (unsigned int)atol(optarg);
    else if (c == 'o') only = optarg;
    else if (c == 'v') verbose = 1;
    else return 100;
  if (stride < 1) stride = 1;
  if (damages < 1) damages = 1;
  if (!fault_available()) {
    printf("faults: 0 passed, 0 failed, 1 skipped\n");
    return 0;
  }
  set_up();
  apart = scene_apart(stage->d.path);
  if (!apart) printf("COPY-apart, MOVE-apart: skipped, one file system\n");
  for (i = 0; i < ops_n; i++)
    if ((!only || !strcmp(only, ops[i].name))
        && (!(ops[i].scene & SCENE_APART) || apart))
      all_of(ops + i, stride, (long)i);
  /* an address sanitizer ends what LMDB survives */
  if (!SANITIZED && (!only || !strcmp(only, "index")))
    damage_all(stage->d.path, errfd, damages, seed, &passed, &failed);
  scene_remove(stage->d.path);
  printf("%lu kills, %lu calls that failed, %lu allocations that failed, "
         "%lu sessions ended by it\n", kills, errors, mallocs, died);
  printf("faults: %lu passed, %lu failed\n", passed, failed);
  return failed != 0;
}
