/* ISC licence; see LICENSE. */
#ifndef MAILDIR_REPLACE_H
#define MAILDIR_REPLACE_H

#include <sys/stat.h>
#include <sys/uio.h>
#include <skalibs/stralloc.h>

/*
 * replace_file - write name anew as a whole: the n pieces of v go to tmp
 * (a left-over of that name is removed first: the caller holds the lock that
 * guards both), fsync, rename, fsync of the directory. Mode and group follow
 * the directory. The new mtime is at least a second above the old file's, for
 * readers that look at seconds. st, if not 0, receives the new file's state.
 * Returns 0, or -1 with errno, name untouched (only a failed fsync of the
 * directory comes after the rename).
 */
int replace_file(int dirfd, const char *tmp, const char *name,
                 const struct iovec *v, int n, struct stat *st);

/* sync_dir - fsync of a directory; one that cannot be synced is no error */
int sync_dir(int dirfd);

/* give_mode - mode and group of the directory for a new control file */
void give_mode(int fd, int dirfd);

/* read_whole - append the file's octets to sa, at most limit.
 * 0, or -1 with errno (EFBIG: more than limit). st may be 0. */
int read_whole(stralloc *sa, int dirfd, const char *name, size_t limit,
               struct stat *st);

#endif
