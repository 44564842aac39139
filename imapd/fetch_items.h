/* ISC licence; see LICENSE. */
#ifndef IMAPD_FETCH_ITEMS_H
#define IMAPD_FETCH_ITEMS_H

#include <stddef.h>

#include "body_section.h"
#include "message_cache.h"
#include "parse.h"

/* What a FETCH asks for: RFC 3501 section 6.4.5, fetch-att. */
enum fetch_what {
  FETCH_UID, FETCH_FLAGS, FETCH_MODSEQ, FETCH_INTERNALDATE, FETCH_SAVEDATE,
  FETCH_EMAILID, FETCH_SIZE,                                /* the index */
  FETCH_THREADID, FETCH_ENVELOPE, FETCH_BODYSTRUCTURE, FETCH_BODY,     /* kept */
  FETCH_PREVIEW,                                            /* RFC 8970 */
  FETCH_SECTION                                             /* octets */
};

struct fetch_item {
  enum fetch_what what;
  struct body_section section;  /* of FETCH_SECTION */
};

#define FETCH_SECTIONS_MAX 200  /* BODY[...] items in one command */

/*
 * The items in the order of the answer: what is at hand first (UID before
 * all else in UID FETCH), so that a client knows the message before its text
 * comes, then the rest as it was asked for. No item stands twice.
 */
struct fetch_items {
  struct fetch_item *v;
  size_t n, a;
  unsigned asked;               /* bits 1 << enum fetch_what */
  unsigned kinds;               /* bits 1 << enum cache_kind: what the index
                                   may know of all this */
  int sets_seen;
  int lazy;                     /* PREVIEW only if the index has it */
  int needs_file;               /* a BODY[...] that no kind answers alone */
  uint64_t changedsince;        /* only messages with a modseq above it: RFC
                                   7162 section 3.1.4.1; 0: all */
};
#define FETCH_ITEMS_ZERO { 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/* fetch_items_parse - a macro, one item or a list of them; 1, or 0 with
 * p->why. Free in both cases. */
int fetch_items_parse(struct fetch_items *, struct parse *p, int by_uid);
/* fetch_items_modseq - MODSEQ too, if it was not asked for (CHANGEDSINCE) */
void fetch_items_modseq(struct fetch_items *);
void fetch_items_free(struct fetch_items *);

#endif
