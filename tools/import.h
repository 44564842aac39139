/* ISC licence; see LICENSE. */
#ifndef TOOLS_IMPORT_H
#define TOOLS_IMPORT_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

#include "maildir/account.h"
#include "maildir/folder.h"

/*
 * maildir-import, the side of the Maildir. Each message that comes in bears a
 * hash of where it comes from in its base name (",I=" and 32 hex digits),
 * which stays through all that happens to it: flags and moves keep the base
 * name or note it as the GUID. What is there already is found by that alone,
 * so a run may end anywhere and the next one goes on.
 */
#define IMPORT_ID 16            /* octets of such a hash */

struct import_id { unsigned char b[IMPORT_ID]; };

/* where a message is by now */
struct import_place { uint32_t folder, uid; };  /* its number; uid 0: unknown */

/* the ids that are in the account: a table with open addresses */
struct import_known {
  struct import_id *slot;
  unsigned char *used;
  struct import_place *place;
  size_t n, size;               /* size: a power of two, 0 at first */
  stralloc folders;             /* storage names, NUL-ended, by number */
  uint32_t nfolders;
};

struct import {
  struct account account;
  struct import_known known;
  int dry;                      /* say what would be done only */
  int quiet;                    /* no progress */
  struct folder *folder;        /* that messages go to; 0: none is open */
  struct append *append;
  uint32_t uidvalidity;         /* of the folder, where UIDs are kept */
  struct uidset wanted;         /* UIDs of those that wait */
  uint64_t renumbered;          /* could not be kept in this folder */
  uint64_t updated;             /* had other flags at the source */
  size_t waiting;               /* messages that are not committed yet */
  uint64_t bytes;               /* theirs */
  stralloc name;                /* of the folder, for people */
  uint64_t here, there, out;    /* of this folder: stored, known, left out */
  uint64_t all_here, all_there, all_out, all_renumbered;
};

/* what is known of a message besides its text */
struct import_message {
  struct import_id id;
  uint32_t flags;               /* MF_* */
  stralloc keywords;            /* names, each NUL-ended */
  int64_t date;                 /* INT64_MIN: unknown, it becomes now */
  uint32_t uid;                 /* to be kept, in im->uidvalidity; 0: any */
  int recent;                   /* no client has been told of it */
};

/* import_open - the account, locked against a second import, and what is in
 * it; dies if that cannot be */
void import_open(struct import *, const char *maildir);

int import_is_known(const struct import *, const struct import_id *);
/* import_find - where one that was here when we came is; 0: not known */
const struct import_place *import_find(const struct import *,
                                       const struct import_id *);
const char *import_place_folder(const struct import *, uint32_t number);
/* import_note - it is here now; place may be 0 */
void import_note(struct import *, const struct import_id *,
                 const struct import_place *place);

/*
 * import_folder - the messages that follow go to this folder, made if it is
 * missing; storage is NUL-ended, name what the tool calls it.
 * import_folder_end - all of them are on disk; says how many there were
 */
void import_folder(struct import *, const char *storage, const char *name);
void import_folder_end(struct import *);

/*
 * import_make - the folder alone, with what it held where it was: uidvalidity
 * (0: any). Returns 1 if the folder has that one now, so that UIDs may be
 * kept: it is new, or was made so by a run before.
 */
int import_make(struct import *, const char *storage, uint32_t uidvalidity);

/* import_uidnext - no UID below next will be given from here on */
void import_uidnext(struct import *, const char *storage, uint32_t next);

/* A message: start, data, and finish or drop. Die on what cannot be helped,
 * with all that was finished before on disk. */
void import_start(struct import *);
void import_data(struct import *, const char *, size_t);
void import_finish(struct import *, const struct import_message *);
void import_drop(struct import *);

/*
 * import_keywords - the letters and ids of a message's keywords in a folder; one
 * too many is told and left out: the mail is worth more
 */
uint32_t import_keywords(struct import *, struct folder *,
                         const struct import_message *, struct keyword_ids *);

/* import_commit - what was finished is on disk, synced */
void import_commit(struct import *);

/* import_left_out - one message (n of them, 0 for a folder) cannot come in:
 * a line on descriptor 2 */
void import_left_out(struct import *, uint64_t n, const char *what,
                     const char *which);

/* import_die - commit, then die; with 111 as die_sys if sys */
void import_die(struct import *, int code, int sys, const char *text,
                const char *what) __attribute__((noreturn));

/* import_total - the last line; what the program ends with, 0 or 1 */
int import_total(struct import *);

void import_message_free(struct import_message *);

/* ---- import_progress.c ---- */

/* import_progress - of the open folder so many of all (octets or messages)
 * are done: a bar on a terminal, else a line now and then */
void import_progress(struct import *, uint64_t done, uint64_t all);
/* import_progress_end - the bar goes, for a line that follows */
void import_progress_end(void);

/* ---- import_id.c ---- */

/* import_id_of - of parts, each a C string, that are told apart */
void import_id_of(struct import_id *, const char *const *part, size_t n);
/* of contents, put piece by piece: begin, put..., end */
struct import_hash;
struct import_hash *import_hash_begin(void);
void import_hash_put(struct import_hash *, const char *, size_t);
void import_hash_end(struct import_hash *, unsigned char out[32]);

/*
 * import_content_id - of the occurrence-th message (counted here) with this
 * content in the folder; counts is a list of what was seen in one source
 */
struct import_counts { struct import_id *id; uint32_t *n; size_t size, used; };
void import_content_id(struct import_counts *, const char *folder,
                       const unsigned char content[32], struct import_id *);
void import_counts_free(struct import_counts *);

/* ---- import_names.c ---- */

/*
 * import_part - append to name (a mailbox name in UTF-8, in the account's
 * namespace) another part, with what cannot stand in one replaced by '_'.
 */
void import_part(const struct tree *, stralloc *name, const char *part,
                 size_t len);
/* import_prefix - the namespace's prefix, where names begin */
void import_prefix(const struct tree *, stralloc *name);
/* import_matches - '*' any octets, '?' one; without case */
int import_matches(const char *pattern, const char *name);
/* import_chosen - by the patterns: none of out, and one of only if any */
struct import_patterns { const char **out, **only; size_t nout, nonly; };
int import_chosen(const struct import_patterns *, const char *name);

/* ---- the sources; each reads its own arguments behind the Maildir ---- */

struct import_options {
  const char *folder;           /* -f */
  int format;                   /* of mbox; enum mbox_format */
  struct import_patterns patterns;
  int keep_uids;                /* of IMAP: where the folder here is new */
  int update_flags;             /* of what is here already */
  const char *tls;              /* "tls", "starttls", "none" */
  const char *cafile, *port;
  stralloc password;
};

/* paths are absolute; both return nothing and die on what cannot be */
void import_mbox(struct import *, const struct import_options *,
                 const char *path);
void import_mh(struct import *, const struct import_options *,
               const char *path);
void import_imap(struct import *, const struct import_options *,
                 const char *host, const char *user);

#endif
