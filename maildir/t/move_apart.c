/* ISC licence; see LICENSE. */
#include "maildir/folder.h"

#include <errno.h>
#include <sys/wait.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "check.h"
#include "scratch.h"

const char *PROG = "move_apart";

/*
 * Two sessions MOVE the same messages at the same moment to a folder on
 * another file system, where a MOVE has to copy and then to unlink. Each
 * message is in the destination once, and none is in the source; COPYUID of
 * both together names each once.
 */
#define MESSAGES 40
#define MOVERS 3

static char path[300], apart[300];

static void bad(const char *what)
{
  printf("move_apart: %s (errno %d)\n", what, errno);
  fflush(stdout);
  _exit(7);
}

/* 1 if there is a folder Far on another file system */
static int make_apart(int root)
{
  static const char *const subs[] = { "", "/cur", "/new", "/tmp" };
  const char *slash = strrchr(scratch_path, '/');
  struct stat a, b;
  char sub[320];
  size_t i;

  snprintf(apart, sizeof apart, "%s%s", strncmp(path, "/dev/shm/", 9)
           ? "/dev/shm" : "/tmp", slash);
  for (i = 0; i < 4; i++) {
    snprintf(sub, sizeof sub, "%s%s", apart, subs[i]);
    if (mkdir(sub, 0700) == -1) return 0;
  }
  return fstat(root, &a) == 0 && stat(apart, &b) == 0
    && a.st_dev != b.st_dev && symlinkat(apart, root, ".Far") == 0;
}

static void remove_apart(void)
{
  char line[400];

  snprintf(line, sizeof line, "rm -rf '%s'", apart);
  if (system(line)) bad("rm");
}

static void fill(void)
{
  struct account acc;
  struct folder *f;
  struct append *a;
  struct uidset uids = UIDSET_ZERO;
  int i;

  if (account_open(&acc, path) == -1
      || folder_open(&f, &acc, "", 0, 1) == -1 || folder_sync(f) == -1)
    bad("open");
  a = append_begin(f);
  for (i = 0; i < MESSAGES; i++)
    if (append_start(a) == -1 || append_data(a, "A: b\r\n\r\nc\r\n", 11) == -1
        || append_finish(a, 0, 0, INT64_MIN) == -1) bad("append");
  if (append_commit(a, &uids) == -1) bad("commit");
  append_free(a);
  uidset_free(&uids);
  folder_close(f);
  account_close(&acc);          /* LMDB and fork do not mix */
}

/* move all; what COPYUID would name is written to out */
static void mover(int in, int out)
{
  struct account acc;
  struct folder *src, *dst;
  struct uidset all = UIDSET_ZERO, from = UIDSET_ZERO, to = UIDSET_ZERO;
  uint32_t uid = 0;
  char c;

  if (account_open(&acc, path) == -1
      || folder_open(&src, &acc, "", 0, 0) == -1
      || folder_open(&dst, &acc, "Far", 3, 0) == -1
      || folder_sync(src) == -1 || folder_sync(dst) == -1) bad("open");
  uidset_add(&all, 1, UINT32_MAX - 1);
  if (read(in, &c, 1) != 0) bad("start");
  if (folder_copy(src, &all, dst, 1, &from, &to) == -1) bad("move");
  if (uidset_count(&from) != uidset_count(&to)) bad("COPYUID");
  while ((uid = uidset_next(&to, uid + 1)))
    if (write(out, &uid, sizeof uid) != sizeof uid) bad("write");
  folder_close(src);
  folder_close(dst);
  account_close(&acc);
  _exit(0);
}

/* are there as many messages, and all that were told among them? */
static void check_folder(const char *name, uint64_t want,
                         const struct uidset *told)
{
  struct account acc;
  struct folder *f;
  struct uidset uids = UIDSET_ZERO, left = UIDSET_ZERO;

  if (account_open(&acc, path) == -1
      || folder_open(&f, &acc, name, strlen(name), 0) == -1
      || folder_sync(f) == -1 || folder_uids(f, &uids) == -1) bad("open");
  CHECK(uidset_count(&uids) == want
        || !printf("\"%s\": %llu messages\n", name,
                   (unsigned long long)uidset_count(&uids)));
  uidset_copy(&left, told);
  uidset_subtract(&left, &uids);
  CHECK(left.n == 0);
  uidset_free(&left);
  uidset_free(&uids);
  folder_close(f);
  account_close(&acc);
}

static void meet(uint64_t round)
{
  struct uidset told = UIDSET_ZERO, none = UIDSET_ZERO;
  uint32_t uid;
  int start[2], said[2], n, status, count = 0;

  fill();
  if (pipe(start) == -1 || pipe(said) == -1) bad("pipe");
  for (n = 0; n < MOVERS; n++)
    if (!fork()) {
      close(start[1]);
      mover(start[0], said[1]);
    }
  close(start[0]);
  close(said[1]);
  close(start[1]);              /* now */
  while (read(said[0], &uid, sizeof uid) == sizeof uid) {
    count++;
    uidset_add(&told, uid, uid);
  }
  close(said[0]);
  for (n = 0; n < MOVERS; n++)
    CHECK(wait(&status) != -1 && status == 0);
  CHECK(count == MESSAGES && uidset_count(&told) == MESSAGES);
  check_folder("", 0, &none);
  check_folder("Far", round * MESSAGES, &told);
  uidset_free(&told);
}

int main(void)
{
  int base = scratch_dir(), root;
  uint64_t round;

  scratch_mkdir(base, "Maildir");
  root = openat(base, "Maildir", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  close(base);
  snprintf(path, sizeof path, "%s/Maildir", scratch_path);
  if (!make_apart(root))
    printf("move_apart: skipped, there is but one file system\n");
  else
    for (round = 1; round <= 3; round++) meet(round);
  remove_apart();
  close(root);
  scratch_remove();
  return check_done("move_apart");
}
