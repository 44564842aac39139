/* ISC licence; see LICENSE. */
#ifndef MAILDIR_MAILDIRSIZE_H
#define MAILDIR_MAILDIRSIZE_H

#include <stdint.h>

/*
 * Maildir++ quota: the file maildirsize of the account's root, kept right
 * where it exists, never made by us. (Courier README.maildirquota)
 */
struct maildirsize {
  int fd;                       /* kept open from check to update; -1 none */
  uint64_t max_bytes, max_count;        /* 0: no limit */
  int64_t bytes, count;         /* used */
};

/*
 * maildirsize_open - read (recalculate when the rules say so) the file in
 * rootfd. 1: there is one, 0: there is none, -1: errno. Recalculation counts
 * all folders but Trash, messages with T not counted, as Courier does.
 */
int maildirsize_open(struct maildirsize *, int rootfd);
/* maildirsize_room - 1 if bytes and count more would fit */
int maildirsize_room(const struct maildirsize *, int64_t bytes,
                     int64_t count);
/* maildirsize_update - append one line in one write; 0 or -1. Best effort:
 * a full disk must not keep anyone from deleting. */
int maildirsize_update(struct maildirsize *, int64_t bytes, int64_t count);
void maildirsize_close(struct maildirsize *);

#endif
