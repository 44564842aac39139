/* ISC licence; see LICENSE. */
#ifndef MESSAGE_MSGID_H
#define MESSAGE_MSGID_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

/*
 * msgid_next - the next message id in a field's body (Message-ID,
 * References, In-Reply-To), normalized: without "<>", quotes, backslashes and
 * the white space of folding, so that all ways to write one id are one text
 * (RFC 5256 section 3, RFC 5322 section 3.6.4).
 *
 * pos  0 at first, then left alone by the caller
 * id   replaced
 *
 * What has no "@" with something on both sides is no message id and is passed
 * over. Returns 1, or 0: there are no more. Linear time over a whole body.
 */
int msgid_next(const char *s, size_t len, size_t *pos, stralloc *id);

/* msgid_hash - 64 bits that stand for an id, or for another text; never 0 */
uint64_t msgid_hash(const char *s, size_t len);

#endif
