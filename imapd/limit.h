/* ISC licence; see LICENSE. */
#ifndef IMAPD_LIMIT_H
#define IMAPD_LIMIT_H

#include "session.h"

/*
 * MESSAGELIMIT, RFC 9738: one command works on so many messages, those with
 * the highest UIDs. Only where the administrator sets one (IMAP_MESSAGE_LIMIT).
 */

/*
 * limit_cut - leave only the highest of uids if they are too many, and see to
 * it that the command's answer tells so: limit_finish, at its end, which adds
 * the code to the tagged OK, or where that has another one sends it in an
 * untagged NO (section 3.1)
 */
void limit_cut(struct session *, struct uidset *uids);
void limit_finish(struct session *, enum status);

/*
 * limit_refuse - for what is done as a whole or not at all. NO if uids (0:
 * count alone) are too many: 1 with the answer in text, else 0. RFC 9738
 * section 3.1.
 */
int limit_refuse(struct session *, const struct uidset *uids,
                 uint64_t count);

#endif
