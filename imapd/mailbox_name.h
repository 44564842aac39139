/* ISC licence; see LICENSE. */
#ifndef IMAPD_MAILBOX_NAME_H
#define IMAPD_MAILBOX_NAME_H

#include "session.h"

/*
 * Names of mailboxes as a client writes them: modified UTF-7, and UTF-8 once
 * IMAP4rev2 is enabled (RFC 9051 section 5.1 and appendix A.1).
 *
 * A UTF-8 name that is not in the form of RFC 5198 is taken for a mailbox
 * that has just this name, and else for the same name in that form, in all
 * commands; SELECT, EXAMINE, CREATE, DELETE, RENAME and APPEND tell so with
 * OLDNAME (section 6.3.9.7). So what other software has made can be used, and
 * no new mailbox gets such a name.
 *
 * Where the namespace has an alias, a client that names mailboxes by it is
 * answered, and notified, with names by it, until it names one by the prefix.
 */

/*
 * mailbox_storage - the storage name, in place of what is in storage
 *
 * changed  may be 0; becomes 1 if the name had to be normalized
 * Returns 1, or 0 with NO and the reason in the session's text.
 */
int mailbox_storage(struct session *, const struct text *name,
                    stralloc *storage, int *changed);

/* mailbox_wire - append the name of a storage name, as LIST has it, or of
 * nothing if no client can be told it */
void mailbox_wire(struct session *, const char *storage, size_t len,
                  stralloc *name);

#endif
