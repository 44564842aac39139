/* ISC licence; see LICENSE. */
#ifndef IMAPD_NOTIFY_IMPL_H
#define IMAPD_NOTIFY_IMPL_H

#include <sys/types.h>

#include "maildir/watchset.h"
#include "notify.h"

/* What the files of NOTIFY share; nobody else includes it. */

#define NOTIFY_FOLDERS_MAX 20000
#define NOTIFY_GROUPS_MAX 100
#define NOTIFY_ENTRIES_MAX 4194304      /* octets, for names of metadata */

/* which directory it is, whatever its name: to tell a rename */
struct notify_identity {
  uint64_t dev, ino;
  int64_t born;                 /* ns; 0 where the file system does not tell */
};

/* one folder of the account */
struct notify_folder {
  char *storage;
  char *was;                    /* its name before, while a rename is told */
  struct notify_identity who;
  unsigned events;              /* that are wanted of it */
  int subscribed;
  struct watched *watched;      /* 0: it is not */
  int denied;                   /* was told with \NoAccess */

  enum { FACTS_NONE, FACTS_NEW, FACTS_KNOWN } have;     /* NEW: an empty one */
  struct folder_counts facts;   /* as the client knows them */
  uint64_t own;                 /* messages that it put there itself since */

  unsigned dirty;               /* WATCH_..., 0: it is not in the queue */
  int64_t due;                  /* clock_ms: not to be looked at before */
  struct notify_folder *next;   /* of the queue */

  stralloc entries;             /* see notify_metadata.c */
  uint64_t use;
};

/* an event-group but "selected" */
struct notify_group {
  unsigned kinds;               /* FILTER_... of mailbox_filter.h */
  unsigned events;              /* 0: NONE */
  struct notify_name { unsigned kind; char *storage; } *v;
  size_t n;
};

struct notify {
  unsigned selected;            /* of NOTIFY_MESSAGES */
  int delayed;                  /* SELECTED-DELAYED */
  stralloc items;               /* of MessageNew; empty: none */
  struct notify_group *g;
  size_t ng;
  unsigned wanted;              /* by any group */

  struct watchset *watch;       /* 0: nothing is wanted */
  struct notify_folder **f;     /* by storage name */
  size_t n;
  stralloc subscriptions;       /* as subscriptions_read has them */
  stralloc server;              /* entries of the server's metadata */
  size_t entries;               /* octets of all entries */
  struct notify_folder *queue;
  struct notify_folder *shown;  /* the selected one, once watched */
  unsigned dirty;               /* of the Maildir: WATCH_... */
  int64_t names_at;             /* clock_ms: the next look at names; 0 */
  int64_t names_called;         /* clock_ms: they changed, first; 0 */
  int64_t poll_at;              /* clock_ms */
  int overflow;                 /* it became too much */
};

/* what a NOTIFY SET asks for */
struct notify_wish {
  int status;                   /* STATUS was given */
  int has_selected;
  int unsupported;              /* an event that we do not know */
  unsigned asked;               /* of the FETCH items */
  size_t names;
  struct notify n;              /* selected, delayed, items, g, ng */
};

/* notify_parse_set - what follows "SET", up to the end, into a wish of zeros.
 * 1, or 0 with p->why; free in both cases */
int notify_parse_set(struct session *, struct notify_wish *, struct parse *);
void notify_wish_free(struct notify_wish *);

/* notify_match - events that the groups want of a mailbox */
unsigned notify_match(const struct session *, const char *storage,
                      int subscribed);
void notify_groups_free(struct notify *);
/* notify_drop - forget all folders; the account need not be there any more */
void notify_drop(struct notify *);

/* notify_queue - look at a folder again, as WATCH_... says */
void notify_queue(struct notify *, struct notify_folder *, unsigned what);
void notify_unqueue(struct notify *, struct notify_folder *);

/* notify_find - by storage name; 0 */
struct notify_folder *notify_find(const struct notify *, const char *storage);
/* notify_shown - that of the selected folder, watched if anything is wanted of
 * it; 0: there is none */
struct notify_folder *notify_shown(struct session *);

/*
 * notify_relist - compare the names on disk with what is known, and tell
 * own, own2: names that the client itself has changed, or 0
 * notify_start - the first time, nothing is told. 0, -1 errno; EFBIG: too many
 */
void notify_relist(struct session *, const char *own, const char *own2);
int notify_start(struct session *);
/* notify_resubscribe - the same for subscriptions */
void notify_resubscribe(struct session *, const char *own);
/* notify_access - tell that a mailbox cannot be read, or can be again */
void notify_access(struct session *, struct notify_folder *);

/* notify_look_mail - look at a folder's messages, tell if something is new */
void notify_look_mail(struct session *, struct notify_folder *);
/* notify_status - STATUS as NOTIFY SET STATUS asks for it */
void notify_status(struct session *, struct notify_folder *);
/* notify_baseline - what the index has of it stands for what is known */
void notify_baseline(struct session *, struct notify_folder *);

/*
 * notify_look_metadata - tell what has changed, but for own; folder 0: of the
 * server. notify_learn_metadata - just take note. notify_look_uses - special
 * uses, of all folders; tell 0: just take note.
 */
void notify_look_metadata(struct session *, struct notify_folder *,
                          const struct attribute *own, size_t n);
void notify_learn_metadata(struct session *, struct notify_folder *);
void notify_look_uses(struct session *, int tell,
                      const struct notify_folder *own);

#endif
