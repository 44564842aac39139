/* ISC licence; see LICENSE. */
#ifndef MESSAGE_PREVIEW_H
#define MESSAGE_PREVIEW_H

#include <stddef.h>
#include <skalibs/stralloc.h>

#include "message/mime.h"

/* RFC 8970 section 3.3: should be at most 200, must be at most 256 */
#define PREVIEW_CHARACTERS 200

/*
 * preview_make - append what a reader would want to see first of a message
 *
 * fd    the message, read with pread
 * root  of mime_parse_*, with types
 *
 * One line of UTF-8, at most PREVIEW_CHARACTERS long: the start of the first
 * text that has any, plain where there is a choice, HTML as text. Quotations
 * with what introduces them, signatures, rules and white space are left out,
 * unless nothing else is there. Nothing for encrypted mail. No more than some
 * hundred kilobytes are read, however large the message.
 * Returns 0, or -1 with errno.
 */
int preview_make(int fd, const struct mime_part *root, stralloc *out);

/* preview_text - the same for a text; quoted: quotations count, too */
void preview_text(const char *s, size_t len, int quoted, stralloc *out);

#endif
