/* ISC licence; see LICENSE. */
#ifndef IMAPD_STATUS_ITEMS_H
#define IMAPD_STATUS_ITEMS_H

#include "object_id.h"
#include "session.h"

/* Items of STATUS and of LIST RETURN (STATUS ...), a bit each. */
#define STATUS_MESSAGES    0x01u
#define STATUS_RECENT      0x02u
#define STATUS_UIDNEXT     0x04u
#define STATUS_UIDVALIDITY 0x08u
#define STATUS_UNSEEN      0x10u
#define STATUS_DELETED     0x20u
#define STATUS_SIZE        0x40u
#define STATUS_DELETED_STORAGE 0x200u   /* RFC 9208 section 4.1.4 */
#define STATUS_APPENDLIMIT 0x100u       /* RFC 7889 section 3 */
#define STATUS_MAILBOXID   0x80u        /* RFC 8474 section 4.3 */
#define STATUS_HIGHESTMODSEQ 0x400u     /* RFC 7162 section 3.1.7 */

/* parse_status_items - "(MESSAGES UNSEEN)", at least one */
int parse_status_items(struct parse *, unsigned *items);

/* what STATUS tells of a folder */
struct status_facts {
  struct folder_counts c;
  uint64_t deleted_octets;
  object_id id;
};

/*
 * status_counts - the facts of a folder by its storage name; its size only
 * if it is among the items, since that may take long
 * status_put - "* STATUS name (...)"
 * The first returns 0, or -1 with errno.
 */
int status_counts(struct session *, const char *storage, size_t len,
                  unsigned items, struct status_facts *);
void status_put(struct session *, const char *name, size_t len,
                unsigned items, const struct status_facts *);

#endif
