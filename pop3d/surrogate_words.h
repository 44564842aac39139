/* ISC licence; see LICENSE. */
#ifndef POP3D_SURROGATE_WORDS_H
#define POP3D_SURROGATE_WORDS_H

#include <stddef.h>
#include <skalibs/stralloc.h>

/*
 * The bodies of header fields, unfolded, put into ASCII; appended without the
 * last line end, folded with LF. What can stay stays. If nothing can be kept,
 * nothing is appended.
 */

/* words_text - free text: Subject. RFC 2047 section 5 (1) */
void words_text(stralloc *out, const char *s, size_t len);

/* words_addresses - a list of addresses: From. RFC 6858 section 2.1 */
void words_addresses(stralloc *out, const char *s, size_t len);

/* words_params - a value and its parameters: Content-Type. RFC 2231 */
void words_params(stralloc *out, const char *s, size_t len);

/* words_encode - all of s as encoded words (RFC 2047 section 2): UTF-8 if it
 * is that, else of charset unknown-8bit (RFC 1428) */
void words_encode(stralloc *out, const char *s, size_t len);

#endif
