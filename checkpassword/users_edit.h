/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_USERS_EDIT_H
#define CHECKPASSWORD_USERS_EDIT_H

#include "users_text.h"

/*
 * Changes of the text of users. Everything that is not changed stays octet
 * for octet, comments included. A text is taken to end with LF, or be empty.
 */

/*
 * users_edit_find - find the user called name, whatever its case
 *
 * Reads the text to its end, so that a fault anywhere in it is found.
 * Returns 1 and fills e, 0 if there is none, -1 with *err.
 */
int users_edit_find(const stralloc *text, const char *name,
                    struct users_entry *e, struct users_error *err);

/*
 * users_edit_add - append to out: text, then a user's lines
 *
 * name  as it is to be written
 * u     the other fields; its variables are not looked at
 * vars  0-ended list of NAME=value
 */
void users_edit_add(stralloc *out, const stralloc *text, const char *name,
                    const struct user *u, const char *const *vars);

/*
 * users_edit_change - append to out: text with the user of e changed
 *
 * e     from users_edit_find on this text; its hash, uid, gid and home may
 *       have been changed, and are written
 * vars  0-ended list: NAME=value sets, NAME alone takes away
 */
void users_edit_change(stralloc *out, const stralloc *text,
                       const struct users_entry *e, const char *const *vars);

/* users_edit_remove - append to out: text without the lines of e */
void users_edit_remove(stralloc *out, const stralloc *text,
                       const struct users_entry *e);

#endif
