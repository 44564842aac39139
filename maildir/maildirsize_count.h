/* ISC licence; see LICENSE. */
#ifndef MAILDIR_MAILDIRSIZE_COUNT_H
#define MAILDIR_MAILDIRSIZE_COUNT_H

#include <stdint.h>

/* What a Maildir with all its folders holds, as the quota counts it. */
struct usage {
  int64_t bytes, count;
  int64_t newest;               /* mtime of the newest new/ or cur/, ns */
};

/*
 * usage_count - list new/ and cur/ of every folder that counts; newest is
 * from before. usage_newest - only look at the directories again.
 * Both return 0, or -1 with errno.
 */
int usage_count(struct usage *, int rootfd);
int usage_newest(int64_t *newest, int rootfd);

#endif
