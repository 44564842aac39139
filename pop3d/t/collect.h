/* ISC licence; see LICENSE. */
#ifndef POP3D_T_COLLECT_H
#define POP3D_T_COLLECT_H

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <skalibs/stralloc.h>

#include "base/alloc.h"
#include "pop3d/output.h"

/* a file without a name, to write to or to read from */
static inline int memory_file(const char *s, size_t len)
{
  int fd = memfd_create("test", MFD_CLOEXEC);

  if (fd == -1 || write(fd, s, len) != (ssize_t)len) abort();
  return fd;
}

/* all that is in the file */
static inline void read_all(int fd, stralloc *out)
{
  char buf[4096];
  ssize_t r;
  off_t at = 0;

  while ((r = pread(fd, buf, sizeof buf, at)) > 0) {
    stralloc_catb(out, buf, (size_t)r);
    at += r;
  }
}

static inline int same(const stralloc *a, const char *s, size_t len)
{
  return a->len == len && !memcmp(a->s, s, len);
}

#endif
