/* ISC licence; see LICENSE. */
#ifndef MAILDIR_SPECIAL_USE_H
#define MAILDIR_SPECIAL_USE_H

#include <stddef.h>
#include <skalibs/stralloc.h>

#include "attributes.h"
#include "tree.h"

/*
 * Special use (RFC 6154): what a folder is for. From the file
 * roost-attributes (lines "storage-name TAB special-use TAB \Sent"; several
 * attributes have a space between, none means that the folder has none). An
 * attribute that the file gives to nobody goes by name: Drafts, Sent, Trash,
 * Junk, Archive with their usual variants, to the first in the order written
 * in the source that exists and has no line in the file.
 */
struct special {
  stralloc text;                /* "name NUL attributes NUL" ... */
  size_t *at, n;                /* where each begins in text, by name */
};
#define SPECIAL_ZERO { STRALLOC_ZERO, 0, 0 }

/* special_read - names as from tree_list; replaces what was there. 0, or -1
 * with errno (then by name alone). */
int special_read(const struct tree *, const stralloc *names,
                 struct special *);
/* special_use - e.g. "\\Sent", or 0; borrowed until the next special_read */
const char *special_use(const struct special *, const char *storage,
                        size_t len);
void special_free(struct special *);

/* special_known - "\\Sent" and so on as it is written, for one as somebody
 * wrote it (ASCII without case); 0: there is no such use */
const char *special_known(const char *s, size_t len);

#endif
