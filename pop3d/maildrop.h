/* ISC licence; see LICENSE. */
#ifndef POP3D_MAILDROP_H
#define POP3D_MAILDROP_H

#include <stdint.h>
#include <skalibs/stralloc.h>

#include "maildir/folder.h"
#include "maildir/uidl.h"

/*
 * The maildrop: what INBOX held at login, by message-number. It does not grow
 * while the session lasts, and message-numbers do not move (RFC 1939 section
 * 4). There is no exclusive lock: a message that someone else removes keeps
 * its number, but is as if marked deleted once we find that it is gone.
 *
 * The order is that of the UIDs; messages with a POP3 order number (field O
 * of dovecot-uidlist) come first, in its order.
 */

/* flags of a message */
#define DROP_DELETED   0x01u    /* by DELE */
#define DROP_GONE      0x02u    /* removed by someone else */
#define DROP_RETRIEVED 0x04u    /* by RETR, to its end */
#define DROP_SIZED     0x08u    /* size is known */

struct drop_message {
  uint32_t uid;
  uint32_t uidl;                /* where in uidls, plus 1; 0: by the format */
  uint64_t size : 56;           /* octets as sent, if DROP_SIZED */
  uint64_t flags : 8;
};

struct maildrop {
  struct folder *folder;        /* borrowed */
  uint32_t uidvalidity;
  struct drop_message *m;       /* m[msn - 1] */
  uint32_t n;
  struct uidl_format format;
  stralloc uidls;               /* those that the format does not give */
};

/*
 * maildrop_open - take the snapshot of a folder that was synced
 *
 * format  for messages whose unique-id is not pinned, if the uidlist's header
 *         names none; 0: Dovecot's default
 *
 * Returns 0, or -1 with errno of the folder's calls.
 */
int maildrop_open(struct maildrop *, struct folder *,
                  const struct uidl_format *format);
void maildrop_close(struct maildrop *);

/* maildrop_left - messages that are neither deleted nor gone */
uint32_t maildrop_left(const struct maildrop *);

/*
 * maildrop_size - octets of a message as sent, dots that are stuffed not
 * counted (RFC 1939 section 11). 0, or -1 with errno: ENOENT it is gone (and
 * is marked so). What cannot be read counts as 0 octets, and the log says so.
 * maildrop_size_all - size every message; then maildrop_total is right.
 */
int maildrop_size(struct maildrop *, uint32_t msn, uint64_t *size);
void maildrop_size_all(struct maildrop *);
uint64_t maildrop_total(const struct maildrop *);

/* maildrop_uidl - append the unique-id of a message */
void maildrop_uidl(const struct maildrop *, uint32_t msn, stralloc *out);

/* maildrop_fd - open a message for reading; -1 with errno as above */
int maildrop_fd(struct maildrop *, uint32_t msn);

/* maildrop_reset - nothing is marked deleted any more: RSET */
void maildrop_reset(struct maildrop *);

/*
 * maildrop_update - the UPDATE state: remove what is marked deleted; with
 * mark_seen set \Seen on what was retrieved and stays. removed receives how
 * many this call removed. Messages that others removed before us are no
 * fault. Returns 0, or -1 with errno: some are still there.
 */
int maildrop_update(struct maildrop *, int mark_seen, uint32_t *removed);

#endif
