/* ISC licence; see LICENSE. */
#ifndef IMAPD_SEARCH_PROGRAM_H
#define IMAPD_SEARCH_PROGRAM_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

#include "maildir/uidset.h"
#include "message/text_search.h"
#include "parse.h"
#include "partial.h"

struct folder;
struct view;

/*
 * What a SEARCH asks for, as a tree of bounded size: RFC 3501 section 6.4.4,
 * RFC 4731 (ESEARCH), RFC 5182 (SEARCHRES), RFC 5032 (OLDER, YOUNGER), RFC
 * 7162 (MODSEQ), RFC 9394 (PARTIAL), RFC 9738 (UIDAFTER, UIDBEFORE). Node 0
 * is the AND of all keys. Ranges include both ends.
 *
 * Days: those of BEFORE, ON and SINCE are days of INTERNALDATE as it is shown
 * to the client, in the server's own time zone; those of SENTBEFORE, SENTON
 * and SENTSINCE are days as the Date field has them, whatever its zone. Both
 * disregard the time of day.
 */
#define SEARCH_DEPTH_MAX 500    /* NOT, OR and parentheses in each other: "OR a
                                   OR b OR c ..." of some clients is deep */
#define SEARCH_NODES_MAX 20000
#define SEARCH_SETS_MAX 1000    /* keys that are sequence sets */
#define SEARCH_TEXTS_MAX 1000   /* keys that look for text */

enum search_op {
  SEARCH_AND, SEARCH_OR,        /* of the children */
  SEARCH_FLAG,                  /* mask: an MF_ bit */
  SEARCH_LETTER,                /* text: a keyword; mask, uids after bind */
  SEARCH_RECENT,
  SEARCH_EMAILID, SEARCH_THREADID,      /* text: an object id */
  SEARCH_SAVED,                 /* lo..hi: days of the save date */
  SEARCH_MSNS, SEARCH_UIDS,     /* set; uids after bind */
  SEARCH_DAY,                   /* lo..hi: days of INTERNALDATE */
  SEARCH_TIME,                  /* lo..hi: seconds before now; from..to after
                                   bind */
  SEARCH_SIZE,                  /* lo..hi: octets */
  SEARCH_SENT,                  /* lo..hi: days of the Date field */
  SEARCH_MODSEQ,                /* lo..hi */
  SEARCH_WORDS                  /* key: of the program's keys */
};

struct search_node {
  enum search_op op;
  int not;                      /* the answer is turned round */
  uint32_t mask;
  int64_t lo, hi;
  int64_t from, to;
  struct text text;
  uint32_t key;
  struct seqset set;
  struct uidset uids;
  size_t child, next;           /* of children: first and next; 0: none */
};

/* result options of RFC 4731 and RFC 5182; none: the old SEARCH answer */
#define SEARCH_MIN 1u
#define SEARCH_MAX 2u
#define SEARCH_ALL 4u
#define SEARCH_COUNT 8u
#define SEARCH_SAVE 16u         /* becomes "$"; alone: no answer */
#define SEARCH_CONTEXT 32u      /* RFC 5267: a hint, that we need not */
#define SEARCH_UPDATE 64u       /* RFC 5267 section 4.3 */
#define SEARCH_PARTIAL 128u     /* those at the places of partial: RFC 9394 */

struct search_program {
  struct search_node *v;
  size_t n, a;
  struct search_key *keys;      /* what message/text_search.h is to look for */
  unsigned char *in_fields;     /* beside keys: HEADERS of the index will do */
  size_t nkeys, akeys;
  size_t nsets;
  stralloc words;               /* what keys[].text points into */
  int extended;                 /* RETURN was given */
  unsigned options;             /* SEARCH_MIN ... */
  int emailids, threadids, saved;       /* such keys are there */
  struct partial partial;
  stralloc update_items;        /* of UPDATE (...): see fetch_new.h */
  int modseq;                   /* a key is MODSEQ: the answer has one too */
  int numbers;                  /* a key has message numbers */
  int bad_charset;              /* the CHARSET cannot be used: NO */
  struct lstr charset;
  char why[96];                 /* private: text of a fault */
};
#define SEARCH_PROGRAM_ZERO { 0 }

/*
 * search_parse_return - "RETURN (...) " if it is there, behind the space that
 * follows the command
 * search_parse_charset - a charset, as SORT and THREAD have it
 * search_parse_keys - the keys, up to the end of the command
 * Each returns 1, or 0 as search_parse does.
 */
int search_parse_return(struct search_program *g, struct parse *p);
int search_parse_charset(struct search_program *g, struct parse *p);
int search_parse_keys(struct search_program *g, struct parse *p);

/*
 * search_parse - all that follows "SEARCH ", up to the end
 *
 * Borrows from the command. Returns 1; 0 with p->why, which names the key
 * that is wrong, or with bad_charset. Free in each case.
 */
int search_parse(struct search_program *g, struct parse *p);
void search_program_free(struct search_program *g);

/*
 * search_bind - look up keywords, message numbers and UIDs in a folder and its
 * view; now: seconds since 1970. May be done again for another folder. Message
 * numbers beyond the last one match nothing and are no error: RFC 7377 section
 * 2 says so of all searches.
 * search_bind_again - the same for what has changed in the folder since, but
 * for message numbers: RFC 5267 section 4.3
 */
void search_bind(struct search_program *g, const struct view *v,
                 struct folder *f, int64_t now);
void search_bind_again(struct search_program *g, const struct view *v,
                       struct folder *f, int64_t now);

/*
 * search_returned - the messages that the answer is about, of those that were
 * found: all of them, or with PARTIAL and without COUNT those at its places
 * and the ends that MIN and MAX ask for. They become "$" (RFC 5182, RFC 9394
 * section 3.2) and have the MODSEQ that is told (RFC 4731 section 3.2).
 * Replaces what is in to.
 */
void search_returned(const struct search_program *g,
                     const struct uidset *found, struct uidset *to);

/*
 * search_narrow - leave only those of uids that the keys allow which need no
 * look at messages. Returns 1 if there are no other keys: uids is the answer.
 */
int search_narrow(const struct search_program *g, struct uidset *uids);

#endif
