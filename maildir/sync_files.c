/* ISC licence; see LICENSE. */
#include "sync_files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FEW 2                   /* up to here it is not worth the calls */

/* Made by the first who needs it, and kept until the session rests, since to
 * end one takes the kernel some 10 ms. A child does not inherit it: there
 * nothing is taken. */
static aio_context_t ctx;

/* start them all, then wait for each */
static int one_by_one(const int *fd, size_t n)
{
  size_t i;

  if (n > 1)
    for (i = 0; i < n; i++)     /* a failure is told by fsync, too */
      sync_file_range(fd[i], 0, 0, SYNC_FILE_RANGE_WRITE);
  for (i = 0; i < n; i++)
    if (fsync(fd[i]) == -1) return -1;
  return 0;
}

/* how many the kernel took, from the first on; 0 if it takes none */
static size_t submit(const int *fd, size_t n)
{
  struct iocb cb[SYNC_FILES_MAX], *list[SYNC_FILES_MAX];
  size_t i;
  long r;

  memset(cb, 0, n * sizeof *cb);
  for (i = 0; i < n; i++) {
    cb[i].aio_lio_opcode = IOCB_CMD_FSYNC;
    cb[i].aio_fildes = (uint32_t)fd[i];
    list[i] = cb + i;
  }
  r = syscall(SYS_io_submit, ctx, (long)n, list);
  return r > 0 ? (size_t)r : 0;
}

/* wait for n of them; 0, or -1 with the errno of one, all of them done */
static int collect(size_t n)
{
  struct io_event ev[SYNC_FILES_MAX];
  int e = 0;
  long r, i;

  while (n) {
    r = syscall(SYS_io_getevents, ctx, (long)n, (long)n, ev, NULL);
    if (r == -1 && errno == EINTR) continue;
    if (r <= 0) {               /* no telling what became of them */
      e = r == -1 ? errno : EIO;
      sync_files_rest();        /* which waits for them */
      break;
    }
    for (i = 0; i < r; i++)
      if (ev[i].res) e = ev[i].res < 0 ? (int)-ev[i].res : EIO;
    n -= (size_t)r;
  }
  errno = e;
  return e ? -1 : 0;
}

int sync_files(const int *fd, size_t n)
{
  size_t taken;

  if (n > SYNC_FILES_MAX) {
    errno = EINVAL;
    return -1;
  }
  if (n <= FEW
      || (!ctx && syscall(SYS_io_setup, SYNC_FILES_MAX, &ctx) == -1))
    return one_by_one(fd, n);
  taken = submit(fd, n);
  if (taken && collect(taken) == -1) return -1;
  return one_by_one(fd + taken, n - taken);
}

void sync_files_rest(void)
{
  if (ctx) syscall(SYS_io_destroy, ctx);
  ctx = 0;
}
