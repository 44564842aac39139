/* ISC licence; see LICENSE. */
#ifndef MESSAGE_FOLD_H
#define MESSAGE_FOLD_H

#include <stddef.h>
#include <skalibs/stralloc.h>

/*
 * The prepared form of i;unicode-casemap (RFC 5051): each code point to its
 * simple titlecase, then fully decomposed; strings are then equal, ordered
 * and contained in each other as octets. Octets that are not valid UTF-8
 * stay as they are, each by itself.
 */

/* fold - append the prepared form of len octets of UTF-8 */
void fold(stralloc *out, const char *s, size_t len);

/*
 * fold_some - the same for a stream: octets at the end that may be the start
 * of a longer sequence are not used. Returns how many were used; give the
 * rest again before what follows, or to fold at the end.
 */
size_t fold_some(stralloc *out, const char *s, size_t len);

/* fold_equal - 1 if the prepared forms of two strings are the same */
int fold_equal(const char *a, size_t alen, const char *b, size_t blen);

#endif
