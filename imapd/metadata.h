/* ISC licence; see LICENSE. */
#ifndef IMAPD_METADATA_H
#define IMAPD_METADATA_H

#include "maildir/attributes.h"
#include "session.h"

/*
 * What a GETMETADATA, or LIST RETURN (METADATA ...), asks for: RFC 5464
 * section 4.2, RFC 9590.
 */
#define METADATA_ENTRIES_MAX 100        /* in one command */

struct metadata_query {
  struct text entry[METADATA_ENTRIES_MAX];
  size_t n;
  int has_max;
  uint64_t max;                 /* MAXSIZE */
  int depth;                    /* 0, 1, -1 infinity */
};

/* metadata_parse_entries - one entry, or "(" several ")"; 1, or 0 with why */
int metadata_parse_entries(struct metadata_query *, struct parse *);

/*
 * metadata_put - "* METADATA name (...)", unless nothing was found below what
 * DEPTH asked for. name is the mailbox's, "" for the server; use its special
 * use, or 0. *longest: of the values longer than MAXSIZE, 0: none was. 0, -1
 * with errno.
 */
int metadata_put(struct session *, const struct metadata_query *,
                 const struct attribute_owner *, const char *name, size_t len,
                 const char *use, uint64_t *longest);

/*
 * metadata_special - are these special uses (words with spaces between) ones
 * that this folder may have? 1, and they are spelled as they are to be; 0, NO
 * is in the session's text: RFC 6154 section 3, USEATTR.
 */
int metadata_special(struct session *, stralloc *uses, const char *storage);

#endif
