/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_CDB_FILE_H
#define CHECKPASSWORD_CDB_FILE_H

#include <stddef.h>
#include <skalibs/cdb.h>

/* Reading a cdb that may be damaged, or another's. */

/*
 * cdb_file_open - map a cdb, after a look at its tables
 *
 * Returns 0, or -1 with errno: EPROTO (no cdb, or damaged), EPERM (everyone
 * may write to it), or that of open(2). The caller gives it back: cdb_free.
 */
int cdb_file_open(cdb *map, const char *path);

/* cdb_file_find - 1 and *d, within the map; 0 if there is no such key; -1
 * with EPROTO */
int cdb_file_find(const cdb *map, cdb_data *d, const char *key, size_t len);

#endif
