/* ISC licence; see LICENSE. */
#ifndef MESSAGE_SECTION_H
#define MESSAGE_SECTION_H

#include <stddef.h>
#include <stdint.h>

#include "message/mime.h"

/* the longest list of part numbers that can name anything */
#define SECTION_PATH_MAX (MIME_DEPTH_MAX + 1)

enum section_what {
  SECTION_ALL,          /* BODY[], BODY[1.2]: nothing, or part numbers alone */
  SECTION_HEADER,       /* HEADER; also the source for HEADER.FIELDS[.NOT] */
  SECTION_TEXT,
  SECTION_MIME          /* needs at least one part number */
};

struct section_range {
  uint64_t at, len;             /* in the file */
  uint64_t vlen;                /* octets as sent, the size of BODY[...] */
  uint64_t lines;
  int has_nul;                  /* a NUL octet is in it */
  int whole_part;               /* 1: SECTION_ALL of a part, whose body this
                                   is, in part->encoding (BINARY) */
  const struct mime_part *part; /* the part or message it belongs to */
};

/*
 * section_find - where a BODY[section] lies
 *
 * root  of a parsed or unpacked message
 * path  part numbers, from 1; depth may be 0
 *
 * Part 1 of a message that is no multipart is its body; its MIME is then the
 * header of that message. HEADER and TEXT behind part numbers need a part
 * that holds a message. RFC 3501 section 6.4.5.
 * Returns 1, or 0 if the message has no such section (IMAP: NIL).
 */
int section_find(const struct mime_part *root, const uint32_t *path,
                 size_t depth, enum section_what what,
                 struct section_range *r);

#endif
