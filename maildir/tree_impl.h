/* ISC licence; see LICENSE. */
#ifndef MAILDIR_TREE_IMPL_H
#define MAILDIR_TREE_IMPL_H

/* Shared by tree*.c and account.c only. */

/* Names without a leading dot, so no folder to anyone who looks. */
#define TREE_CREATE "roost.create."
#define TREE_DELETE "roost.delete."

/* remove_below - everything in the directory name of dirfd and itself;
 * symbolic links are removed, never followed. 0, or -1 with errno. */
int remove_below(int dirfd, const char *name);

/* rename_new - rename that fails with EEXIST if to exists, whatever it is */
int rename_new(int dirfd, const char *from, const char *to);

#endif
