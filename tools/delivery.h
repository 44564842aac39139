/* ISC licence; see LICENSE. */
#ifndef TOOLS_DELIVERY_H
#define TOOLS_DELIVERY_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

/*
 * One message on its way into a folder, as deliverers do it: tmp/, fsync,
 * rename into new/, fsync of the directory. No lock is taken, no index and
 * no uidlist touched: whoever opens the folder next gives the UID.
 */
struct delivery {
  int rootfd;                   /* the Maildir; borrowed */
  const char *dir;              /* of the folder, below rootfd; borrowed */
  int fd;                       /* of the file in tmp/ */
  stralloc tmp;                 /* its path, NUL-ended */
  stralloc uniq;                /* its name */
  uint64_t size, vsize;         /* octets stored; with CR LF line ends */
  char last;                    /* octet written, 0 at first */
};

/* delivery_begin, _write, _end - _end returns once the message is on disk
 * under its name in new/. Each 0, or -1 with errno. */
int delivery_begin(struct delivery *, int rootfd, const char *dir);
int delivery_write(struct delivery *, const char *data, size_t len);
int delivery_end(struct delivery *);

/* delivery_drop - remove what is in tmp/, if it is; frees. Keeps errno. */
void delivery_drop(struct delivery *);

#endif
