/* ISC licence; see LICENSE. */
#ifndef IMAPD_OBJECT_ID_H
#define IMAPD_OBJECT_ID_H

#include <stddef.h>

#include "maildir/folder.h"
#include "message/lstr.h"

/*
 * Object ids (RFC 8474), made from what the Maildir holds, so that each is the
 * same after the index was lost:
 *
 *   MAILBOXID  F and the mailbox GUID of dovecot-uidlist
 *   EMAILID    M and a hash of the message GUID, else of the base name; COPY
 *              and MOVE write the GUID
 *   THREADID   T and a hash of the first message id in References, else
 *              In-Reply-To, else Message-ID; of a message without any, of its
 *              EMAILID
 */
#define OBJECT_ID_LEN 33                /* without the NUL */
typedef char object_id[OBJECT_ID_LEN + 1];

/* object_id_mailbox - 0, or -1 with errno: the uidlist cannot be read */
int object_id_mailbox(object_id, struct folder *);
/* object_id_email - inside folder_begin/end, of what folder_get gave */
void object_id_email(object_id, const struct message *);
/* object_id_thread - from the fields of a message; headers.s 0: unknown */
void object_id_thread(object_id, const object_id email, struct lstr headers);

#endif
