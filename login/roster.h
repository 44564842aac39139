/* ISC licence; see LICENSE. */
#ifndef LOGIN_ROSTER_H
#define LOGIN_ROSTER_H

#include "entry.h"

/*
 * Who is logged in: a directory, /run/roost, with a directory for each
 * account that has sessions, with a file for each of them. So a login looks
 * at its own account's sessions alone, however many others there are.
 *
 * The monitor of a session holds an exclusive flock on its file as long as
 * it lives, on a description that no other process has. So a file whose lock
 * can be had is stale (its monitor was killed); whoever finds one removes it.
 *
 * Who may end whose session. The whole directory belongs to the monitors'
 * uid and nobody else can write there; an account is fixed once, at the
 * sign of life, from what the kernel says: the uid of the handler, device
 * and inode of a directory that it has open. So a handler can get into
 * another account's directory only if it runs as the same uid and has that
 * Maildir open for reading: it could then remove all that account's mail,
 * and signal its processes itself. Notes that it writes later change the
 * folder and the idle time in its own file alone; if they are lies, it is its
 * own sessions that the wrong one is ended of. A process id to be signalled
 * is never read from a note: it is in the name that the monitor gave its
 * file, believed while the lock is held, and signalled through a pidfd that
 * was opened before the lock was looked at.
 */
#define ROSTER_PLACE "a."        /* see address_limit.h; not an account */

struct place {
  int fd;                       /* locked; -1: there is no file */
  char account[ENTRY_NAME_MAX], name[ENTRY_NAME_MAX];
};

/*
 * roster_open - open the directory; made with mode 0700 if it is missing.
 * Returns its descriptor, or -1 with errno: EPERM when it is not ours or
 * others may write to it.
 */
int roster_open(const char *dir);

/*
 * roster_names - call each for the names in a directory until it returns
 * other than 0; that, 0, or -1 with errno
 */
int roster_names(int dir, int (*each)(int, const char *, void *), void *arg);

/*
 * roster_add - put a session's file into its account's directory
 *
 * dir  of roster_open
 *
 * Fills p. Returns 0, or -1 with errno and p->fd -1. roster_write writes the
 * record anew after a change; roster_remove takes the file away at the end.
 */
int roster_add(struct place *p, int dir, const struct entry_account *,
  const struct entry *);
int roster_write(const struct place *, const struct entry *);
void roster_remove(struct place *, int dir);

/*
 * roster_count - how many sessions p's account may have, from p's address
 * and in all, itself included: by their names alone, stale ones counted too.
 * 0, or -1 with errno.
 */
int roster_count(int dir, const struct place *p, unsigned int *address,
  unsigned int *all);

/*
 * roster_limit - end the longest idle sessions beside p's until those that
 * match are no more than max: sessions of p's account from p's address, or of
 * p's account if any_address is set.
 *
 * Sends sig to their monitors and removes their files, so that each is ended
 * by one of us only and counts no more. ended (may be 0) is told of each.
 * Returns how many were ended, or -1 with errno.
 */
int roster_limit(int dir, const struct place *p, int any_address,
  unsigned int max, int sig, void (*ended)(const struct entry *, void *),
  void *arg);

/*
 * roster_each - call each for all sessions that live; the first argument is
 * for roster_signal. Stale files and empty directories are removed.
 * Returns 0, or -1 with errno.
 *
 * roster_signal - sig to the monitor of a session that each was called with.
 * Returns 0, or -1 with errno: ESRCH, it has ended meanwhile.
 */
struct roster_at { int dir; const char *name; };
int roster_each(int dir, void (*each)(const struct roster_at *,
  const struct entry *, void *), void *arg);
int roster_signal(const struct roster_at *, int sig);

#endif
