/* ISC licence; see LICENSE. */
#ifndef IMAPD_NOTIFY_H
#define IMAPD_NOTIFY_H

#include "session.h"

/*
 * NOTIFY: RFC 5465. What the client wants to be told without asking, of the
 * selected mailbox and of others. session.notify is 0 until the first NOTIFY
 * command; then all that view_sync tells goes by it.
 *
 * The others are watched by one watchset. What it calls is looked at, one
 * folder at a time, and compared with what the client knows; nothing is
 * counted event by event, so nothing is lost when events are.
 */
#define NOTIFY_NEW 0x01u        /* MessageNew */
#define NOTIFY_GONE 0x02u       /* MessageExpunge */
#define NOTIFY_FLAGS 0x04u      /* FlagChange */
#define NOTIFY_NAMES 0x08u      /* MailboxName */
#define NOTIFY_SUBSCRIPTIONS 0x10u      /* SubscriptionChange */
#define NOTIFY_METADATA 0x20u   /* MailboxMetadataChange */
#define NOTIFY_SERVER 0x40u     /* ServerMetadataChange */
#define NOTIFY_MESSAGES (NOTIFY_NEW | NOTIFY_GONE | NOTIFY_FLAGS)

/* notify_selected - which of NOTIFY_MESSAGES the client wants of the selected
 * mailbox; notify_items - of new messages these items, or 0; borrowed */
unsigned notify_selected(const struct session *);
const stralloc *notify_items(const struct session *);

/* notify_active - 1 if the session has something to wait for besides commands,
 * so that it must stay as it is */
int notify_active(const struct session *);

/*
 * notify_until_input - tell what happens until the client writes something
 *
 * idling: in IDLE, where EXPUNGE may be told whatever the mailbox filter.
 * Returns 1; 0, the session ended (logout is set); -1 with errno as input_wait.
 */
int notify_until_input(struct session *, int idling);

/*
 * What this client does is not told to it (section 5). Called after it was
 * done; without NOTIFY they do nothing.
 * notify_appended   so many messages put into a folder
 * notify_renamed    names made, deleted or renamed: one, or from and to
 * notify_subscribed a subscription changed
 * notify_annotated  entries were set; storage 0: the server's
 * notify_closing    the selected folder is one of the others from here on
 */
void notify_appended(struct session *, const char *storage, uint64_t n);
void notify_renamed(struct session *, const char *a, const char *b);
void notify_subscribed(struct session *, const char *storage);
struct attribute;
void notify_annotated(struct session *, const char *storage,
                      const struct attribute *v, size_t n);
void notify_closing(struct session *);
void notify_free(struct session *);

#endif
