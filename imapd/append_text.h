/* ISC licence; see LICENSE. */
#ifndef IMAPD_APPEND_TEXT_H
#define IMAPD_APPEND_TEXT_H

#include "flags.h"
#include "session.h"

/*
 * The text of a message in APPEND and REPLACE, as it comes: a literal (RFC 3501
 * section 6.3.11), a literal8 (RFC 3516 section 4.4), UTF8 (literal8) (RFC 6855
 * section 4, which RFC 9755 has no more), or CATENATE (RFC 4469).
 */
struct appending {
  struct folder *dst;           /* owned if it is not the selected one */
  struct append *append;
  uint32_t count;
  uint32_t replaces;            /* UID that goes for it; 0: none (APPEND) */
  struct flag_list list;        /* of the message at hand */
  struct keyword_ids more;      /* its keywords beyond the letters */
  int64_t date;
  enum { TEXT_LITERAL, TEXT_UTF8, TEXT_CATENATE } form;
  uint64_t room;                /* octets that it may still have */
  uint64_t size;                /* octets that it has */
  int in_header, line_begins;   /* where in it we are */
  int high;                     /* its header has octets above 127 */
};

/*
 * append_text - from what announces the text, which lies at p, to the line
 * behind it, where p is then
 *
 * *st, and the session's text, are set if it is refused. 1; 0 refused (what
 * the client still sends is to be discarded); -1 the session ends.
 */
int append_text(struct session *, struct appending *, struct parse *p,
                enum status *st);

/* append_next_line - the line behind a literal, alone in s->cmd; as above */
int append_next_line(struct session *, struct parse *p, enum status *st);

/* append_octets - some of the text, into the store; 1, -1 with errno, -2 it
 * is too big */
int append_octets(struct appending *, const char *data, size_t len);

#endif
