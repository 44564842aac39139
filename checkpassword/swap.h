/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_SWAP_H
#define CHECKPASSWORD_SWAP_H

#include <sys/types.h>
#include <skalibs/stralloc.h>

/*
 * Replace a file in one step: whoever opens it finds the old contents or the
 * new ones, whatever happens in between.
 */
struct swap {
  stralloc path;                /* 0-terminated; symbolic links resolved */
  stralloc tmp;                 /* path with ".tmp" */
  int fd;                       /* for writing; -1 when none is open */
  int made;                     /* 1: tmp is there */
};

#define SWAP_ZERO { .fd = -1, .made = 0 }

/*
 * swap_open - begin; s->fd is then open for writing
 *
 * path  file to replace; if it is a link the file behind it is replaced
 * like  file whose owner and mode a new file takes on (a file that exists
 *       keeps its own), 0: the process's owner
 * mode  mode of a file when neither exists
 *
 * A left-over path.tmp is removed: callers hold a lock (swap_lock).
 * Returns 0, or -1 with errno.
 */
int swap_open(struct swap *s, const char *path, const char *like, mode_t mode);

/* swap_ready - sync and close what was written; 0, or -1 with errno */
int swap_ready(struct swap *s);

/* swap_commit - rename into place, sync the directory; 0, or -1 with errno */
int swap_commit(struct swap *s);

/* swap_end - take back what was not committed, free all; errno is kept */
void swap_end(struct swap *s);

/*
 * swap_lock - take the lock that goes with path (a file path.lock, flock(2))
 *
 * Waits at most so many milliseconds. Returns a descriptor that holds the
 * lock until it is closed or the process ends, or -1 with errno (EWOULDBLOCK:
 * another process has it).
 */
int swap_lock(const char *path, unsigned ms);

#endif
