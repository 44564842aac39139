/* ISC licence; see LICENSE. */
#ifndef MAILDIR_TREE_H
#define MAILDIR_TREE_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

/*
 * The folders of one account: Maildir++ directories ".a.b" beside the INBOX's
 * cur/, new/ and tmp/. A *storage name* is what follows the first dot, as it
 * stands on disk ("a.b", in modified UTF-7 or UTF-8); "" is the INBOX. A
 * *mailbox name* is what a client sees: UTF-8 or modified UTF-7 on the wire,
 * with the namespace's prefix and separator.
 */
struct namespace {
  stralloc prefix;              /* "", "INBOX." (with its separator), ... */
  char separator;               /* '.' or '/' */
};

/*
 * namespace_init - from the variables NAMESPACE_PREFIX and
 * NAMESPACE_SEPARATOR ("." or "/"; default prefix "" and separator "."); dies
 * with 100 on nonsense (a prefix must be empty or end in the separator).
 */
void namespace_init(struct namespace *);

/* which encoding the names on disk have, found by looking at them */
enum tree_encoding { TREE_MUTF7, TREE_UTF8 };

struct tree {
  int rootfd;                   /* the Maildir; borrowed */
  struct namespace ns;
  enum tree_encoding encoding;  /* set by tree_init from what is there */
};

void tree_init(struct tree *, int rootfd);

/*
 * tree_storage_name - mailbox name as a client wrote it to a storage name.
 * utf8: the client's names are UTF-8 (rev2, UTF8=ACCEPT), else modified
 * UTF-7. "INBOX" in any case is "". Returns 0, or -1 with errno EINVAL (bad
 * encoding, control, '..' or empty part, '/' with separator '.', '.' with
 * separator '/', starting with '~' or '/', outside the prefix: text for a
 * person in *why) or ENAMETOOLONG (a whole directory name over 255 octets).
 * With separator '/', a '.' inside a part cannot be stored: EINVAL says so.
 */
int tree_storage_name(const struct tree *, stralloc *storage,
                      const char *mailbox, size_t len, int utf8,
                      const char **why);
/* tree_mailbox_name - the reverse, appended; "" gives INBOX. -1 EILSEQ if
 * the name on disk is neither valid UTF-8 nor modified UTF-7: not listed. */
int tree_mailbox_name(const struct tree *, stralloc *mailbox,
                      const char *storage, size_t len, int utf8);

/* tree_dir - append the directory of a storage name relative to rootfd:
 * "." for INBOX, ".a.b" else; NUL-terminated (stralloc_0) */
void tree_dir(stralloc *dir, const char *storage, size_t len);

/*
 * tree_list - storage names of all folders that exist (cur/ is there), INBOX
 * not among them, each ended by NUL, in octet order, appended to names.
 * Dot entries that are no folder (files, caches, no cur/) are left out.
 * Returns 0, or -1 with errno.
 */
int tree_list(const struct tree *, stralloc *names);

/* tree_exists - 1 if the folder exists, 0 if not, -1 with errno */
int tree_exists(const struct tree *, const char *storage, size_t len);

/* tree_make_inbox - make those of the INBOX's tmp, new,
 * cur that are missing. 0, or -1 with errno. */
int tree_make_inbox(const struct tree *);

/*
 * tree_create - make a folder (tmp, new, cur, maildirfolder, its
 * dovecot-uidlist with UIDVALIDITY; made under a temporary name that is no
 * folder, then renamed, fsync: never half there). Mode as the root's.
 * -1: EEXIST, ENOSPC, EDQUOT, EACCES, ...
 */
int tree_create(const struct tree *, const char *storage, size_t len);

/*
 * tree_delete - remove the folder: renamed first to a name that is no
 * folder (so that it goes at once and for all), then emptied. Children stay.
 * -1: ENOENT, EINVAL for INBOX. tree_sweep removes what a killed delete
 * or create left behind (names of our own temporary form, older than 36 h).
 */
int tree_delete(const struct tree *, const char *storage, size_t len);
void tree_sweep(const struct tree *);

/*
 * tree_rename - rename a folder and its children, one rename(2) each, order
 * such that a kill leaves every folder whole under its old or new name.
 * Missing parents of the new name are not made (LIST shows \NonExistent).
 * -1: ENOENT, EEXIST (the target or one of its children exists), EINVAL
 * (into itself). each(arg, old, new) is called after every folder that
 * moved, so that the index can follow; may be 0.
 */
typedef void tree_moved(void *arg, const char *old_storage,
                        const char *new_storage);
int tree_rename(const struct tree *, const char *from, size_t fromlen,
                const char *to, size_t tolen, tree_moved *each, void *arg);

/* Subscriptions: Dovecot's file, versions 1 and 2 read, the version found is
 * written (2 when new); Courier's courierimapsubscribed read when it is
 * missing. Storage names; INBOX is "INBOX" in the file. */
int subscriptions_read(const struct tree *, stralloc *names /* NUL-ended */);
int subscriptions_set(const struct tree *, const char *storage, size_t len,
                      int subscribed);

/*
 * Special use (RFC 6154): attribute of a folder, e.g. "\\Sent", or 0. From
 * the file roost-attributes (lines "storage-name TAB special-use TAB \Sent"),
 * else by name: Drafts, Sent, Trash, Junk, Archive with their usual variants,
 * each attribute given once (the first in the order written in the source
 * that exists). special_read reads once; names as from tree_list.
 */
struct special { stralloc text; };
int special_read(const struct tree *, const stralloc *names,
                 struct special *);
const char *special_use(const struct special *, const char *storage,
                        size_t len);
void special_free(struct special *);

#endif
