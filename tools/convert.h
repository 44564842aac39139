/* ISC licence; see LICENSE. */
#ifndef TOOLS_CONVERT_H
#define TOOLS_CONVERT_H

#include <stdint.h>
#include <skalibs/stralloc.h>

#include "maildir/namemap.h"
#include "maildir/tree.h"

/*
 * The state of a folder as a client knows it, from whichever server's files
 * are there: Dovecot's (ours, too), else Courier's or BincIMAP's. Nothing is
 * changed by looking.
 */
struct message_state {
  uint32_t uid;                 /* 0: none was given yet */
  uint32_t flags;               /* MF_* */
  int in_new;
  int64_t vsize;                /* -1: unknown */
  size_t uidl;                  /* of POP3, in text, + 1; 0: none known */
  size_t guid;                  /* in text, + 1; 0: none */
  size_t words;                 /* keywords in text, sorted, with spaces
                                 * between and NUL-ended, + 1; 0: none */
};

struct folder_state {
  const char *from;             /* "dovecot", "courier", "bincimap", "none" */
  uint32_t uidvalidity, uidnext;
  struct namemap map;           /* file names in new/ and cur/, by base */
  struct message_state *m;      /* by entry of map */
  size_t a;
  stralloc text;
  size_t words;                 /* different keywords */
  size_t extra_words;           /* of these, without a letter */
  unsigned long faults;         /* passed over in foreign files */
  stralloc told;                /* what and why, lines for a person */
  int binary_uidl;              /* the uidlist's format of unique-ids is none that we
                                 * can make */
};
/* a first struct is { 0 } */

/* 0, -1 with errno */
int folder_state(struct folder_state *, int dirfd, int inbox);
void folder_state_free(struct folder_state *);

static inline const char *state_text(const struct folder_state *s, size_t at)
{
  return at ? s->text.s + at - 1 : "";
}

/* state_order - entries that have a UID, by UID; *n of them; caller frees */
size_t *state_order(const struct folder_state *, size_t *n);

/* state_name - append a path as a line of a snapshot has it: controls and '\'
 * as '\' and three octal digits, so that no two are alike; state_unname - back
 * state_lines - append the folder for a snapshot; state_compare - compare
 * with such lines, tell what differs; how much did */
void state_name(stralloc *out, const char *path);
void state_unname(stralloc *out, const char *s, size_t len);
void state_lines(const struct folder_state *, const char *dir, stralloc *out);
unsigned long state_compare(const struct folder_state *, const char *dir,
                            const char *lines, size_t len, stralloc *told);

/*
 * convert_courier - write Courier's files for a folder that is in the state,
 * and put ours aside, the uidlist last of all. Its lock is held. 0, -1.
 * convert_courier_uidl - can Courier give this unique-id? 1, 0
 * convert_courier_root - its list of subscriptions
 */
int convert_courier(const struct folder_state *, int dirfd, int inbox);
int convert_courier_uidl(const char *uidl, const char *base, size_t len,
                         uint64_t *n, uint64_t *uidv);
int convert_courier_root(const struct tree *);

/* convert_dovecot - pin the unique-ids of all messages of the INBOX, where
 * Dovecot by itself would give others. The uidlist's lock is held. 0, -1 */
int convert_dovecot(const struct folder_state *, int dirfd);

#endif
