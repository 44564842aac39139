/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_APP_PASSWORDS_H
#define CHECKPASSWORD_APP_PASSWORDS_H

#include <skalibs/stralloc.h>

/*
 * Application passwords: a directory with one for each user that has some,
 * and in that a file for each password. Its name is the label, its line the
 * hash. Beside it, with a dot before the label, is when it was last used.
 */
#define APP_PASSWORDS_VAR "APP_PASSWORDS"
#define APP_PASSWORDS_DEFAULT "/etc/roost/app-passwords"
#define APP_COUNT_MAX 64        /* of one user */
#define APP_LABEL_MAX 64        /* octets */

/* app_bad_label - 0, or what is wrong with it: letters, digits, '-', '_' */
const char *app_bad_label(const char *label);

/*
 * app_open - the directory of a user below root; -1 with errno (ENOENT: has
 * none; also for a name that could be none)
 */
int app_open(const char *root, const char *name);

/*
 * app_labels - set out to the labels in it, each with a NUL, sorted; returns
 * how many, or -1 with errno (E2BIG: too many)
 */
int app_labels(stralloc *out, int dir);

/*
 * app_find - set label to that of the password; 1, 0 if there is none, -1
 * with errno. Hashes that are damaged are passed over.
 */
int app_find(stralloc *label, int dir, const char *password);

/*
 * app_used - note that a password was used now, from this address (may be 0)
 *
 * Returns 0, or -1 with errno.
 */
int app_used(int dir, const char *label, const char *address);

#endif
