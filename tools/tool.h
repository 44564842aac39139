/* ISC licence; see LICENSE. */
#ifndef TOOLS_TOOL_H
#define TOOLS_TOOL_H

#include <stddef.h>
#include <skalibs/stralloc.h>

#include "maildir/account.h"

/*
 * What the maildir-* tools share. They end with 0; 1 where the page says so;
 * 100 if they were misused or asked for what cannot be; 111 if it may work
 * later (disk, lock, memory).
 */

/* what it ends with for what cannot be: 100 unless the tool says otherwise */
extern int tool_never;

/*
 * tool_own - chdir to the Maildir, and become its owner if root called: so
 * that no file of the mail ever belongs to root. A Maildir of root's is
 * refused with tool_never, one that is not there too.
 */
void tool_own(const char *maildir);

/* tool_own_below - the same for a Maildir in a tree, whose path is its first
 * octets: below that no link is followed, whoever may put one there meanwhile */
void tool_own_below(const char *maildir, size_t tree);

/* tool_open - tool_own, then the account; dies if it cannot be opened */
void tool_open(struct account *, const char *maildir);

/*
 * tool_storage - the storage name of a mailbox name as a person types it
 * (UTF-8, the namespace as for imapd); dies with tool_never on one that cannot be
 */
void tool_storage(const struct tree *, stralloc *storage, const char *name);

/* tool_name - the mailbox name of a storage name in UTF-8, NUL-ended; 0 if no
 * client could name it. Borrowed until the next call. */
const char *tool_name(const struct tree *, const char *storage);

/*
 * tool_each - INBOX and then every folder in octet order, or with only (a
 * mailbox name, may be 0) just that one; dies with tool_never if there is no such
 * folder. fn returns 0, or what the tool will exit with at the end; folders
 * that no client could name are left out with a word on descriptor 2.
 */
typedef int tool_fn(struct account *, const char *storage, const char *name,
                    void *arg);
int tool_each(struct account *, const char *only, tool_fn *, void *arg);

/* tool_number - s as a decimal number up to max; dies with tool_never otherwise */
unsigned long long tool_number(const char *s, unsigned long long max,
                               const char *what);

/* tool_absolute - a path that stays right once we changed to the Maildir;
 * caller frees */
char *tool_absolute(const char *path);

/* tool_say - write to descriptor 1 what was collected; dies if it cannot */
void tool_say(stralloc *);

#endif
