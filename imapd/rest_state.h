/* ISC licence; see LICENSE. */
#ifndef IMAPD_REST_STATE_H
#define IMAPD_REST_STATE_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

#include "maildir/uidset.h"
#include "rest_head.h"

/*
 * What a session has to remember while imap-idle waits in its place (rest.h),
 * as octets: the head, which imap-idle reads, then the numbers, texts, sets
 * and modseqs below, one after the other. It is read back as what anybody may
 * have written: bounded, and checked as far as one part says what another has
 * to be.
 */
#define REST_STATE_MAX (1u << 20)       /* octets; a larger one stays */
#define REST_TEXT_MAX 4096              /* octets of one text */

enum rest_number {
  /* the session; struct session has the same names */
  REST_WAITING, REST_DEADLINE, REST_ENABLED, REST_BY_ALIAS, REST_BAD_COMMANDS,
  REST_FAULT_TOLD, REST_FETCHED, REST_EXPUNGED, REST_APPENDED, REST_RECEIVED,
  REST_SENT, REST_UTF8,
  /* descriptors, each + 1, 0: none; the account's Maildir */
  REST_IMAPD, REST_IDLE, REST_NOTES, REST_NOTED, REST_DEV, REST_INO,
  /* the folder */
  REST_SELECTED, REST_READONLY, REST_UIDVALIDITY, REST_DIR, REST_WATCH,
  REST_WATCH_KIND, REST_WATCH_NEW, REST_WATCH_CUR,
  REST_EXTRA, REST_EXTRA_LAST = REST_EXTRA + 4,
  /* the view */
  REST_TOP, REST_EXISTS, REST_RECENT, REST_KEYWORDS, REST_BEYOND, REST_MODSEQ,
  REST_BIRTH, REST_NOMODSEQ, REST_LOST, REST_HIDDEN, REST_SAFE,
  REST_MODSEQ_SENT, REST_EXPUNGE_SENT,
  REST_NUMBERS
};
enum rest_text { REST_MAILDIR, REST_STORAGE, REST_TAG, REST_TEXTS };
enum rest_set { REST_UIDS, REST_GONE, REST_SAVED, REST_RECENTS, REST_SETS };

struct rest_state {
  struct rest_head head;
  uint64_t n[REST_NUMBERS];
  stralloc text[REST_TEXTS];
  struct uidset set[REST_SETS];
  uint64_t *own;                /* modseqs of our own flag changes */
  size_t nown;
};

void rest_state_free(struct rest_state *);

/* rest_state_put - append it to out */
void rest_state_put(stralloc *out, const struct rest_state *);

/* rest_state_take - read it into a zeroed struct: 0, or -1: it is none */
int rest_state_take(struct rest_state *, const char *, size_t len);

#endif
