/* ISC licence; see LICENSE. */
#ifndef IMAPD_SORT_KEYS_H
#define IMAPD_SORT_KEYS_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

#include "message/lstr.h"
#include "message/mime.h"

/*
 * What SORT and THREAD compare of a message, made once from its header and
 * kept in the index as three values, so that neither command opens a message
 * that was sorted or threaded before. Numbers are in the machine's own order:
 * the index never leaves it.
 *
 *   THREAD  sent date, hash of the message id, hash of the folded base
 *           subject (0: empty), 1 if reply or forward, hashes of references
 *   SUBJECT    the base subject (RFC 5256 section 2.1)
 *   ADDRESSES  five strings, each behind its length
 * Strings are prepared for comparison by octets as i;unicode-casemap has it
 * (RFC 5051), and cut at SORT_STRING_MAX.
 */
#define THREAD_REFERENCES_MAX 1000      /* of one message: first and last */
#define SORT_STRING_MAX 2048

struct thread_keys {
  int64_t date;                 /* seconds, UTC; INTERNALDATE if the header
                                   has none: RFC 5256 section 2.2 */
  uint64_t id;                  /* msgid_hash; 0: it has none that is valid */
  uint64_t subject;
  int reply;
  const char *refs;             /* thread_reference gets them out */
  size_t nrefs;
};

enum sort_string {
  STRING_FROM, STRING_TO, STRING_CC,    /* addr-mailbox of the first address */
  STRING_DISPLAYFROM, STRING_DISPLAYTO, /* RFC 5957 section 3 */
  SORT_STRINGS
};

struct sort_keys { stralloc thread, subject, addresses; };
#define SORT_KEYS_ZERO { STRALLOC_ZERO, STRALLOC_ZERO, STRALLOC_ZERO }

/* sort_keys_make - replace what is in keys with the values for a header;
 * date: INTERNALDATE */
void sort_keys_make(const struct mime_envelope *, int64_t date,
                    struct sort_keys *keys);
void sort_keys_free(struct sort_keys *keys);

/* thread_keys_good, sort_strings_good - 1 if it has the shape of a value; the
 * functions below want only such */
int thread_keys_good(const char *s, size_t len);
int sort_strings_good(const char *s, size_t len);

void thread_keys_get(struct lstr value, struct thread_keys *);
uint64_t thread_reference(const struct thread_keys *, size_t i);
struct lstr sort_string_get(struct lstr value, enum sort_string);

#endif
