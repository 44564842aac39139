/* ISC licence; see LICENSE. */
#ifndef MAILDIR_FOLDER_IMPL_H
#define MAILDIR_FOLDER_IMPL_H

#include "extra.h"
#include "folder.h"
#include "keywords.h"
#include "record.h"

/* What the files of the store share; nobody outside maildir/ includes it. */

struct fact {                   /* waiting to be written by folder_flush */
  uint32_t uid;
  int kind;                     /* 0: date and vsize; else a cache's kind */
  int64_t date, vsize;          /* INT64_MIN, -1: nothing to say */
  size_t off, len;              /* a cache's octets in facts_text */
};

struct folder {
  struct account *account;
  char *storage;                /* "" is INBOX */
  stralloc dir;                 /* its directory below rootfd, NUL-ended */
  int claim;
  uint32_t uidvalidity;         /* of the first sync; 0 before */
  int syncing;                  /* a sync is going on */
  struct folder_rec rec;        /* as of the last sync or begin */
  struct uidset recent;
  struct keywords keywords;
  int keywords_read;            /* at least once */
  struct extra extra;           /* keywords beyond the letters; see extra.c */
  struct stamp extra_now;       /* of its file, as of the last sync */
  int dirfd;                    /* for control files; -1 until needed */
  MDB_txn *txn;                 /* between begin and end */
  MDB_cursor *cursor;
  uint32_t cursor_uid;          /* it is at this message; 0: somewhere */
  MDB_cursor *walk;             /* of folder_cache_next */
  uint32_t walk_uid;            /* it is at this one's value ... */
  int walk_kind;                /* ... of this kind; 0: somewhere */
  MDB_cursor *kept[CACHE_KINDS + 1];    /* of folder_cache_get, by kind */
  uint32_t kept_uid[CACHE_KINDS + 1];   /* each is at this one's value, or 0 */
  uint64_t *own;                /* modseqs of our own flag changes */
  size_t nown, aown;
  struct fact *facts;
  size_t nfacts, afacts;
  stralloc facts_text;
  uint32_t unseen_from;         /* found out: waits too; 0: nothing new */
  int watchfd, watch_kind;      /* see watch.c */
  int watch_dirs[2];
};

/* folder_make - a handle, nothing looked at */
struct folder *folder_make(struct account *, const char *storage, size_t len,
                           int claim);

/* folder_path - append "DIR/new/name" or "DIR/cur/name", NUL-ended, below
 * rootfd; replaces what is in out */
void folder_path(const struct folder *, stralloc *out, int in_new,
                 const char *name, size_t len);

/* folder_dirfd - the folder's directory, opened once; -1 with errno */
int folder_dirfd(struct folder *);

/*
 * The stamps of cur/, new/, the uidlist and roost-extra as they are now. 0, or
 * -1 with errno: ENOENT, the folder is gone. No file is a stamp of zeros.
 */
struct folder_stamps {
  struct dir_stamp cur, new;
  struct stamp uidlist, extra;
};
int folder_stamps(const struct folder *, struct folder_stamps *);
int dir_stamp_eq(const struct dir_stamp *, const struct dir_stamp *);

/* tick_ns - how long a directory's mtime may hide a change; fs_network - 1
 * if the account lies on a network file system */
#define TICK_LOCAL_NS 20000000ll
#define TICK_NETWORK_NS 2000000000ll
int64_t tick_ns(const struct account *);
int64_t now_ns(void);

/* folder_reload - read rec anew; 1, or 0 if the index knows the folder not */
int folder_reload(struct folder *);

/* folder_extra - what roost-extra says, read anew if it changed since it was
 * read last and before the last sync; as it was if it cannot be read */
struct extra *folder_extra(struct folder *);
/* folder_extra_load - the same for those who must not go on without: 0, -1 */
int folder_extra_load(struct folder *);
/*
 * folder_extra_write - write lines there, with the uidlist's lock held, and
 * look at the file first. 0, -1 with errno. before: its stamp, before that.
 */
int folder_extra_write(struct folder *, uint32_t uidvalidity,
                       const stralloc *lines, int sync, struct stamp *before);
/* before this a number at the front of a name is no time: 1973 */
#define TIME_MIN 100000000

/* folder_extra_names - append the keywords that a message bears there, each
 * ended by NUL */
void folder_extra_names(struct folder *, uint32_t uid, stralloc *names);
/* extra_noted - the index knows the file as it is after our own write */
void extra_noted(struct folder_rec *, const struct folder *,
                 const struct stamp *before);

/* folder_did - note a modseq as our own flag change */
void folder_did(struct folder *, uint64_t modseq);

/*
 * folder_locate - where a message lies: its record (strings in buf of
 * RECORD_TEXT octets). 1, 0 gone.
 */
int folder_locate(struct folder *, uint32_t uid, struct record *, char *buf);

/* sync_forced - folder_sync that reads cur/ and new/ whatever their stamps */
int sync_forced(struct folder *);

/*
 * After changes of our own: bring the record's stamps up to what the
 * directories look like now, if before stood for what the index knew, and
 * ask for another look later. Inside a write transaction, rec in hand.
 */
void stamps_after(struct folder_rec *, const struct folder_stamps *before,
                  const struct folder_stamps *after);

/* look_at_once - two came to different ends: whoever syncs next reads cur/,
 * within the tick, too. Inside a write transaction. */
void look_at_once(struct folder_rec *);

/*
 * write_gone - take messages whose files are gone out of the index; before
 * and after are the folder's stamps around that. Inside a write transaction;
 * returns an LMDB code.
 */
int write_gone(MDB_txn *, struct index *, struct folder *,
               const struct uidset *uids, const struct folder_stamps *before,
               const struct folder_stamps *after);

/* rename_keep - rename(2) that never replaces a file: EEXIST instead */
int rename_keep(int fromfd, const char *from, int tofd, const char *to);

/*
 * file_of - do something to a message's file by the name the index knows;
 * after ENOENT look at the disk again. do returns 0 or -1 with
 * errno. Returns 0, -1 with errno; ENOENT: the message is gone; EAGAIN:
 * others renamed it all the time.
 */
typedef int file_fn(void *arg, struct folder *, const struct record *);
int file_of(struct folder *, uint32_t uid, file_fn *, void *arg);


/*
 * folder_near - the records of the first messages of uids from a UID on, up to
 * n of them, for who does something to each of their files at once; those that
 * are gone are passed over. How many there are, fewer than n: no more.
 */
struct near {
  uint32_t uid;
  struct record r;              /* its strings are in text */
  char text[RECORD_TEXT];
};
size_t folder_near(struct folder *, const struct uidset *uids, uint32_t from,
                   struct near *, size_t n);

#endif
