/* ISC licence; see LICENSE. */
#ifndef MAILDIR_MUTF7_H
#define MAILDIR_MUTF7_H

#include <stddef.h>
#include <skalibs/stralloc.h>

/* Modified UTF-7 of mailbox names, RFC 3501 section 5.1.3. */

/* Both append to out and return 0, or -1 with errno EILSEQ (invalid input,
 * out as before). Strict: no non-canonical encodings, no lone surrogates, no
 * encoded printable ASCII, no controls. */
int mutf7_to_utf8(stralloc *out, const char *s, size_t len);
int utf8_to_mutf7(stralloc *out, const char *s, size_t len);

/* mutf7_valid - 1 if s is well-formed modified UTF-7 */
int mutf7_valid(const char *s, size_t len);
/* utf8_valid - 1 if s is well-formed UTF-8 without NUL (RFC 3629) */
int utf8_valid(const char *s, size_t len);

#endif
