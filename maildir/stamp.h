/* ISC licence; see LICENSE. */
#ifndef MAILDIR_STAMP_H
#define MAILDIR_STAMP_H

#include <stdint.h>
#include <sys/stat.h>

/* what a file looked like when it was read */
struct stamp {
  uint64_t dev, ino;
  uint64_t size;
  int64_t mtime_ns;             /* nanoseconds since 1970 */
  int64_t ctime_ns;
};

void stamp_of(struct stamp *, const struct stat *);
int stamp_eq(const struct stamp *, const struct stamp *);

#endif
