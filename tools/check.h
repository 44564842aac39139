/* ISC licence; see LICENSE. */
#ifndef TOOLS_CHECK_H
#define TOOLS_CHECK_H

#include <sys/stat.h>

#include "maildir/tree.h"

/*
 * The parts of maildir-check. Each looks at one thing and tells what is wrong
 * with it, in words, with the cure; what is safe is put right if asked.
 */
struct check {
  struct tree tree;
  uid_t owner;
  int fix;
  unsigned long found, fixed;
};

/*
 * check_tell - one line: where (dir and name, which may be 0), what is wrong,
 * cure. fixed: it was put right; then the cure is not printed.
 */
void check_tell(struct check *, const char *dir, const char *name,
                const char *what, const char *cure, int fixed);

/* check_mode - owner and rights of a file or directory; need are bits of
 * S_IRWXU that the owner must have */
void check_mode(struct check *, const char *dir, const char *name,
                const struct stat *, mode_t need);

/* check_folder - directories and mail of the folder dir ("." or ".a.b") */
void check_folder(struct check *, const char *dir);

/* check_control - a folder's uidlist, keywords, locks; check_root - what only
 * the Maildir itself has: subscriptions, quota, index, left-overs, names */
void check_control(struct check *, const char *dir);
void check_root(struct check *);

#endif
