/* ISC licence; see LICENSE. */
#ifndef MAILDIR_SYNC_FILES_H
#define MAILDIR_SYNC_FILES_H

#include <stddef.h>

/*
 * Several files to the disk at once. A disk that is told to empty its cache
 * for each of them does so as often as there are files; asked for all
 * together it does so a few times. Each file is an fsync of its own all the
 * same, with its own error.
 */
#define SYNC_FILES_MAX 128

/* sync_files - fsync of n descriptors, up to SYNC_FILES_MAX. 0, or -1 with
 * the errno of one that failed; then some may be on the disk */
int sync_files(const int *fd, size_t n);

/* sync_files_rest - give back what the kernel keeps for it: the whole machine
 * may have fs.aio-max-nr of these only, and databases want them, too */
void sync_files_rest(void);

#endif
