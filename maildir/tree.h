/* ISC licence; see LICENSE. */
#ifndef MAILDIR_TREE_H
#define MAILDIR_TREE_H

#include <stddef.h>
#include <skalibs/stralloc.h>

#include "namespace.h"

/*
 * The folders of one account: Maildir++ directories ".a.b" beside the INBOX's
 * cur/, new/ and tmp/. A *storage name* is what follows the first dot, as it
 * stands on disk ("a.b", in modified UTF-7 or UTF-8); "" is the INBOX. A
 * *mailbox name* is what a client sees: UTF-8 or modified UTF-7 on the wire,
 * with the namespace's prefix and separator.
 *
 * Symbolic links to folders are followed for reading, as by Dovecot; DELETE
 * and RENAME act on the link, never on what it points to.
 */
#define TREE_DIR_LIMIT 255      /* NAME_MAX, for "." and a storage name */

/*
 * Which encoding the names on disk have, found by looking at them. The other
 * one is understood too: in a TREE_MUTF7 account a name with octets above
 * 0x7F, or with a '&' that modified UTF-7 does not allow, is UTF-8.
 */
enum tree_encoding { TREE_MUTF7, TREE_UTF8 };

struct tree {
  int rootfd;                   /* the Maildir; borrowed */
  struct namespace ns;
  enum tree_encoding encoding;  /* set by tree_init from what is there */
  int plain;                    /* tree_init has seen cur, new and tmp, and no
                                   symbolic link in the Maildir */
};

/* tree_init - the namespace from the environment, the encoding from what is
 * on disk; a struct of zeros at first */
void tree_init(struct tree *, int rootfd);
void tree_free(struct tree *);

/*
 * tree_storage_name - mailbox name as a client wrote it to a storage name,
 * which it replaces (not NUL-ended).
 * utf8: the client's names are UTF-8 (rev2, UTF8=ACCEPT), else modified
 * UTF-7. "INBOX" in any case is "". Returns 0, or -1 with errno EINVAL (bad
 * encoding, control, '..' or empty part, '/' with separator '.', '.' with
 * separator '/', starting with '~' or '/', outside the prefix: text for a
 * person in *why) or ENAMETOOLONG (a whole directory name over 255 octets;
 * *why too). A separator at the end is an empty part: CREATE, for which it
 * is allowed (RFC 9051 section 6.3.4), takes it off first.
 */
int tree_storage_name(const struct tree *, stralloc *storage,
                      const char *mailbox, size_t len, int utf8,
                      const char **why);
/* tree_storage_as - the same, and *alias tells what the name was: 1 if it
 * began with the namespace's alias, 0 if with its prefix; left as it was for
 * INBOX, and for a folder whose own name begins with the alias: it has
 * one name in both forms */
int tree_storage_as(const struct tree *, stralloc *storage,
                    const char *mailbox, size_t len, int utf8, int *alias,
                    const char **why);
/* tree_mailbox_name - the reverse, appended; "" gives INBOX. -1 EILSEQ if
 * no client could name it (neither valid UTF-8 nor modified UTF-7, empty
 * parts, a control, ".INBOX" without a prefix): it is not to be listed. */
int tree_mailbox_name(const struct tree *, stralloc *mailbox,
                      const char *storage, size_t len, int utf8);

/* tree_alias_name - the same with the alias in place of the prefix; a folder
 * that has no such name, as another one has it, is named by the prefix */
int tree_alias_name(const struct tree *, stralloc *mailbox,
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

/* tree_make_inbox - make those of the INBOX's tmp, new, cur that tree_init
 * has not seen. 0, or -1 with errno. */
int tree_make_inbox(const struct tree *);

/*
 * tree_create - make a folder (tmp, new, cur, maildirfolder, its
 * dovecot-uidlist with UIDVALIDITY; made under a temporary name that is no
 * folder, then renamed, fsync: never half there). Mode as the root's. A
 * directory of that name without cur/ is completed, cur/ last.
 * -1: EEXIST, ENOSPC, EDQUOT, EACCES, ...
 */
int tree_create(const struct tree *, const char *storage, size_t len);

/*
 * tree_delete - remove the folder: renamed first to a name that is no
 * folder (so that it goes at once and for all), then emptied. Children stay.
 * On a disk too full for that rename it is emptied where it is.
 * -1: ENOENT, EINVAL for INBOX. What cannot be removed once it is renamed is
 * no failure. tree_sweep removes what a killed delete or create left behind
 * (names of our own temporary form that were made 36 h ago).
 */
int tree_delete(const struct tree *, const char *storage, size_t len);
void tree_sweep(const struct tree *);

/*
 * tree_rename - rename a folder and its children, one rename(2) each, order
 * such that a kill leaves every folder whole under its old or new name, and
 * that the same RENAME can then be given again to finish (but for a move to
 * an ancestor's name). A parent that exists only through its children can be
 * renamed. Missing parents of the new name are not made (LIST shows
 * \NonExistent). A failure on the way moves back what had moved.
 * -1: ENOENT, EEXIST (one of the new names exists), EINVAL (INBOX, or into
 * itself), ENAMETOOLONG. each(arg, old, new) is called after every folder
 * that moved (back too), so that the index can follow; may be 0.
 */
typedef void tree_moved(void *arg, const char *old_storage,
                        const char *new_storage);
int tree_rename(const struct tree *, const char *from, size_t fromlen,
                const char *to, size_t tolen, tree_moved *each, void *arg);

#include "special_use.h"
#include "subscriptions.h"

#endif
