/* ISC licence; see LICENSE. */
#include "index_boot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

#define BOOT_ID_LEN 36

static int boot_id(char id[BOOT_ID_LEN])
{
  static char cached[BOOT_ID_LEN];
  static int known;
  int fd;

  if (!known) {
    fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd == -1) return -1;
    known = read(fd, cached, BOOT_ID_LEN) == BOOT_ID_LEN;
    close(fd);
    if (!known) {
      errno = EIO;
      return -1;
    }
  }
  memcpy(id, cached, BOOT_ID_LEN);
  return 0;
}

/* Does the file speak of this boot, and is it clean? -1 with errno if that
 * cannot be found out: no reason to take the index from others. */
static int look(int fd, int *this_boot, int *clean)
{
  char buf[BOOT_ID_LEN + 7], id[BOOT_ID_LEN];
  ssize_t n = pread(fd, buf, sizeof buf, 0);

  *this_boot = *clean = 0;
  if (n == -1 || boot_id(id) == -1) return -1;
  if (n != (ssize_t)sizeof buf) return 0;
  *this_boot = !memcmp(buf, id, BOOT_ID_LEN);
  *clean = !memcmp(buf + BOOT_ID_LEN, " clean\n", 7);
  return 0;
}

static int mark(int fd, const char *state)
{
  char buf[BOOT_ID_LEN + 7];
  ssize_t n;

  if (boot_id(buf) == -1) return -1;
  memcpy(buf + BOOT_ID_LEN, state, 7);
  n = pwrite(fd, buf, sizeof buf, 0);
  if (n != (ssize_t)sizeof buf) {
    if (n != -1) errno = ENOSPC;
    return -1;
  }
  return fdatasync(fd);
}

static void discard(struct index *ix)
{
  char to[64] = "roost.index.damaged.";
  size_t i = strlen(to);
  unsigned long n = (unsigned long)getpid();

  do to[i++] = (char)('0' + n % 10); while (n /= 10);
  to[i] = 0;
  renameat(ix->parentfd, ix->base, ix->parentfd, to);
  log_begin("index-discarded");
  log_str("file", ix->dir);
  log_str("reason", "not-synced");
  log_end();
}

int boot_join(struct index *ix)
{
  int this_boot, clean, empty;
  struct stat st, at;

  ix->bootfd = openat(ix->dirfd, "boot", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (ix->bootfd == -1) return -1;
  while (flock(ix->bootfd, LOCK_SH) == -1)
    if (errno != EINTR) return -1;
  /* the folder may have been put aside while we waited */
  if (fstat(ix->dirfd, &st) == -1) return -1;
  if (fstatat(ix->parentfd, ix->base, &at, AT_SYMLINK_NOFOLLOW) == -1
      || at.st_ino != st.st_ino) {
    errno = ESTALE;
    return -1;
  }
  if (fstat(ix->bootfd, &st) == -1) return -1;
  empty = st.st_size == 0
    && faccessat(ix->dirfd, "data.mdb", F_OK, 0) == -1;
  if (look(ix->bootfd, &this_boot, &clean) == -1) return -1;
  if (empty || this_boot || clean) return 0;
  discard(ix);
  errno = ESTALE;
  return -1;
}

int boot_dirty(struct index *ix)
{
  int this_boot, clean;

  if (look(ix->bootfd, &this_boot, &clean) == -1) return -1;
  return this_boot && !clean ? 0 : mark(ix->bootfd, " dirty\n");
}

void boot_leave(struct index *ix)
{
  int this_boot, clean;

  if (!ix->dirty) return;
  if (flock(ix->bootfd, LOCK_EX | LOCK_NB) == -1) return;
  if (look(ix->bootfd, &this_boot, &clean) == -1) return;
  if (this_boot && !clean && !mdb_env_sync(ix->env, 1))
    mark(ix->bootfd, " clean\n");
}

/* one index that was put aside: its three files, then itself */
static void remove_aside(int parentfd, const char *name)
{
  static const char *const files[] = { "data.mdb", "lock.mdb", "boot" };
  size_t i;
  int fd = openat(parentfd, name,
                  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  if (fd == -1) return;
  for (i = 0; i < sizeof files / sizeof *files; i++) unlinkat(fd, files[i], 0);
  close(fd);
  unlinkat(parentfd, name, AT_REMOVEDIR);
}

void boot_sweep(struct index *ix)
{
  DIR *d;
  struct dirent *e;
  int fd;

  /* only who makes a new index looks: an account's folder is not listed
   * at every login */
  if (!ix->dirty) return;
  fd = openat(ix->parentfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd == -1) return;
  d = fdopendir(fd);
  if (!d) { close(fd); return; }
  while ((e = readdir(d)))
    if (!strncmp(e->d_name, "roost.index.damaged.", 20))
      remove_aside(ix->parentfd, e->d_name);
  closedir(d);
}
