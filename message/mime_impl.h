/* ISC licence; see LICENSE. */
#ifndef MESSAGE_MIME_IMPL_H
#define MESSAGE_MIME_IMPL_H

#include <stdint.h>
#include <skalibs/stralloc.h>

#include "message/arena.h"
#include "message/mime.h"

/* What the files mime*.c share; nobody else includes this. */

/* a place in the message and what lies before it */
struct mime_place {
  uint64_t pos;
  uint64_t lf;                  /* line ends */
  uint64_t bare;                /* line ends without CR */
  uint64_t nul;
};

enum mime_field_id {
  FIELD_NONE,
  FIELD_DATE, FIELD_SUBJECT, FIELD_FROM, FIELD_SENDER, FIELD_REPLY_TO,
  FIELD_TO, FIELD_CC, FIELD_BCC, FIELD_IN_REPLY_TO, FIELD_MESSAGE_ID,
  FIELD_REFERENCES,
  FIELD_TYPE, FIELD_ENCODING, FIELD_ID, FIELD_DESCRIPTION, FIELD_MD5,
  FIELD_DISPOSITION, FIELD_LANGUAGE, FIELD_LOCATION
};

/* a multipart that is not closed yet, and its boundary */
struct mime_boundary {
  struct mime_part *part;
  size_t len;
  char text[MIME_BOUNDARY_MAX];
};

enum mime_state {
  STATE_HEADER,                 /* in the header of now */
  STATE_BODY,                   /* in the body of now: a leaf's octets, or
                                   text before or after a multipart's parts */
  STATE_DASH,                   /* as BODY, in a line that starts with a dash
                                   and began in an earlier piece: in line */
  STATE_SKIP                    /* in a boundary line that was understood */
};

struct mime_parser {
  struct mime_message *m;
  enum mime_state state;
  struct mime_place at;         /* all octets before this were counted */
  struct mime_place line_at;    /* where the line in line, or the boundary
                                   line, started */
  unsigned char prev, prev2;    /* the last two octets; LF at a line start */
  int piece_nul;                /* there is a NUL in the piece being fed */
  int line_nl;                  /* octets of the line end before line_at */

  struct mime_part *now;        /* the innermost open part */
  struct mime_place header_at;  /* where the header of now started */
  struct mime_place body_at[MIME_DEPTH_MAX + 1]; /* of open parts, by depth */
  int after_skip;               /* 1: the boundary line starts a part */
  struct mime_boundary *bound;  /* open boundaries, outermost first */
  size_t nbound, abound;

  stralloc line;                /* a line in pieces, its start */
  enum mime_field_id field;     /* the field being collected */
  stralloc body;                /* its text, without line ends */
  stralloc joined[3];           /* to, cc, bcc of this header */
  stralloc boundary;            /* of this header's Content-Type */
  struct mime_envelope env;
  unsigned int seen;            /* bit 1 << field: this header has it */
  size_t kept;                  /* octets of the arena used for fields */

  stralloc raw;                 /* the root's header block */
  uint64_t raw_field_at;        /* last field start within it */
  char *buf;                    /* for mime_parse_fd */
};

/* mime_field.c: the fields of one header */
void mime_header_begin(struct mime_parser *ps);
void mime_header_line(struct mime_parser *ps, const char *s, size_t len);
void mime_header_end(struct mime_parser *ps);   /* kind etc. are set */

/* memory for fields: 0 if MIME_FIELDS_MAX would be passed */
void *mime_keep(struct mime_parser *ps, size_t n);
struct lstr mime_keep_str(struct mime_parser *ps, const char *s, size_t n);

/*
 * mime_type - understand a Content-Type body; mime_disposition - the same
 * for Content-Disposition. boundary receives the parameter of that name,
 * len 0 if it is not there. Both in mime_type.c.
 */
void mime_type(struct mime_parser *ps, const char *s, size_t len);
void mime_disposition(struct mime_parser *ps, const char *s, size_t len);

/* mime_show_text - show a part as text/plain; mime_show_octets - as
 * application/octet-stream with the parameters that it has */
void mime_show_text(struct mime_part *part);
void mime_show_octets(struct mime_part *part);

/* mime_part_new - a cleared part, the last child of parent (0: the root) */
struct mime_part *mime_part_new(struct mime_message *m,
                                struct mime_part *parent);

#endif
