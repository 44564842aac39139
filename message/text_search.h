/* ISC licence; see LICENSE. */
#ifndef MESSAGE_TEXT_SEARCH_H
#define MESSAGE_TEXT_SEARCH_H

#include <stddef.h>
#include <skalibs/stralloc.h>

#include "message/lstr.h"
#include "message/mime.h"

/*
 * Substring search in messages (RFC 3501 section 6.4.4), without regard to
 * case (i;unicode-casemap), in decoded text of every charset, over any
 * number of keys in one pass, in bounded memory.
 *
 * A line break with the white space around it counts as one space in text
 * and in keys, so that a phrase is found where it was folded or wrapped;
 * other white space stands for itself.
 *
 * SEARCH_HEADER  the named field of the message's header, decoded; an empty
 *                key is found if there is such a field
 * SEARCH_BODY    text of all parts of type text and of leaves of type message,
 *                and the headers of the messages held in it
 * SEARCH_TEXT    that, the message's own header ("Name: body", decoded) and
 *                the MIME headers of all parts
 *
 * FROM, TO, SUBJECT, CC, BCC are SEARCH_HEADER with that name.
 */
enum search_scope { SEARCH_HEADER, SEARCH_BODY, SEARCH_TEXT };

struct search_key {
  enum search_scope scope;
  struct lstr field;            /* SEARCH_HEADER: its name; borrowed */
  struct lstr text;             /* from search_prepare; borrowed */
  int found;                    /* 0 or 1; the answer */
};

/* search_prepare - append the form of a UTF-8 key that search_key.text has */
void search_prepare(stralloc *out, const char *s, size_t len);

/* the longest prepared key; longer ones are never found */
#define SEARCH_KEY_MAX 16384

/*
 * search_message - answer all keys for one message
 *
 * root  parsed or unpacked
 * fd    its file, read with pread
 *
 * found of keys that are 1 before stay 1 (and cost nothing); it stops when
 * all are. Only what the keys need is read. Returns 0, or -1 with errno of
 * pread (found is then of no use).
 */
int search_message(int fd, const struct mime_part *root,
                   struct search_key *keys, size_t n);

/*
 * search_header - answer those keys that are SEARCH_HEADER from a header
 * block in memory (mime_message.header, a cached block)
 */
void search_header(const char *block, size_t len, struct search_key *keys,
                   size_t n);

/*
 * search_field_text - append what keys for one field are looked for in, so
 * that it can be kept: a stretch of text for each field of that name and one
 * for addresses in it that are written apart, each ended by LF, which is in no
 * prepared key and in no text. Nothing: there is no such field.
 * search_field_has - the answer of search_header from that for a prepared key
 */
void search_field_text(const char *block, size_t len, struct lstr name,
                       stralloc *out);
int search_field_has(const char *s, size_t len, struct lstr key);

/* search_free - give back the buffers that are kept from search to search */
void search_free(void);

#endif
