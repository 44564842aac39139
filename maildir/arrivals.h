/* ISC licence; see LICENSE. */
#ifndef MAILDIR_ARRIVALS_H
#define MAILDIR_ARRIVALS_H

#include <stddef.h>
#include <stdint.h>

#include "namemap.h"

/* a file without a UID; its time is taken from its name only once */
struct arrival {
  int64_t time;                 /* from 0 on */
  uint32_t micro;
  uint32_t entry;               /* of the map of names */
};

/* arrivals_sort - into the order in which new files get their UIDs, which is
 * that of filename_cmp_arrival */
void arrivals_sort(struct arrival *, size_t n, const struct namemap *);

#endif
