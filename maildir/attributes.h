/* ISC licence; see LICENSE. */
#ifndef MAILDIR_ATTRIBUTES_H
#define MAILDIR_ATTRIBUTES_H

#include <stddef.h>
#include <skalibs/stralloc.h>

#include "tree.h"

/*
 * roost-attributes: what is noted of folders, not of messages. Text, a line
 * each, replaced as a whole under a lock of its own:
 *
 *   NAME TAB KEY TAB VALUE
 *
 * In the Maildir's own file NAME is a storage name for special uses (see
 * special_use.h), empty for entries of METADATA of the INBOX, "/" for those of
 * the server. In a folder's own file NAME is empty: so its entries go where
 * the folder goes, and end with it. VALUE has control characters and "%" as
 * %XX. Lines of another form are kept as they are.
 */
#define ATTRIBUTES_NAME "roost-attributes"
#define ATTRIBUTES_TMP "roost-attributes.tmp"
#define ATTRIBUTES_LOCK "roost-attributes.lock"
#define ATTRIBUTES_FILE_MAX 8388608     /* octets */

#define ATTRIBUTE_VALUE_MAX 16384       /* octets */
#define ATTRIBUTES_MAX 128              /* entries of one folder */
#define ATTRIBUTE_KEY_MAX 255

/* an entry; value.s 0: none, to be removed */
struct attribute {
  const char *key;
  size_t keylen;
  const char *value;
  size_t len;
};

/* whose entries: a storage name, or the server's */
struct attribute_owner {
  const char *storage;
  size_t len;
  int server;
};

/* attributes_each - call each with every entry (borrowed during the call).
 * 0, -1 with errno: ENOENT, there is no such folder. */
typedef void attributes_fn(void *arg, const struct attribute *);
int attributes_each(const struct tree *, const struct attribute_owner *,
                    attributes_fn *each, void *arg);

/*
 * attributes_set - set and remove entries, all or none; keys are compared
 * without case. 0; -1 with errno: E2BIG (more than ATTRIBUTES_MAX), ENOENT,
 * ENOSPC, ...
 */
int attributes_set(const struct tree *, const struct attribute_owner *,
                   const struct attribute *v, size_t n);

/*
 * special_set - what a folder is for: attributes with spaces between, "" for
 * nothing whatever its name is, 0: what its name says. special_moved - it (and
 * what is below it) has another name now; to 0: it is gone.
 * 0, -1 with errno.
 */
int special_set(const struct tree *, const char *storage, const char *uses);
int special_moved(const struct tree *, const char *from, const char *to);

#endif
