/* ISC licence; see LICENSE. */
#ifndef MAILDIR_COPY_DATA_H
#define MAILDIR_COPY_DATA_H

#include "folder_impl.h"

/*
 * Where a message cannot be linked or renamed to its new place - another file
 * system, too many links, the file of another user - its text is copied.
 */

/* copy_needed - 1 if that is what the errno of a link or rename means */
int copy_needed(int e, int move);

/*
 * copy_data - the file from (below rootfd) becomes to (in dst's cur/) by way
 * of dst's tmp/: whole, with its mtime, synced. 0, or -1 with errno; EEXIST
 * if there is such a name.
 */
int copy_data(struct folder *dst, const char *from, const char *to);

#endif
