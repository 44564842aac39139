/* ISC licence; see LICENSE. */
#ifndef MAILDIR_YOUNG_H
#define MAILDIR_YOUNG_H

#include "folder_impl.h"

/*
 * What a deliverer did not sync, and the kernel may not have written: before
 * a message gets a name in another folder, its octets have to be on the disk
 * (P3). Mail that came long ago is there.
 */

/* young_is - may this file's text still be in memory only? By its name; one
 * that does not tell when it was delivered may */
int young_is(const char *name, size_t len);

/*
 * young_sync - write these messages of a folder to the disk: one by one where
 * they are few, and the file system at once where they are many, since each
 * fsync waits for the disk to empty its cache, or where one of them cannot be
 * opened. Those that are gone are left out. 0, -1 with errno.
 */
int young_sync(struct folder *, const struct uidset *);

#endif
