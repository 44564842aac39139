/* ISC licence; see LICENSE. */
#ifndef MAILDIR_DOTLOCK_H
#define MAILDIR_DOTLOCK_H

#include <time.h>

/*
 * Dovecot's dot locks: NAME.lock made with O_EXCL, "pid:host" without LF.
 * Stale rules as in Dovecot: same host and no such pid (once the lock is 2 s
 * old), or the pid started after the lock was made; other host and neither
 * the lock nor NAME changed for 120 s. A live pid's lock is never broken.
 */
struct dotlock {
  int dirfd;                    /* borrowed */
  const char *name;             /* of the lock file, borrowed */
  unsigned long long dev, ino;  /* of our lock file */
  long long touched;            /* clock_ms of the last touch */
  int held;
};

/*
 * dotlock_take - lock "NAME.lock" in dirfd; lockname is that whole name, and
 * guarded the name of the file that it guards (for the other-host rule).
 * Waits up to wait_ms. Returns 0, or -1 with errno: EAGAIN (held by
 * someone else all the time), ENOSPC, EDQUOT, EACCES, EROFS, ...
 */
int dotlock_take(struct dotlock *, int dirfd, const char *lockname,
                 const char *guarded, int wait_ms);

/* dotlock_touch - call now and then while working; touches every 10 s.
 * Returns 0, or -1 if the lock is no longer ours (errno ESTALE): the caller
 * must not write any more. */
int dotlock_touch(struct dotlock *);

/* dotlock_release - remove the lock if it is still ours; keeps errno */
void dotlock_release(struct dotlock *);

#endif
