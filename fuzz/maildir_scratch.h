/* ISC licence; see LICENSE. */
#ifndef FUZZ_MAILDIR_SCRATCH_H
#define FUZZ_MAILDIR_SCRATCH_H

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A directory in memory where there is one, removed at exit, for entries
 * whose subject reads a file. */
static char scratch_path[64];

static inline void must(int ok)
{
  if (!ok) abort();
}

static inline void scratch_end(void)
{
  char cmd[80];

  snprintf(cmd, sizeof cmd, "rm -rf %s", scratch_path);
  if (system(cmd)) perror(cmd);
}

static inline int scratch_dir(void)
{
  static int fd = -1;

  if (fd != -1) return fd;
  snprintf(scratch_path, sizeof scratch_path, "/dev/shm/roost-fuzz-XXXXXX");
  if (!mkdtemp(scratch_path)) {
    snprintf(scratch_path, sizeof scratch_path, "/tmp/roost-fuzz-XXXXXX");
    if (!mkdtemp(scratch_path)) abort();
  }
  atexit(scratch_end);
  fd = open(scratch_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  must(fd != -1);
  return fd;
}

static inline void scratch_put(int dir, const char *name, const void *s,
                               size_t len)
{
  int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  must(fd != -1 && write(fd, s, len) == (ssize_t)len);
  close(fd);
}

#endif
