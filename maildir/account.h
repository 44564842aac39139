/* ISC licence; see LICENSE. */
#ifndef MAILDIR_ACCOUNT_H
#define MAILDIR_ACCOUNT_H

#include "tree.h"

struct index;

/*
 * One user's Maildir, with its folders and its index. One per process.
 *
 * account_open reads INDEXDIR (where the index lies: default is the folder
 * roost.index/ in the Maildir) and the namespace's variables. Where the index
 * cannot be written (full disk, read-only mail) the session gets a private
 * one in memory, and the log says so. Returns 0, or -1 with errno: ENOENT,
 * ENOTDIR, EACCES: there is no Maildir to open.
 */
struct account {
  int rootfd;                   /* the Maildir */
  struct tree tree;
  struct index *index;
  char *index_path;             /* where it lies; owned */
};

int account_open(struct account *, const char *path);
void account_close(struct account *);   /* also frees all that it holds */

/*
 * account_open_again - the same for a Maildir that was open already: makes
 * nothing. account_leave - close the index, for one who will exec;
 * account_stay - open it again, if that failed
 */
int account_open_again(struct account *, const char *path);
void account_leave(struct account *);
void account_stay(struct account *);

/* account_private - 1 if the index is private: it would be lost */
int account_private(const struct account *);

/* account_rest - for a session that will wait: see index_rest and
 * sync_files_rest */
void account_rest(struct account *);
/* account_wake - after it, where no folder is synced first: if the index at
 * its path is another now, or gone, open what is there. No snapshot is held */
void account_wake(struct account *);

/*
 * account_discard_index - throw away the index of the Maildir at path, which
 * no account of this process may have open. Sessions that use it go on with
 * a new one at their next look. 0 (also if there is none), or -1 with errno.
 */
int account_discard_index(const char *path);

/*
 * The account's operations on folders: those of tree.h, with the index
 * following. Arguments and errors as there.
 */
int account_create(struct account *, const char *storage, size_t len);
int account_delete(struct account *, const char *storage, size_t len);
int account_rename(struct account *, const char *from, size_t fromlen,
                   const char *to, size_t tolen);

#endif
