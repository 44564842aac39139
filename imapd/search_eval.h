/* ISC licence; see LICENSE. */
#ifndef IMAPD_SEARCH_EVAL_H
#define IMAPD_SEARCH_EVAL_H

#include "object_id.h"
#include "search_columns.h"
#include "search_program.h"

/*
 * The program's answer for one message from what is known of it so far. It
 * has three values: a key that needs what is not known yet is UNKNOWN, and so
 * is all above it whose other parts do not decide it. So the cheap facts are
 * tried first and the costly ones are asked for only where they still matter,
 * and NOT is right at every step.
 */
enum search_answer { SEARCH_NO, SEARCH_YES, SEARCH_UNKNOWN };

/* what may be known, cheapest first */
#define KNOW_DATE 1u            /* INTERNALDATE */
#define KNOW_FIELDS 2u          /* the header fields that the index keeps */
#define KNOW_HEADER 4u          /* all header fields */
#define KNOW_SIZE 8u
#define KNOW_TEXT 16u

struct search_facts {
  unsigned known;               /* KNOW_... */
  const struct search_columns *columns; /* keys that they answer; may be 0 */
  uint32_t uid, flags, keywords;
  uint64_t modseq;
  int recent;
  int64_t date, size;
  int64_t day;                  /* of date, in our zone */
  int64_t saved_day;            /* of the save date; INT64_MIN: day is it */
  object_id email, thread;      /* if the program asks; thread with KNOW_FIELDS */
  int has_sent;                 /* with KNOW_FIELDS: the Date field has one */
  int64_t sent;                 /* day */
};

/* what an UNKNOWN answer waits for */
struct search_needs {
  unsigned want;                /* KNOW_... */
  uint32_t *keys;               /* of the program's keys; room for all */
  size_t n;
};

/* search_eval - answers of keys are in g->keys[].found where they are known */
enum search_answer search_eval(const struct search_program *g,
                               const struct search_facts *facts,
                               struct search_needs *needs);

#endif
