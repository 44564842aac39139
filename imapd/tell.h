/* ISC licence; see LICENSE. */
#ifndef IMAPD_TELL_H
#define IMAPD_TELL_H

#include "session.h"

/*
 * How messages are named to the client: by message number, or, once it has
 * enabled UIDONLY, by UID. Here alone, so that no number slips through: RFC
 * 9586. All that write a FETCH response or tell of expunged messages call
 * these.
 */

/*
 * tell_fetch - begin a FETCH response: "* msn FETCH (", or "* uid UIDFETCH
 * (". May be called between folder_begin and folder_end.
 */
void tell_fetch(struct session *, uint32_t uid);

/*
 * tell_uid_item - 1 if an answer has the item UID although no FETCH named it:
 * since the command was one by UID, and always for CONDSTORE clients (RFC 7162
 * section 3.2.4); never in a UIDFETCH, which begins with it
 */
int tell_uid_item(const struct session *, int by_uid);

/*
 * tell_expunged - the messages of the view that are gone, as EXPUNGEs from the
 * last to the first (each number is right as it stands, and a client has
 * nothing to move twice: RFC 3501 section 7.4.1), or as VANISHED for a client
 * that enabled QRESYNC or UIDONLY. Drains the reply.
 */
void tell_expunged(struct session *, const struct uidset *gone);

/* tell_vanished - "* VANISHED uids", or with earlier 1 "* VANISHED (EARLIER)
 * uids" (RFC 7162 section 3.2.10), in lines of bounded length; nothing if uids
 * is empty. Drains the reply. */
void tell_vanished(struct session *, int earlier, const struct uidset *uids);

#endif
