/* ISC licence; see LICENSE. */
#ifndef MAILDIR_PLACE_H
#define MAILDIR_PLACE_H

#include "folder_impl.h"

/*
 * Putting messages into a folder, for APPEND, COPY and MOVE alike:
 *
 *   1. under the destination's uidlist lock: the files get their final names
 *      (place_fn), one after the other;
 *   2. the directory is synced, the UIDs are appended to the uidlist, synced;
 *   3. unlock; the index follows in one transaction.
 *
 * Files come before their UIDs, since a UID that is listed counts as told:
 * a reader would show UIDNEXT above a message that is still to appear. A
 * kill after 1 leaves whole messages that the next sync numbers.
 */
struct item {
  stralloc name;                /* final name, with info when in cur/ */
  size_t base;                  /* octets of its base */
  int in_new;
  uint32_t flags, keywords;
  stralloc extra;               /* names beyond the letters, each NUL-ended */
  int64_t date, vsize;          /* INT64_MIN, -1: unknown */
  uint32_t wanted;              /* its UID where it comes from; 0: any will do */
  uint32_t uid;                 /* given here; 0: the uidlist was closed */
  uint32_t from;                /* the source's UID */
  const char *guid;             /* for the G field; borrowed */
  size_t guidlen;
  int placed;
  void *own;                    /* the caller's */
};

struct placing {
  struct folder *dst;
  struct item *item;
  size_t n;
  int may_go_without_uids;      /* MOVE: rename even without the uidlist */
  /* put item i in place: 0; 1 leave it out (it is gone); -1 errno */
  int (*put)(void *arg, struct item *);
  /* take it back after a failure */
  void (*undo)(void *arg, struct item *);
  /* all are in place and recorded, the index not yet written: what is left
   * to do. An item that is taken back gets placed and uid 0; then 1, else 0.
   * May be 0 */
  int (*settle)(void *arg);
  /* in the index transaction, after dst's records are in; may be 0 */
  int (*also)(MDB_txn *, struct index *, void *arg,
              const struct folder_rec *dst);
  void *arg;
};

/* place_all - all or none. 0; -1 with errno. uids: as folder_copy's to */
int place_all(struct placing *, struct uidset *uids);

/* place_sync - fsync of the folder's new/ or cur/; 0, -1 with errno */
int place_sync(const struct folder *, int in_new);

/* place_room - does maildirsize allow it? 0, or -1 with EDQUOT; place_count -
 * note it there. Trash does not count. */
int place_room(struct folder *dst, int64_t bytes, int64_t count);
void place_count(struct folder *dst, int64_t bytes, int64_t count);

#endif
