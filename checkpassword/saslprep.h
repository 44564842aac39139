/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_SASLPREP_H
#define CHECKPASSWORD_SASLPREP_H

#include <stddef.h>
#include <skalibs/stralloc.h>

#define SASLPREP_MAX 1024       /* octets of a name or password */

/*
 * saslprep - set out, 0-terminated, to the prepared form of a name or
 * password, RFC 4013: so that two ways of typing it are one
 *
 * s, len  UTF-8, hostile
 *
 * As for query strings: code points that are not assigned are allowed. The
 * tables are those of the Unicode that utf8proc knows, not of 3.2. ASCII
 * without controls comes out as it was.
 *
 * Returns 0, or -1 with out empty: not UTF-8, longer than SASLPREP_MAX, or
 * with a code point that is prohibited (controls, private use, a mixture of
 * writing directions).
 */
int saslprep(stralloc *out, const char *s, size_t len);

#endif
