/* ISC licence; see LICENSE. */
#ifndef MAILDIR_INDEX_H
#define MAILDIR_INDEX_H

#include <stddef.h>
#include <stdint.h>
#include <lmdb.h>

#include "name_hash.h"

/*
 * The account's index: one LMDB environment, a cache that may be deleted at
 * any moment. Every stored value is preceded by 32 bits over key and value,
 * since LMDB's pages carry no checksum.
 *
 * What is damaged is thrown away: the folder is renamed through an open
 * directory descriptor, the log says so, and the session ends with 111
 * (index_on_fatal is called first, so that a handler may tell its client; it
 * may come from a signal handler).
 */
enum index_table {
  IX_META,                      /* "self": what this file is */
  IX_FOLDER,                    /* "." + storage name -> folder_rec */
  IX_MESSAGE,                   /* folder id, uid -> message_rec, name, guid */
  IX_UIDS,                      /* folder id, chunk -> ranges of UIDs */
  IX_LOG,                       /* folder id, modseq -> UIDs changed, gone */
  IX_CACHE,                     /* folder id, kind, uid -> octets */
  IX_TABLES
};

struct index {
  MDB_env *env;
  MDB_txn *reader;              /* kept and renewed */
  int reading;
  MDB_dbi table[IX_TABLES];
  char *dir;                    /* path of the folder; 0: private, in memory */
  int parentfd, dirfd, bootfd;  /* the folder's parent, itself, its boot file */
  const char *base;             /* the folder's name below parentfd */
  uint64_t data_dev, data_ino, lock_ino;
  int dirty;                    /* this process has written */
  int unopened;                 /* nobody has asked for anything yet */
  int left;                     /* private, but the shared one lives on */
  uint64_t birth;               /* microseconds; no modseq is older */
  uint64_t key[2];              /* of index_hash, drawn at its birth */
};

/* index_hash - of a file's name; nobody can choose two names with one hash
 * who cannot read the index */
#define index_hash(ix, name, len) name_hash((ix)->key, name, len)

extern void (*index_on_fatal)(void);

/* index_step - whoever goes through many values without the calls below tells
 * that it gets on */
void index_step(void);

/* Seconds of computing that one value may take; then LMDB is held to go round
 * in a damaged index. Only tests change it. */
extern int index_patience;

/*
 * index_open - use the index in the folder dir (absolute path, borrowed until
 * index_close). It is opened or made by whoever reads or writes first: a
 * session that only logs in does not pay for it. That falls back to a private
 * one in memory, and logs why. Never fails (dies with 111 when not even that
 * works).
 */
struct index *index_open(const char *dir);
void index_close(struct index *);

/*
 * index_rest - for a session that will wait: the environment is closed, which
 * gives its memory back, and opened again by whoever reads or writes next.
 * Does nothing inside a snapshot, and to a private index.
 */
void index_rest(struct index *);

/* index_stale - 1 if the files at the path are no longer the open ones */
int index_stale(const struct index *);

/*
 * index_read - begin a snapshot; index_read_end ends it. They do not nest.
 * No write and no waiting in between.
 */
MDB_txn *index_read(struct index *);
void index_read_end(struct index *);

/*
 * index_write - run fn in a write transaction and commit. fn must be able to
 * run again from the start (the map may have to grow), must make no system
 * call on mail, and returns 0, or an LMDB code or errno to abort with.
 * Returns 0, or -1 with errno. EAGAIN: a shared index could not be written
 * (full disk, read-only mail) and the session now has a private, empty one,
 * which the next sync fills; or it was deleted, and the next sync opens the
 * one that took its place.
 */
typedef int index_fn(MDB_txn *, struct index *, void *arg);
int index_write(struct index *, index_fn *fn, void *arg);

/* index_room - about so many octets will be written at once: a map that is too
 * small for them would make index_write begin anew in the middle */
void index_room(struct index *, size_t octets);

/*
 * index_get - value of key; 1, 0 not there, -1 its checksum is wrong.
 * Borrowed until the end of the transaction (or its next write).
 * index_get_sure - the same for tables whose damage spoils the whole index:
 * it does not return -1.
 * index_put - store; flags as mdb_put. index_del - 0 even if not there.
 * Both return an LMDB code.
 */
int index_get(MDB_txn *, struct index *, enum index_table,
              const void *key, size_t klen, const char **data, size_t *len);
int index_get_sure(MDB_txn *, struct index *, enum index_table,
                   const void *key, size_t klen,
                   const char **data, size_t *len);
int index_put(MDB_txn *, struct index *, enum index_table,
              const void *key, size_t klen, const void *a, size_t alen,
              const void *b, size_t blen, unsigned int flags);
/* index_put_at - the same by a cursor; flags MDB_CURRENT: in place of what it
 * is at, of that key; MDB_APPEND: one of many above all keys of the table; 0:
 * quicker than index_put for many keys in their order */
int index_put_at(MDB_cursor *, const void *key, size_t klen,
                 const void *a, size_t alen, const void *b, size_t blen,
                 unsigned int flags);
int index_del(MDB_txn *, struct index *, enum index_table,
              const void *key, size_t klen);

/* index_check - verify and strip the checksum of what a cursor gave; as
 * index_get_sure */
int index_check(struct index *, const MDB_val *key, const MDB_val *val,
                const char **data, size_t *len);

/* index_good - verify and strip the checksum: 1, 0 it is wrong */
int index_good(const MDB_val *key, const MDB_val *val,
               const char **data, size_t *len);

/* index_damaged - throw the index away and end the session; index_failed -
 * the same for what LMDB said, but that memory is out ends only the session */
void index_damaged(struct index *, const char *why)
  __attribute__((noreturn));
void index_failed(struct index *, int rc) __attribute__((noreturn));

#endif
