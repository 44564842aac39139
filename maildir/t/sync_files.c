/* ISC licence; see LICENSE. */
/* Many files are synced together, and what the kernel keeps for that is given
 * back when the session rests. */
#include <errno.h>
#include <unistd.h>

#include "check.h"
#include "maildir/account.h"
#include "maildir/sync_files.h"
#include "scratch.h"

const char *PROG = "sync_files";

#define N 5

/* the ring of an aio context lies in our memory, and its name says so */
static int has_context(void)
{
  FILE *f = fopen("/proc/self/maps", "r");
  char line[512];
  int r = 0;

  if (!f) scratch_die("/proc/self/maps");
  while (fgets(line, sizeof line, f)) if (strstr(line, "[aio]")) r = 1;
  fclose(f);
  return r;
}

static void resting(const int *fd, int works)
{
  static struct account a;      /* with no index open */

  CHECK(sync_files(fd, N) == 0);
  CHECK(has_context() == works);
  account_rest(&a);
  CHECK(!has_context());
}

int main(void)
{
  int dir = scratch_dir(), fd[N + 1], works, i;
  char name[] = "a";

  for (i = 0; i < N; i++, name[0]++) {
    fd[i] = openat(dir, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd[i] == -1 || write(fd[i], "x", 1) != 1) scratch_die(name);
  }
  CHECK(sync_files(fd, 2) == 0);
  CHECK(!has_context());        /* of a few there is none */
  CHECK(sync_files(fd, N) == 0);
  works = has_context();        /* fs.aio-max-nr may be 0, or used up */
  resting(fd, works);
  resting(fd, works);           /* and again */
  fd[N] = fd[0];
  close(fd[2]);
  CHECK(sync_files(fd, N + 1) == -1 && errno == EBADF);
  CHECK(sync_files(fd, SYNC_FILES_MAX + 1) == -1 && errno == EINVAL);
  scratch_remove();
  return check_done(PROG);
}
