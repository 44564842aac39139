/* ISC licence; see LICENSE. */
#ifndef IMAPD_SEARCH_COLUMNS_H
#define IMAPD_SEARCH_COLUMNS_H

#include "maildir/column.h"
#include "search_program.h"

struct folder;

/*
 * SUBJECT, FROM, TO, CC, BCC (and HEADER with these) over many messages at
 * once: what such keys are looked for in is kept in the index as columns
 * (maildir/column.h), decoded and folded. So a stretch of messages is one
 * value in which each key is looked for once, and most programs are decided
 * for most of the stretch by a few operations on bits: no record, header or
 * file of such a message is looked at.
 *
 * A column is made of the messages whose header was read for a key that asks
 * for it, and so has those alone; the others are as yet unknown.
 */
struct search_bits { uint64_t yes[COLUMN_UIDS / 64], no[COLUMN_UIDS / 64]; };

struct search_columns {
  const struct search_program *g;
  struct folder *folder;
  int *kind;                    /* of each key; -1: it has no column */
  unsigned kinds;               /* bit: a key asks for it */
  struct search_bits *bits;     /* of each key, for the stretch at hand */
  uint64_t no[COLUMN_UIDS / 64];        /* the whole program's */
  int loaded;
  uint32_t stretch;             /* the one at hand */
  stralloc text;                /* of the message at hand, by kind */
  size_t from[COLUMN_KINDS + 1];
  struct search_wait *wait;     /* texts for the index */
  size_t nwait, await;
  stralloc wait_text;
};

void search_columns_begin(struct search_columns *,
                          const struct search_program *, struct folder *);
/* search_columns_end - gives to the index what waits, and frees */
void search_columns_end(struct search_columns *);

/* search_columns_no - inside a snapshot: 1 if the program's answer is no, by
 * the columns alone */
int search_columns_no(struct search_columns *, uint32_t uid);

/* search_columns_answer - one key's answer for the message that was last asked
 * for by search_columns_no: 1, 0, -1 it has none */
int search_columns_answer(const struct search_columns *, uint32_t key,
                          uint32_t uid);

/*
 * search_columns_learn - from a header block (or the fields that the index
 * has of it): the texts of a message, for search_columns_found and the index.
 * Inside a snapshot or outside.
 * search_columns_found - 1, 0 for a key of that message; -1 no column is for
 * it
 */
void search_columns_learn(struct search_columns *, uint32_t uid,
                          const char *block, size_t len);
int search_columns_found(const struct search_columns *, uint32_t key);

/* search_columns_full - much waits: search_columns_flush gives it to the
 * folder, outside of a snapshot */
int search_columns_full(const struct search_columns *);
void search_columns_flush(struct search_columns *);

#endif
