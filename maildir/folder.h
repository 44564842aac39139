/* ISC licence; see LICENSE. */
#ifndef MAILDIR_FOLDER_H
#define MAILDIR_FOLDER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "account.h"
#include "filename.h"
#include "stamp.h"
#include "uidlist.h"
#include "uidset.h"

/*
 * One folder, kept in step with the disk. The Maildir is the truth; the
 * account's index is its cache, shared by all the account's processes.
 * Every change goes to the files first and to the index after, so that a
 * process may die between the two at any instruction.
 *
 * How a protocol handler uses it:
 *   folder_open, folder_sync                 the index is up to the disk
 *   folder_uids, folder_changes              what is there, what is new
 *   folder_begin, folder_get..., folder_end  read facts (never while waiting
 *                                            for the client)
 *   folder_store, _expunge, _copy, append_*  change it
 */
struct folder;

/*
 * folder_open - storage names a folder ("" is INBOX). With claim 1 its new
 * mail is moved from new/ to cur/ at each sync and becomes this session's
 * \Recent (SELECT); with 0 nothing is moved (EXAMINE, STATUS). Cheap: opens
 * no file. Returns 0, or -1 with errno: ENOENT, EACCES, ...
 */
int folder_open(struct folder **, struct account *, const char *storage,
                size_t len, int claim);
void folder_close(struct folder *);
/* the storage name, borrowed, NUL-terminated */
const char *folder_name(const struct folder *);

/*
 * folder_sync - bring the index up to the disk. Three stats when nothing has
 * changed. Takes the uidlist's lock only if mail without a UID is there.
 * Returns 0, or -1 with errno: ENOENT (the folder was deleted), EACCES, EIO.
 * A new UIDVALIDITY (someone replaced the folder) is -1 with ESTALE: the
 * session must be ended or the folder opened anew.
 */
int folder_sync(struct folder *);

/* kept, not counted; valid after folder_sync */
struct folder_counts {
  uint32_t uidvalidity, uidnext;
  uint32_t messages, unseen, deleted;
  uint32_t recent;              /* see folder_recent */
  uint64_t size;                /* virtual octets; only via folder_size */
  uint64_t modseq;              /* highest */
};
int folder_counts(struct folder *, struct folder_counts *);
/* uid of the first message without \Seen, 0 if none */
uint32_t folder_first_unseen(struct folder *);
/* sum of virtual sizes (RFC 8438); counts what is not known yet. -1 errno */
int folder_size(struct folder *, uint64_t *size);

/* folder_uids - all UIDs, replacing what is in the set */
int folder_uids(struct folder *, struct uidset *);
/* \Recent of this session; borrowed until the next folder call */
const struct uidset *folder_recent(struct folder *);

/*
 * folder_changes - what happened after modseq since (a value that this call
 * or folder_counts gave): UIDs that are new or whose flags changed, and UIDs
 * that are gone, added to the sets. With skip_own, flag changes made by this
 * process alone since its last call are left out (new and gone UIDs never
 * are). *now receives the modseq to ask with next time.
 * Returns 1; 0 if the history does not reach back that far: take every
 * message as changed and compare folder_uids; -1 with errno.
 */
int folder_changes(struct folder *, uint64_t since, struct uidset *changed,
                   struct uidset *gone, int skip_own, uint64_t *now);

/*
 * folder_modseqs - 1 if modseqs are kept, so that a client may come back with
 * one; 0 in a session on a private index, and where several hosts may share
 * the mail (a network file system): each then has numbers of its own. RFC
 * 7162 section 3.1.2.2.
 */
int folder_modseqs(const struct folder *);

/* folder_birth - which index the modseqs are of, a number: those of two indexes
 * say nothing about each other, since both may be written for a while after
 * one was deleted under its users */
uint64_t folder_birth(const struct folder *);

/*
 * folder_since - whoever did it, what happened after since, which may be
 * any number that a client remembers: UIDs whose messages have a higher modseq
 * and UIDs that are gone, added to the sets (some of changed may be gone and
 * the other way round). Costs what changed. Returns 1; 0 if the history does
 * not reach back that far: changed is right all the same (every message was
 * looked at), gone is untouched; -1 with errno.
 */
int folder_since(struct folder *, uint64_t since, struct uidset *changed,
                 struct uidset *gone);

/* folder_raise_modseq - the folder has a new highest modseq, for a change
 * that is none of a message (RFC 7162 section 3.2: SETMETADATA). -1 errno. */
int folder_raise_modseq(struct folder *);

/* Facts of one message. name is borrowed until folder_end. */
struct message {
  uint32_t uid;
  uint32_t flags;               /* MF_* */
  uint32_t keywords;            /* letters */
  uint64_t modseq;
  int64_t date;                 /* INTERNALDATE, seconds; INT64_MIN unknown */
  int64_t vsize;                /* RFC822.SIZE, octets; -1 unknown */
  const char *name;             /* file name as last seen */
  size_t namelen;
  int in_new;                   /* it lies in new/, not in cur/ */
  const char *guid;             /* of the uidlist's G field; borrowed as name */
  size_t guidlen;               /* 0: it has none, its base name stands for it */
};

/*
 * folder_begin, folder_end - a snapshot of the index to read from; nests
 * not. Between them: no call that changes or syncs the folder, no waiting.
 * folder_get: 1, 0 there is no such message (any more), -1 errno.
 * folder_next: the first message with uid >= from: 1, 0 none, -1.
 */
int folder_begin(struct folder *);
void folder_end(struct folder *);
int folder_get(struct folder *, uint32_t uid, struct message *);
int folder_next(struct folder *, uint32_t from, struct message *);
/* folder_saved - when a message came into this folder, seconds: from its base
 * name, else roost-extra; INT64_MIN: neither tells */
int64_t folder_saved(struct folder *, const struct message *);

/*
 * folder_date, folder_vsize - the facts that folder_get left unknown, by
 * stat or by counting; remembered in the index at the next folder_flush.
 * Outside of begin/end. -1 with errno, ENOENT if the message is gone.
 */
int folder_date(struct folder *, uint32_t uid, int64_t *date);
int folder_vsize(struct folder *, uint32_t uid, int64_t *vsize);
/* folder_vsize_is - tell what a caller counted that read the message anyway;
 * remembered as above, also in place of a wrong ",W=" of its name */
void folder_vsize_is(struct folder *, uint32_t uid, int64_t vsize);

/* folder_message_fd - open the message's file for reading; -1 with errno,
 * ENOENT if it is gone. The caller closes. Outside of begin/end. */
int folder_message_fd(struct folder *, uint32_t uid);
/* folder_message_open - the same for a message that was looked at just now:
 * its uid, and its name and in_new as folder_get told, or name 0. st is what
 * fstat says. */
struct stat;
int folder_message_open(struct folder *, const struct message *,
                        struct stat *st);

/*
 * Cached octets about a message that a caller computed from its text, kept
 * with it and copied with it: opaque here. kind is 1..15, the caller's
 * choice; its first octet is a version. cache_get inside begin/end: 1,
 * 0 not cached; borrowed until folder_end. cache_put anywhere outside, any
 * time; takes effect at folder_flush or when much is waiting.
 */
int folder_cache_get(struct folder *, uint32_t uid, int kind,
                     const char **data, size_t *len);
/* folder_cache_next - the first cached value of that kind with *uid >= from,
 * as folder_cache_get; for many messages, one after the other: a step costs a
 * tenth of a look-up. 1, 0 none. */
int folder_cache_next(struct folder *, int kind, uint32_t from, uint32_t *uid,
                      const char **data, size_t *len);
void folder_cache_put(struct folder *, uint32_t uid, int kind,
                      unsigned char version, const char *data, size_t len);
/*
 * The same for columns (column.h), texts of up to COLUMN_TEXT_MAX octets,
 * which are read for all messages of a stretch together; longer ones are not
 * kept. kind is 0..7. COPY leaves them behind.
 */
struct column;
int folder_column_get(struct folder *, uint32_t uid, int kind,
                      unsigned char version, struct column *);
void folder_column_put(struct folder *, uint32_t uid, int kind,
                       unsigned char version, const char *s, size_t len);
/* folder_flush - write waiting facts to the index; best effort */
void folder_flush(struct folder *);

/* Keywords: letter index 0..25 of a name, -1 with errno (ENOENT unknown and
 * create is 0; EMFILE all letters taken; ENOSPC, EDQUOT, EACCES). */
int folder_keyword(struct folder *, const char *name, size_t len, int create);
/* name of a letter, 0 if it has none; borrowed until the next folder call */
const char *folder_keyword_name(struct folder *, int letter);

/*
 * Keywords for which no letter is left: as many as a folder may have
 * (EXTRA_NAMES_MAX), in roost-extra. Ids of their names, good while the folder
 * is open.
 * folder_keyword_ids - a name as a client wrote it: its letter goes to
 * letters, its id to ids, or both (two writers may have given both). What is
 * unknown gets a letter, else an id, if create; else nothing. 0, -1 with errno
 * as folder_keyword.
 * folder_keyword_next - the keywords beyond the letters that uid bears, one by
 * one: *at is 0 at first. uid 0: all that any message may bear. Those whose
 * name belongs to one of letters are passed over. 0: no more. Borrowed until
 * the next sync.
 * folder_keyword_uids - the messages that bear one; borrowed as above
 */
struct keyword_ids { uint32_t *id; size_t n, a; };
#define KEYWORD_IDS_ZERO { 0, 0, 0 }
void keyword_ids_free(struct keyword_ids *);
int folder_keyword_ids(struct folder *, const char *name, size_t len,
                       int create, uint32_t *letters, struct keyword_ids *);
const char *folder_keyword_next(struct folder *, uint32_t uid,
                                uint32_t letters, size_t *at);
const struct uidset *folder_keyword_uids(struct folder *, uint32_t id);

/*
 * folder_store - change flags of the messages in uids. The change is applied
 * to the name that is found on disk, again after ENOENT.
 * STORE_SET replaces flags (P stays), and those keywords that have names.
 * modified (may be 0) receives UIDs left alone because their modseq is above
 * unchangedsince (UINT64_MAX: no condition). UIDs that are gone are skipped.
 * Returns 0, or -1 with errno after doing what could be done.
 * folder_store_more - with keywords beyond the letters, too.
 */
enum store_how { STORE_SET, STORE_ADD, STORE_REMOVE };
int folder_store(struct folder *, const struct uidset *uids,
                 enum store_how how, uint32_t flags, uint32_t keywords,
                 uint64_t unchangedsince, struct uidset *modified);
int folder_store_more(struct folder *, const struct uidset *uids,
                      enum store_how how, uint32_t flags, uint32_t keywords,
                      const struct keyword_ids *more,
                      uint64_t unchangedsince, struct uidset *modified);

/*
 * folder_remove - unlink the messages in uids; with only_deleted just those
 * that bear \Deleted now. removed (may be 0) receives what was unlinked.
 * Returns 0, or -1 with errno after doing what could be done.
 */
int folder_remove(struct folder *, const struct uidset *uids,
                  int only_deleted, struct uidset *removed);

/*
 * folder_copy - copy (by link) or move (by rename) messages to another
 * folder, in UID order. from and to receive the UIDs that pair off in order;
 * to stays empty if the destination's uidlist could not be written (a MOVE
 * then still moves; a COPY fails). All or nothing: a failure takes back what
 * was done, returns -1 with errno (ENOSPC, EDQUOT: quota, ENOENT: the
 * destination is gone). Messages that are gone are skipped.
 * Synced before it returns. dst may be src's own folder.
 */
int folder_copy(struct folder *src, const struct uidset *uids,
                struct folder *dst, int move,
                struct uidset *from, struct uidset *to);

/* folder_guid - the mailbox GUID of dovecot-uidlist, "" if it has none, and
 * UIDVALIDITY. 0, -1 with errno */
int folder_guid(struct folder *, char guid[33], uint32_t *uidvalidity);
/* folder_uidlist - every record of the folder's dovecot-uidlist, with its
 * fields (pinned POP3 UIDLs: P and O) and the header's words in *words */
int folder_uidlist(struct folder *, uidlist_each *, void *arg,
                   stralloc *words);

/*
 * Appending: one or more messages stored together, all or none.
 *   append_begin    the destination; opens nothing yet
 *   append_room     would a message of so many octets fit into the quota beside
 *                   those that wait? (append_commit asks again)
 *   append_start    next message: a file in its tmp/
 *   append_data     octets as the client sends them (CR LF becomes LF)
 *   append_finish   message complete: flags, keywords (letters), date (s,
 *                   INT64_MIN: now)
 *   append_keywords before append_finish: keywords beyond the letters
 *   append_origin   before append_finish, for mail that another server had
 *                   already: field (",I=..."; no ':' or '/', below 80 octets)
 *                   goes into its base name, it lies in cur/ unless it is
 *                   recent, and it gets the UID uid if that is not 0 and the
 *                   folder, which has to have this uidvalidity, has given none
 *                   as high yet. The name says so (",K="), for whoever finds
 *                   the file when we were killed before that was recorded
 *   append_drop     the message begun last is not to be stored, whether
 *                   append_finish was called or has failed
 *   append_commit   synced, named, recorded; uids receives their UIDs (may
 *                   stay empty: the uidlist could not be written)
 *   append_free     removes what was not committed; always call it
 * Each of the others returns 0, or -1 with errno (ENOSPC, EDQUOT).
 */
struct append;
struct append *append_begin(struct folder *dst);
int append_room(struct append *, uint64_t size, uint32_t flags);
/* append_instead - another message goes once these are in: what it takes of
 * the quota is free for them (RFC 8508 section 3.4). Right after append_begin */
void append_instead(struct append *, struct folder *, uint32_t uid);
int append_start(struct append *);
int append_data(struct append *, const char *data, size_t len);
int append_finish(struct append *, uint32_t flags, uint32_t keywords,
                  int64_t date);
void append_keywords(struct append *, const struct keyword_ids *);
void append_origin(struct append *, const char *field, uint32_t uid,
                   uint32_t uidvalidity, int recent);
void append_drop(struct append *);
int append_commit(struct append *, struct uidset *uids);
void append_free(struct append *);

/*
 * Watching a folder for changes by anyone: inotify, where its instances run
 * out dnotify, where neither works polling.
 * folder_watch - returns a descriptor that becomes readable when something
 * may have changed, or -1: poll every folder_watch_poll_ms instead. Call
 * folder_watch_clear when it was readable, then folder_sync.
 */
int folder_watch(struct folder *);
int folder_watch_poll_ms(const struct folder *);
/* folder_again_ms - milliseconds after which to look even if nothing calls: a
 * change in the tick of one of ours shows only at the second look; -1: none */
int folder_again_ms(const struct folder *);
void folder_watch_clear(struct folder *);
void folder_unwatch(struct folder *);

/*
 * For a process that goes on as another program and comes back (exec): what a
 * folder's handle knows and the disk does not tell.
 * folder_leave - fill it; the sets and numbers are borrowed
 * folder_return - a handle as it was. Descriptors are its own from here on.
 * Nothing is looked at but the index: that the folder is gone, or is another
 * one, is for the next sync to find.
 * folder_name_fits - 1 if it may be a storage name
 */
struct folder_left {
  uint32_t uidvalidity;
  int dirfd, watchfd, watch_kind, watch_dirs[2];        /* -1: none */
  struct stamp extra;
  const struct uidset *recent;
  const uint64_t *own;          /* modseqs of our own flag changes */
  size_t nown;
};
void folder_leave(const struct folder *, struct folder_left *);
void folder_return(struct folder **, struct account *, const char *storage,
                   size_t len, int claim, const struct folder_left *);
int folder_name_fits(const char *storage, size_t len);

#endif
