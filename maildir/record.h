/* ISC licence; see LICENSE. */
#ifndef MAILDIR_RECORD_H
#define MAILDIR_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "digest.h"
#include "index.h"
#include "uidlist.h"
#include "uidset.h"

/*
 * What the index holds of a folder and of its messages. Everything here can
 * be had again from the Maildir. All functions with a txn work inside that
 * transaction; those that write return an LMDB code (0 done).
 */

/* a directory as it was when it was last read, or changed by us */
struct dir_stamp {
  uint64_t ino;
  int64_t mtime_ns;
};

struct folder_rec {
  uint32_t id;                  /* key of its messages; never used again */
  uint32_t uidvalidity, uidnext;
  uint32_t messages, unseen, deleted, in_new;
  uint32_t unseen_from;         /* no unseen message below this UID */
  uint32_t keywords_used;       /* letters ever seen in a name */
  uint32_t log_count;
  uint64_t modseq;              /* highest */
  uint64_t log_floor;           /* the log has all changes above this */
  uint64_t size;                /* sum of the known virtual sizes */
  uint32_t sized;               /* messages whose virtual size is known */
  uint8_t again_cur, again_new; /* look again: changed within the last tick */
  uint16_t cache_kinds;         /* bit k: some message has a cache of kind k */
  struct dir_stamp cur, new;
  struct stamp uidlist;
  uint64_t uidlist_end;
  struct stamp extra;           /* roost-extra, when last read */
  uint64_t extra_end;
  uint32_t uidlist_version;     /* 0: there was no file */
  uint32_t pad;
  struct digest names;          /* of the files in cur/, by index_hash */
};

#define GUID_LIMIT 255

struct message_rec {
  uint64_t modseq;
  int64_t date;                 /* INT64_MIN: unknown */
  int64_t vsize;                /* -1: unknown */
  uint32_t flags, keywords;
  uint8_t in_new;
  uint8_t guidlen;               /* up to GUID_LIMIT */
  uint16_t namelen;
  uint8_t synced;               /* we put it there: its text is on the disk */
  uint8_t pad[3];
  /* then the name, then the GUID from the uidlist's G field */
};

/* a message record with its borrowed strings */
struct record {
  struct message_rec m;
  const char *name;
  const char *guid;
};

/* 1, 0 there is none */
int rec_load(MDB_txn *, struct index *, const char *storage,
             struct folder_rec *);
int rec_save(MDB_txn *, struct index *, const char *storage,
             const struct folder_rec *);
/* rec_new_id - a folder id that was never used in this index */
int rec_new_id(MDB_txn *, struct index *, uint32_t *id);
/* rec_drop - forget a folder and all that hangs on its id */
int rec_drop(MDB_txn *, struct index *, const char *storage);
/* rec_forget - take the folder's record away, not what hangs on its id */
int rec_forget(MDB_txn *, struct index *, const char *storage);
/* rec_clear - forget the messages, log and caches of an id */
int rec_clear(MDB_txn *, struct index *, uint32_t id);

/* rec_next_modseq - raise and return the folder's highest modseq */
uint64_t rec_next_modseq(struct folder_rec *);

/* 1, 0; the strings are borrowed until the txn writes or ends */
int msg_load(MDB_txn *, struct index *, uint32_t id, uint32_t uid,
             struct record *);
/* msg_copy - the same, its strings in buf (RECORD_TEXT octets) */
#define RECORD_TEXT 512
int msg_copy(MDB_txn *, struct index *, uint32_t id, uint32_t uid,
             struct record *, char *buf);
/* msg_keep - bring a record's strings from the database's pages into buf */
void msg_keep(struct record *, char *buf);
/* msg_parse - the same for what a cursor gave */
int msg_parse(const char *data, size_t len, struct record *);
/* msg_put - store r under uid; old is what it replaces, 0 if it is new.
 * Brings counts, sums and UID ranges of rec up; r's and old's strings must
 * not lie in the database's pages. */
int msg_put(MDB_txn *, struct index *, struct folder_rec *rec, uint32_t uid,
            const struct record *old, const struct record *r);
/*
 * For changes of many messages in the order of their UIDs, a third of the cost:
 * msg_walk opens a cursor (an LMDB code), to be closed before the txn ends.
 * msg_at is msg_copy, and the cursor is at the message then; near: it may be
 * right before it now. msg_replace is msg_put of the message that it is at.
 */
int msg_walk(MDB_txn *, struct index *, MDB_cursor **);
int msg_at(struct index *, MDB_cursor *, uint32_t id, uint32_t uid, int near,
           struct record *, char *buf);
int msg_replace(struct index *, MDB_cursor *, struct folder_rec *rec,
                uint32_t uid, const struct record *old,
                const struct record *r);
/* msg_append - msg_put of a new message above all that the folder has; of
 * the newest folder it is the end of the table, and nothing is looked for. c
 * is 0 at first; it is to be closed when the last one is in */
int msg_append(MDB_txn *, MDB_cursor **c, struct index *,
               struct folder_rec *rec, uint32_t uid, const struct record *r);
/* MSG_OCTETS - about what one takes in the index, beside its strings */
#define MSG_OCTETS (sizeof(struct message_rec) + 28)
/* msg_remove - take the message that the cursor of msg_at is at away, with its
 * caches; old is what is there now. The cursor is before the next one then */
int msg_remove(MDB_txn *, struct index *, MDB_cursor *, struct folder_rec *rec,
               uint32_t uid, const struct record *old);
/* msg_delete - the same by its UID */
int msg_delete(MDB_txn *, struct index *, struct folder_rec *rec,
               uint32_t uid, const struct record *old);

/* uids_read - all UIDs of a folder id, replacing the set */
void uids_read(MDB_txn *, struct index *, uint32_t id, struct uidset *);
/* uids_without - a message was not found: if its UID is among the stored
 * ones, a part of the index is damaged, and it is thrown away */
void uids_without(MDB_txn *, struct index *, uint32_t id, uint32_t uid);
/* uids_change - add and remove ranges of the stored set */
int uids_change(MDB_txn *, struct index *, uint32_t id,
                const struct uidset *add, const struct uidset *remove);

/* log_add - what happened at modseq; drops the oldest half when full */
#define LOG_MAX 2048
int log_add(MDB_txn *, struct index *, struct folder_rec *rec,
            uint64_t modseq, const struct uidset *changed,
            const struct uidset *gone);
/*
 * log_read - add all that happened above since; leaves out the "changed" of
 * the modseqs in skip. 1, or 0 if the log does not reach back, or if since is
 * above all that this folder knows: then it is of another index.
 */
int log_read(MDB_txn *, struct index *, const struct folder_rec *,
             uint64_t since, const uint64_t *skip, size_t nskip,
             struct uidset *changed, struct uidset *gone);

/* cache keys and values: opaque; kind 0 is that of columns (column.h), with
 * their kind and the number of a stretch in place of a UID */
void key_cache(unsigned char k[9], uint32_t id, int kind, uint32_t uid);
int cache_load(MDB_txn *, struct index *, uint32_t id, uint32_t uid,
               int kind, const char **data, size_t *len);
/* cache_walk - open a cursor; cache_step - the first good value of a kind at
 * or above from; on: the cursor is right before it. 1, 0 there is none */
void cache_walk(MDB_txn *, struct index *, MDB_cursor **);
int cache_step(struct index *, MDB_cursor *, uint32_t id, int kind,
               uint32_t from, int on, uint32_t *uid,
               const char **data, size_t *len);
/* cache_at - cache_load by such a cursor; near: the value may be the next one.
 * 1, 0 there is none, -1 its checksum is wrong */
int cache_at(struct index *, MDB_cursor *, uint32_t id, int kind,
             uint32_t uid, int near, const char **data, size_t *len);
/* cache_save_by - cache_save through a cursor of cache_walk, for many */
int cache_save_by(MDB_cursor *, struct folder_rec *rec, uint32_t uid,
                  int kind, const char *data, size_t len);
int cache_save(MDB_txn *, struct index *, struct folder_rec *rec,
               uint32_t uid, int kind, const char *data, size_t len);
#define CACHE_KINDS 15

/* ---- columns (column.h) ---- */

struct column;

/* column_load - that of kind 0 .. COLUMN_KINDS - 1 and the stretch that uid is
 * in: 1, 0 there is none that is good. Inside the transaction; borrowed as
 * index_get says. */
int column_load(MDB_txn *, struct index *, uint32_t id, int kind,
                uint32_t uid, unsigned char version, struct column *);

/* column_save - add texts, with UIDs that rise, all of the same stretch;
 * those that are there stay if their messages do. An LMDB code. */
struct column_text { uint32_t uid; const char *s; size_t len; };
int column_save(MDB_txn *, struct index *, uint32_t id, int kind,
                unsigned char version, const struct uidset *there,
                const struct column_text *, size_t n);

/* column_forget - all kinds of the stretch that uid is in. An LMDB code. */
int column_forget(MDB_txn *, struct index *, uint32_t id, uint32_t uid);

#endif
