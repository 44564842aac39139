/* ISC licence; see LICENSE. */
#ifndef MAILDIR_INDEX_BOOT_H
#define MAILDIR_INDEX_BOOT_H

#include "index.h"

/*
 * Commits of the index are not synced, so after a power cut its pages may be
 * torn. The file boot beside it tells: "BOOT-ID dirty LF" or "BOOT-ID clean
 * LF". It is synced before the first write of a boot. Everyone who has the
 * index open holds a shared flock on it; who is alone when it leaves syncs
 * the environment and marks it clean. Another boot and not clean: discard.
 */

/* boot_join - open and lock the file; ESTALE: the index was discarded */
int boot_join(struct index *);
/* boot_dirty - before the first write; 0, or -1 with errno */
int boot_dirty(struct index *);
/* boot_leave - sync and mark clean if we wrote and are alone */
void boot_leave(struct index *);
/* boot_sweep - remove indexes that were put aside earlier */
void boot_sweep(struct index *);

#endif
