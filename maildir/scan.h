/* ISC licence; see LICENSE. */
#ifndef MAILDIR_SCAN_H
#define MAILDIR_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "filename.h"
#include "namemap.h"

/* What new/ and cur/ of a folder hold. */
struct scan {
  struct namemap map;           /* file names, found by base name */
  unsigned char *where;         /* per entry: SCAN_* */
  size_t a;
};

#define SCAN_NEW     1          /* it lies in new/, not in cur/ */
#define SCAN_MATCHED 2          /* for the caller: the index knows it */

#define SCAN_ZERO { NAMEMAP_ZERO, 0, 0 }

/*
 * scan_sum - read the directory dir below rootfd and sum up name_hash of its
 * mail files, nothing kept. 0, or -1 with errno.
 */
int scan_sum(int rootfd, const char *dir, uint64_t *sum);

/*
 * scan_dir - read new/ or cur/ of a folder into s, new/ before cur/. Where a
 * base name is seen twice, usually because someone renames at this moment,
 * the name that exists is kept; if both exist as different files, one gets
 * a fresh name in new/. 0, or -1 with errno.
 */
int scan_dir(struct scan *s, int rootfd, const char *folder, int in_new);

/* scan_for - the same, but only for files of these base names (0: all) */
int scan_for(struct scan *, int rootfd, const char *folder, int in_new,
             const struct namemap *wanted);

/*
 * scan_sweep_tmp - remove what has lain untouched in a folder's tmp/ for 36
 * hours: a deliverer gives up after 24. Best effort.
 */
void scan_sweep_tmp(int rootfd, const char *folder);

/* scan_clear - empty, memory kept */
void scan_clear(struct scan *s);
void scan_free(struct scan *s);

#endif
