/* ISC licence; see LICENSE. */
#ifndef MAILDIR_WATCH_IMPL_H
#define MAILDIR_WATCH_IMPL_H

#include <signal.h>
#include <stdint.h>

/* What watch.c (one folder) and watchset.c (many) share. */

/* SIGRTMIN is one of login/sign.h */
#define DNOTIFY_SIGNAL (SIGRTMIN + 1)
#define POLL_MS 15000           /* neither works: a network file system */
#define POLL_SLOW_MS 300000     /* a belt beside the braces */

/* watch_inotify_dir - watch an open directory; the watch's number, -1 errno */
int watch_inotify_dir(int inotify, int dir, uint32_t mask);

/* watch_dnotify_dir - the same by dnotify, which lasts as long as dir is open.
 * 0, -1 errno */
int watch_dnotify_dir(int dir);

/*
 * watch_signals - a descriptor that dnotify's signals come to, which are
 * blocked from then on; so is SIGIO, which the kernel sends in their place when
 * too many are waiting, and which would end us. -1 errno.
 */
int watch_signals(void);

#endif
