/* ISC licence; see LICENSE. */
#include "maildir/folder.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "check.h"
#include "scratch.h"

const char *PROG = "one_message";

/*
 * Several processes set and clear the same two flags of one message at the
 * same moment, round after round. Once all have said OK, one of them looks,
 * at once, within the tick in which the directory's mtime hides changes: what
 * it is shown must be what the file's name says (PROMISE P7). A flag that was
 * set and cleared gives the file the name that it had before, so that names
 * alone do not tell which of two processes knows better.
 */
#define WORKERS 4
static int rounds = 4000;        /* or as argument */

static struct shared {
  pthread_barrier_t all;
  unsigned int wrong;
} *shared;

static char path[300];

static void bad(const char *what)
{
  printf("one_message: %s (errno %d)\n", what, errno);
  fflush(stdout);
  kill(0, SIGTERM);             /* the others would wait for ever */
  _exit(7);
}

static void change(struct folder *f, uint32_t uid)
{
  struct uidset one = UIDSET_ZERO;

  uidset_add(&one, uid, uid);
  if (folder_store(f, &one, rand() % 2 ? STORE_ADD : STORE_REMOVE,
                   rand() % 4 ? MF_FLAGGED : MF_ANSWERED, 0, UINT64_MAX, 0)
      == -1) bad("store");
  uidset_free(&one);
}

/* the index as the next command of any session has it, against the disk */
static void look(struct folder *f, int root, uint32_t uid)
{
  struct message m;
  char name[300];

  if (folder_sync(f) == -1 || folder_begin(f) == -1) bad("sync");
  if (folder_get(f, uid, &m) != 1) bad("the message is gone");
  snprintf(name, sizeof name, "cur/%.*s", (int)m.namelen, m.name);
  if (!scratch_has(root, name)) shared->wrong++;
  folder_end(f);
}

static void worker(int n, uint32_t uid)
{
  struct account acc;
  struct folder *f;
  int i;

  srand((unsigned int)n);
  if (account_open(&acc, path) == -1
      || folder_open(&f, &acc, "", 0, 1) == -1
      || folder_sync(f) == -1) bad("open");
  for (i = 0; i < rounds; i++) {
    pthread_barrier_wait(&shared->all);
    change(f, uid);
    pthread_barrier_wait(&shared->all);
    if (n == i % WORKERS) look(f, acc.rootfd, uid);
  }
  folder_close(f);
  account_close(&acc);
  _exit(0);
}

static uint32_t make(void)
{
  struct account acc;
  struct folder *f;
  struct append *a;
  struct uidset uids = UIDSET_ZERO;
  uint32_t uid;

  if (account_open(&acc, path) == -1
      || folder_open(&f, &acc, "", 0, 1) == -1
      || folder_sync(f) == -1) bad("open");
  a = append_begin(f);
  if (append_start(a) == -1 || append_data(a, "A: b\r\n\r\nc\r\n", 11) == -1
      || append_finish(a, MF_SEEN, 0, INT64_MIN) == -1
      || append_commit(a, &uids) == -1) bad("append");
  append_free(a);
  uid = uidset_max(&uids);
  uidset_free(&uids);
  folder_close(f);
  account_close(&acc);
  return uid;
}

int main(int argc, char **argv)
{
  pthread_barrierattr_t between;
  int base = scratch_dir(), n, status;
  uint32_t uid;

  if (argc > 1) rounds = atoi(argv[1]);
  scratch_mkdir(base, "Maildir");
  close(base);
  snprintf(path, sizeof path, "%s/Maildir", scratch_path);
  shared = mmap(0, sizeof *shared, PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) bad("mmap");
  pthread_barrierattr_init(&between);
  pthread_barrierattr_setpshared(&between, PTHREAD_PROCESS_SHARED);
  pthread_barrier_init(&shared->all, &between, WORKERS);
  uid = make();
  for (n = 0; n < WORKERS; n++)
    if (!fork()) worker(n, uid);
  for (n = 0; n < WORKERS; n++)
    CHECK(wait(&status) != -1 && status == 0);
  CHECK(shared->wrong == 0
        || !printf("%u of %d looks were wrong\n", shared->wrong, rounds));
  scratch_remove();
  return check_done("one_message");
}
