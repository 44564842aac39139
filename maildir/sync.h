/* ISC licence; see LICENSE. */
#ifndef MAILDIR_SYNC_H
#define MAILDIR_SYNC_H

#include "folder_impl.h"
#include "scan.h"
#include "takeover.h"

/*
 * One synchronisation of a folder's index with the disk, in steps:
 *   sync_uidlist    read what the uidlist says that the index does not know
 *   sync_compare    read new/ and cur/ (a selected folder's new mail is moved
 *                   on the way), compare with the index, and sync_search
 *                   for what is missing
 *   sync_assign     give UIDs to new mail, under the uidlist's lock
 *   sync_extra      what roost-extra has new, and what goes there
 *   sync_apply      write it all to the index in one transaction
 * The disk is never held locked while the index is written.
 */
enum change_kind { CHANGE_GONE, CHANGE_NAME, CHANGE_ADD };

struct change {
  uint32_t uid;
  uint32_t name;                /* in the texts of the scan's map */
  uint16_t namelen;
  uint8_t kind;                 /* CHANGE_* */
  uint8_t in_new;
  uint8_t guidlen;
  size_t guid;                  /* in the sync's text */
  int64_t vsize;
};

/* what the uidlist lists, found by base name */
struct listed {
  struct namemap map;
  struct listed_item {
    int64_t vsize;              /* W, or -1 */
    size_t guid;                /* G, in guids */
    uint32_t uid;
    uint8_t guidlen;
  } *item;
  size_t a;
  stralloc guids;
};

struct sync {
  struct folder *f;
  int had;                      /* the index knows the folder */
  int rebuild;                  /* start it anew: another UIDVALIDITY */
  struct folder_rec old;        /* what it said */
  struct folder_stamps stamps;  /* before we read */
  int64_t started;              /* now_ns before we read */
  int look_uidlist, look_new, look_cur, full_list;
  int read_cur;                 /* cur/ is in scan: its digest differed */
  int blocked;                  /* the uidlist could not be written */
  int again;                    /* something was in motion: look again */
  struct namemap claimed;       /* what we moved from new/ to cur/ */
  struct scan scan;
  struct uidlist u;
  struct listed listed;
  struct change *changes;
  size_t n, a;
  stralloc text;                /* GUIDs */
  struct uidset recent;         /* claimed by this sync */
  struct uidset missing;        /* of the index, by no look so far */
  struct namemap wanted;        /* whom sync_search looks for */
  int look_extra;               /* roost-extra is not what the index knew */
  int touched_all, extra_known; /* what sync_extra found out */
  struct uidset touched;        /* it says something new of these */
  stralloc extra_lines;         /* to be written there */
  struct takeover taken;        /* what another server left, else zeros */
  signed char *letter;          /* of its keywords; -1: none */
};

int sync_uidlist(struct sync *);
int sync_compare(struct sync *);
/*
 * sync_search - read new/ and cur/ again for the files of wanted, until all
 *   of them are in scan, or the others are gone: see sync_search.c. Empties
 *   wanted. 0, -1 errno
 * sync_unseen - 1 if the uidlist has a new record whose file no look saw;
 *   unless wanted is 0, these join it
 * sync_claim - entry i of scan, in new/, goes to cur/ where sessions do that
 * sync_quiet - 1 if nobody was at work in new/ and cur/ between the stamps
 *   before, taken at started, and now
 */
int sync_search(struct sync *);
int sync_unseen(const struct sync *, struct namemap *wanted);
void sync_claim(struct sync *, size_t i);
int sync_quiet(const struct sync *, const struct folder_stamps *before,
               int64_t started);
int sync_assign(struct sync *);
/* sync_listed - note what a record of a uidlist says; 0, -1 */
int sync_listed(struct listed *, const struct uidlist_record *);
/*
 * sync_takeover - there is no uidlist yet: take over what another server
 * left, into listed, u, names of files and roost-extra. The uidlist's lock is
 * held. It may be done again from its start after a kill. 0, -1 errno.
 * sync_taken - append a message's fields, for its record
 * sync_taken_words - once UIDs are given: keywords without a letter. 0, -1
 */
int sync_takeover(struct sync *, int fd);
void sync_taken(const struct sync *, const char *base, size_t len,
                stralloc *fields);
int sync_taken_words(struct sync *, int fd);
/* sync_extra - read and write roost-extra; what cannot be written there is not
 * worth the mail that is to be shown */
int sync_extra(struct sync *);
int sync_apply(struct sync *);

/* sync_behind - 1 if the uidlist was read whole and has a UIDNEXT below what
 * the index remembers of it */
int sync_behind(const struct sync *);

/* sync_compact - rewrite the uidlist if most of its records are dead or it
 * is behind; its lock is held, u is in step with it */
void sync_compact(struct sync *, int fd);

/* sync_change - note a change; name lies in the texts of the scan's map, guid
 * is copied. What we claimed ourselves joins recent. */
void sync_change(struct sync *, enum change_kind, uint32_t uid, int in_new,
                 const char *name, size_t namelen, int64_t vsize,
                 const char *guid, size_t guidlen);
/* sync_gone - note that a message is no longer there */
void sync_gone(struct sync *, uint32_t uid);
/* sync_name - the name of a change */
const char *sync_name(const struct sync *, const struct change *);

/* sync_miss - no look has seen a message's file so far: it is wanted */
void sync_miss(struct sync *, const struct message *);

/*
 * sync_renamed - cur/ was read by scan_digest, and diff is how it differs from
 * what the index knows: note the changes if all are other flags of a few
 * messages. 1, 0 it has to be compared name by name, -1 with errno.
 */
int sync_renamed(struct sync *, const struct digest_difference *diff);

#endif
