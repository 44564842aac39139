/* ISC licence; see LICENSE. */
#ifndef MAILDIR_SCAN_H
#define MAILDIR_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "digest.h"
#include "filename.h"
#include "namemap.h"

/*
 * What new/ and cur/ of a folder hold. The directories are read into the
 * block of the map's texts, as the kernel writes them, and names stay there.
 */
struct scan {
  struct namemap map;           /* file names, found by base name */
  unsigned char *where;         /* per entry: SCAN_* */
  size_t a;
  struct { size_t from, to; } raw;      /* of the directory read last */
};

#define SCAN_NEW     1          /* it lies in new/, not in cur/ */
#define SCAN_MATCHED 2          /* for the caller: the index knows it */

#define SCAN_ZERO { NAMEMAP_ZERO, 0, 0, { 0, 0 } }

/*
 * scan_digest - read cur/ of a folder, add its mail files' names by key to d.
 * Nothing of it is in the map until scan_take, which does that as scan_dir
 * would. 0, or -1 with errno.
 */
int scan_digest(struct scan *s, int rootfd, const char *folder,
                const uint64_t key[2], struct digest *d);
int scan_take(struct scan *s, int rootfd, const char *folder);

/*
 * scan_find - of what scan_digest read, the names with these hashes, none of
 * them twice: at[i] becomes the offset of the one with hash[i] in the map's
 * texts. 1 if all were there, else 0. n is at most DIGEST_MOST.
 */
int scan_find(const struct scan *s, const uint64_t key[2],
              const uint64_t *hash, size_t n, size_t *at);

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
