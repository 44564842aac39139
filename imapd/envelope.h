/* ISC licence; see LICENSE. */
#ifndef IMAPD_ENVELOPE_H
#define IMAPD_ENVELOPE_H

#include <skalibs/stralloc.h>

#include "message/mime.h"

/*
 * envelope_cat - append an ENVELOPE as it goes over the wire, with its
 * parentheses: RFC 3501 section 7.4.2
 *
 * Date, Subject, In-Reply-To and Message-ID: NIL if there is no such field, a
 * string, maybe empty, if there is. Address lists: NIL if the field is not
 * there or names nobody; Sender and Reply-To are then those of From. Groups
 * are a start and an end mark around their members.
 * RFC 2047 words stay as they are; 8-bit text goes as a literal.
 */
void envelope_cat(stralloc *out, const struct mime_envelope *e);

/* nstring_cat - string_cat, or NIL if there is nothing (t.s == 0) */
void nstring_cat(stralloc *out, struct lstr t);

#endif
