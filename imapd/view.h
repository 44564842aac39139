/* ISC licence; see LICENSE. */
#ifndef IMAPD_VIEW_H
#define IMAPD_VIEW_H

#include <stdint.h>

#include "maildir/folder.h"
#include "maildir/uidset.h"
#include "parse.h"

struct session;

/*
 * What the client believes the selected folder holds: the session's own map
 * of message numbers (msn, 1-based) to UIDs. It changes only in view_sync,
 * between commands, when the protocol lets it. RFC 3501 section 7.4.1.
 *
 * A message that others expunged and that could not be announced yet keeps
 * its msn (it is in gone): folder_get answers 0 for it. RFC 2180.
 */
struct view {
  struct uidset uids;           /* all that have a msn */
  struct uidrank rank;
  struct uidset gone;           /* of uids: expunged, not yet announced */
  struct uidset saved;          /* "$", what a SEARCH saved: RFC 5182; those
                                   that are no longer in uids do not count */
  struct uidset untold;         /* changed or new, kept back by NOTIFY */
  struct uidset made, removed;  /* by this client since the last look */
  uint32_t top;                 /* highest UID that ever was in it */
  uint32_t exists;              /* how many uids, as told to the client */
  uint32_t recent;              /* as told to the client */
  uint32_t keywords;            /* letters with a name, as told (FLAGS) */
  uint32_t beyond;              /* flags_beyond, as told */
  uint64_t modseq;              /* up to which changes were told */
  uint64_t birth;               /* of the index that modseq is of */
  /* RFC 7162, see modseq.h */
  int nomodseq;                 /* SELECT told NOMODSEQ */
  int lost;                     /* modseqs are kept no longer; was told */
  int hidden;                   /* a message is not shown in this session */
  uint64_t safe;                /* while gone or hidden: the modseq up to
                                   which everything was told */
  int modseq_sent;              /* with a FETCH, since the last HIGHESTMODSEQ */
  int expunge_sent;             /* in this command */
};

void view_free(struct view *);
/* view_open - the folder's messages, at SELECT; tells the client nothing.
 * The folder must be synced. -1 with errno. */
int view_open(struct view *, struct folder *);

/* view_uid - UID at msn, 0 if there is none; view_msn - the reverse */
uint32_t view_uid(const struct view *, uint32_t msn);
uint32_t view_msn(const struct view *, uint32_t uid);

/* view_numbers - what the client calls uids (of the view), into shown, an
 * empty set: UIDs, or message numbers, which ascend as they do */
void view_numbers(const struct view *, const struct uidset *uids, int by_uid,
                  struct uidset *shown);

/*
 * view_resolve - the UIDs that a sequence_set names, replacing what is in
 * uids. by_uid: its numbers are UIDs, and those that are not in the view are
 * passed over. Else they are msns, and one that is larger than the view (or
 * "*" when it is empty) makes it return -1: the command is BAD.
 * (RFC 9051 section 9, "seq-number".) Members of gone are in the result.
 */
int view_resolve(const struct view *, const struct seqset *, int by_uid,
                 struct uidset *uids);

/* view_resolve_some - the same for message numbers, of which those beyond the
 * last one are passed over */
void view_resolve_some(const struct view *, const struct seqset *,
                       struct uidset *uids);
/* view_known - the same for UIDs that a client may know although they are gone:
 * "*" is the highest that was ever given, uidnext - 1; nothing is left out */
void view_known(const struct view *, const struct seqset *, uint32_t uidnext,
                struct uidset *uids);

/*
 * view_sync - bring the view up to the disk and tell the client: EXPUNGE (if
 * expunges may be told now), EXISTS, RECENT (not with IMAP4rev2), FLAGS, FETCH
 * FLAGS of messages that others changed. Drains the reply. Returns 0, or -1
 * with errno: the folder is gone or was replaced, or cannot be read.
 */
int view_sync(struct session *, int expunges, int with_uid);

/* view_made, view_removed - a command of this client has put messages into the
 * selected folder, or taken them out of it; for NOTIFY, which tells of its own
 * only what it has to */
void view_made(struct session *, const struct uidset *uids);
void view_removed(struct session *, const struct uidset *uids);

/* view_new_keywords - view_tell_flags if keywords have got letters since */
void view_new_keywords(struct session *);

/* view_tell_flags - untagged FLAGS and PERMANENTFLAGS (RFC 3501 section 7.2.6,
 * 7.1), at SELECT and whenever a keyword gets a letter */
void view_tell_flags(struct session *);

#endif
