/* ISC licence; see LICENSE. */
#ifndef MAILDIR_DOTLOCK_H
#define MAILDIR_DOTLOCK_H

/*
 * Dovecot's dot locks: NAME.lock made with O_EXCL, "pid:host" without LF.
 * Stale rules:
 *   this host, no such pid: once the lock is 2 s old
 *   this host, our own pid: at once (a lock of ours that is held is not it)
 *   this host, a pid that started after the lock was last touched: once
 *     nobody has touched it for dotlock_quiet_ms, for clocks may be set
 *   another host, or contents that tell nothing: neither the lock nor what
 *     it guards changed for 120 s by the file server's clock
 * A live pid's lock is never broken, at any age.
 */
struct dotlock {
  int dirfd;                    /* borrowed while held */
  const char *name;             /* of the lock file, borrowed while held */
  unsigned long long dev, ino;  /* of our lock file */
  long long ctime_ns;           /* and when we last changed it */
  long long touched;            /* clock_ms of the last touch */
  struct dotlock *next;         /* of those that this process holds */
  long pid;                     /* whose: a forked child must not let go */
  int held;                     /* while 1 the struct must not be moved */
};

#define DOTLOCK_ZERO { -1, 0, 0, 0, 0, 0, 0, 0, 0 }

/*
 * dotlock_take - lock "NAME.lock" in dirfd; lockname is that whole name, and
 * guarded the name of the file that it guards (for the other-host rule).
 * Waits up to wait_ms, with growing sleeps; 0 tries once. Returns 0, or -1
 * with errno: EAGAIN (held by someone else all the time), EDEADLK (held by
 * this process), ENOSPC, EDQUOT, EACCES, EROFS, ...
 */
int dotlock_take(struct dotlock *, int dirfd, const char *lockname,
                 const char *guarded, int wait_ms);

/* dotlock_touch - call now and then while working; touches every 10 s.
 * Returns 0, or -1 if the lock is no longer ours (errno ESTALE): the caller
 * must not write any more. */
int dotlock_touch(struct dotlock *);

/* dotlock_release - remove the lock if it is still ours; keeps errno. In a
 * child of the process that took it nothing is removed. */
void dotlock_release(struct dotlock *);

/* Milliseconds without a touch after which a lock may be judged by times: a
 * little more than holders leave between touches. Only tests change it. */
extern int dotlock_quiet_ms;

#endif
